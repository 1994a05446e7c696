import {
  arrival,
  eventsBetween,
  ignoredUntil,
  type CustomerChange,
  type EventEdit,
  type KnownCustomer,
} from './customer-change.js';
import { toState, toStored, type CustomerState, type KeptTexts, type StoredCustomer } from './customer.js';
import { foldMessage, noOutcomes, type AppliedMessages, type OutcomeCounts } from './fold.js';
import { editsBetween, type AttributeEdit } from './history.js';
import { forEachMember } from '../json-members.js';
import type { LogBlock } from '../log/log-entry.js';
import { blockOf } from '../log/packed-entries.js';
import { IDENTITY_BYTES, type Identity } from '../message/message-identity.js';
import type { CustomerMessages } from './packed-identities.js';
import { storedFresh, type FreshCustomer, type PartialCustomer } from './partial-customer.js';
import { utf8Text } from '../utf8.js';

/** The effect of a folded batch on one of its customers. */
export interface MessagesDecision {
  /** Undefined when no message was new. */
  readonly change: CustomerChange | undefined;
  /** Outcomes of all messages of the customer in the batch. */
  readonly outcomes: Readonly<OutcomeCounts>;
  /** True when the messages were applied one by one: some were applied before, or may be older than a deletion. */
  readonly isMixed: boolean;
}

/**
 * Decides what a folded batch does to one customer. Its summary is enough when all of its messages are new, or none is. Otherwise
 * the messages themselves are needed.
 * @param applied opened with the identities of `customer`
 * @param hasMessages whether the batch has its messages
 */
export function decideMessages(
  known: KnownCustomer,
  customer: PartialCustomer,
  applied: CustomerMessages,
  hasMessages: boolean,
): MessagesDecision | 'needs messages' {
  if (known.suppressedAt !== undefined) {
    return { change: undefined, outcomes: { ...noOutcomes(), suppressed: customer.messageCount }, isMixed: false };
  }
  const novelty = noveltyOf(customer, applied, ignoredUntil(known));
  switch (novelty) {
    case 'none': {
      const outcomes = { ...noOutcomes(), duplicates: customer.messageCount };
      return { change: undefined, outcomes, isMixed: false };
    }
    case 'all': {
      const fresh = customer.fresh();
      const change = known.stored
        ? addFresh(known.id, known.stored, fresh, applied)
        : arrival(known.id, storedFresh(known.id, fresh), undefined, applied, fresh.log);
      return { change, outcomes: fresh.counts, isMixed: false };
    }
    case 'some':
      return hasMessages ? applyEach(known, customer, applied) : 'needs messages';
    default:
      return novelty satisfies never;
  }
}

/**
 * Folds the messages of a batch into the state of their customer; changes `state` and `applied`. Batches that are folded in the order of
 * the source give the same as one pass over the whole source.
 * @param logged gets the entries of the applied messages for the log, if one is kept
 */
export function foldMessages(
  state: CustomerState,
  customer: PartialCustomer,
  applied: AppliedMessages,
  logged: Uint8Array[] = [],
): OutcomeCounts {
  const outcomes = noOutcomes();
  const entries = customer.logEntries();
  const seen = new Set<Identity>();
  for (const message of customer.messages()) {
    const outcome = foldMessage(state, message, message.identity, applied);
    outcomes[outcome]++;
    if (entries.length === 0 || seen.has(message.identity)) continue;
    if (outcome === 'events' || outcome === 'attributes') logged.push(entries[seen.size]);
    seen.add(message.identity);
  }
  return outcomes;
}

/** Tells whether all messages of a batch are new, none is, or each has to be looked at. */
function noveltyOf(
  { identities }: PartialCustomer,
  applied: CustomerMessages,
  ignored: number | undefined,
): 'all' | 'none' | 'some' {
  if (ignored !== undefined) return 'some';
  if (applied.known === 0) return 'all';
  return applied.known * IDENTITY_BYTES === identities.length ? 'none' : 'some';
}

function applyEach(known: KnownCustomer, customer: PartialCustomer, messages: CustomerMessages): MessagesDecision {
  const { id, stored: before } = known;
  const state = toState(id, before, ignoredUntil(known));
  const attributesBefore = new Map(state.attributes);
  const logged: Uint8Array[] = [];
  const outcomes = foldMessages(state, customer, messages, logged);
  if (outcomes.events + outcomes.attributes === 0) return { change: undefined, outcomes, isMixed: true };
  return {
    change: changeByMessages(known, attributesBefore, state, messages, blockOf(logged)),
    outcomes,
    isMixed: true,
  };
}

/**
 * The change by messages that were folded into a customer one by one.
 * @param attributesBefore those of the state before
 * @param state afterwards
 * @param kept texts that no message has changed, and that `state` was read without
 */
export function changeByMessages(
  { id, stored: before, deletedAt: deletedBefore }: KnownCustomer,
  attributesBefore: CustomerState['attributes'],
  state: CustomerState,
  messages: CustomerMessages,
  log: LogBlock | undefined,
  kept: KeptTexts = {},
): CustomerChange {
  const after = toStored(state, kept);
  const attributes = editsBetween(attributesBefore, state.attributes);
  const events = eventsBetween(before?.events, after.events);
  const known = { id, before, after, deletedAt: state.deletedAt, deletedBefore };
  return { ...known, attributes, events, messages, history: undefined, log };
}

/**
 * Adds the summary of messages that are all new to an existing customer. It gives the same as the messages themselves: of two values of an
 * attribute the one with the later time wins, and of a tie the one that is applied later. That repeats the rule of fold.ts, so that no message
 * is read again; decide-messages.spec.ts and the contract of times hold both together.
 */
function addFresh(
  id: string,
  before: StoredCustomer,
  fresh: FreshCustomer,
  messages: CustomerMessages,
): CustomerChange {
  const state = toState(id, before, undefined);
  const values = new Map<string, string>();
  forEachMember(utf8Text(fresh.attributes), (name, value) => values.set(name, value));
  const attributes: AttributeEdit[] = [];
  forEachMember(utf8Text(fresh.attributeTimes), (name, time) => {
    const old = state.attributes.get(name);
    const timestamp = Number(time);
    if (old && old.timestamp > timestamp) return;
    const value = values.get(name) ?? null;
    state.attributes.set(name, { value, timestamp });
    const from = old?.value ?? null;
    if (from !== value) attributes.push({ name, from, to: value });
  });
  const events: EventEdit[] = [];
  forEachMember(utf8Text(fresh.events), (name, count) => {
    const from = state.events.get(name) ?? 0;
    const to = from + Number(count);
    state.events.set(name, to);
    events.push({ name, from, to });
  });
  state.lastUpdated = Math.max(state.lastUpdated, fresh.lastUpdated);
  const known = { id, before, after: toStored(state), deletedAt: undefined, deletedBefore: undefined };
  return { ...known, attributes, events, messages, history: undefined, log: fresh.log };
}
