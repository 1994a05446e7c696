import { Counts, Outcome, SourceKind, Switches } from '../model/source';

export const KIND_TEXT: Readonly<Record<SourceKind, string>> = {
  http: $localize`HTTP`,
  segment: 'Segment',
  customerio: 'Customer.io',
  rudderstack: 'RudderStack',
};

export const KIND_HINT: Readonly<Record<SourceKind, string>> = {
  http: $localize`Your own programs, and curl.`,
  segment: $localize`The official clients of Segment, in Node and in browsers.`,
  customerio: $localize`The official clients of Customer.io: the Track API and Data Pipelines.`,
  rudderstack: $localize`The official client of RudderStack for Node.`,
};

export const OUTCOME_TEXT: Readonly<Record<Outcome, string>> = {
  accepted: $localize`accepted`,
  duplicate: $localize`duplicate`,
  stale: $localize`stale`,
  anonymous: $localize`anonymous`,
  ignored: $localize`ignored`,
  rejected: $localize`rejected`,
};

export const OUTCOME_HINT: Readonly<Record<Outcome, string>> = {
  accepted: $localize`It counts, and is stored.`,
  duplicate: $localize`It was here before, so it changes nothing.`,
  stale: $localize`It is older than the deletion of its customer, so it changes nothing.`,
  anonymous: $localize`It names no customer, so it changes nothing.`,
  ignored: $localize`A call that Roster takes and that changes nothing.`,
  rejected: $localize`It breaks a rule. The reason is beside it.`,
};

export const COUNT_TEXT: Readonly<Record<keyof Counts, string>> = {
  accepted: $localize`Accepted`,
  duplicates: $localize`Duplicates`,
  stale: $localize`Stale`,
  anonymous: $localize`Anonymous`,
  ignored: $localize`Ignored`,
  rejected: $localize`Rejected`,
};

export const SWITCH_TEXT: Readonly<Record<keyof Switches, string>> = {
  is_on: $localize`On`,
  may_create: $localize`May create customers`,
  keeps_empty_text: $localize`Keeps empty texts`,
  may_delete: $localize`May delete and suppress customers`,
};

/** The meaning of a switch, on and off. */
export const SWITCH_HINT: Readonly<Record<keyof Switches, readonly [on: string, off: string]>> = {
  is_on: [$localize`It takes messages.`, $localize`It refuses messages: its clients get 401.`],
  may_create: [
    $localize`The first message of a customer creates the customer.`,
    $localize`Messages of customers who are not here yet are rejected.`,
  ],
  keeps_empty_text: [
    $localize`An attribute that is sent as "" is kept as an empty text, as Segment does.`,
    $localize`An attribute that is sent as "" is removed, as Customer.io does.`,
  ],
  may_delete: [
    $localize`Calls of its clients that delete or suppress a customer do so. Calls from browsers never do.`,
    $localize`Calls of its clients that delete or suppress a customer change nothing.`,
  ],
};

export const SWITCHES: readonly (keyof Switches)[] = ['is_on', 'may_create', 'keeps_empty_text', 'may_delete'];
