import { numericId } from './customer-id.js';
import type { CustomerState } from './customer.js';
import { admit, countEvent, setAttribute, type AppliedMessages, type VerdictCounts } from './fold.js';
import { identityOf, type Identity } from './message-identity.js';
import { NONE } from './message-table.js';
import type { PartialSummary } from './partial-summary.js';
import { compareCodePoints } from './text.js';

/** The identities of all messages of one customer of a partial summary, in the order of their lines. */
export function identitiesOf(partial: PartialSummary, customer: number): Identity[] {
  const identities: Identity[] = [];
  if (customer === NONE) return identities;
  for (let message = partial.messages.first[customer]; message !== NONE; message = partial.messages.next[message]) {
    identities.push(identityOf(partial.messages.lanes, message * 4));
  }
  return identities;
}

/**
 * Merges one customer of a partial summary into its state; changes `state`, `applied` and `counts`.
 * @returns true when a message was applied
 */
export function mergeCustomer(
  state: CustomerState,
  partial: PartialSummary,
  customer: number,
  applied: AppliedMessages,
  counts: VerdictCounts,
): boolean {
  const refused = new Set<number>();
  let admitted = 0;
  for (let message = partial.messages.first[customer]; message !== NONE; message = partial.messages.next[message]) {
    const timestamp = partial.messages.timestamps[message];
    const refusal = admit(state, timestamp, identityOf(partial.messages.lanes, message * 4), applied);
    // What came again is as stale as the first, or a duplicate.
    counts[refusal === 'stale' ? 'stale' : 'duplicate'] += partial.messages.repeats[message];
    if (refusal) {
      counts[refusal]++;
      refused.add(message);
      continue;
    }
    admitted++;
    const name = partial.messages.eventNames[message];
    if (name === NONE) counts.attributes++;
    else {
      counts.event++;
      countEvent(state, partial.names.text(name));
    }
  }
  if (admitted === 0) return false;
  for (let pair = partial.candidates.firstPair[customer]; pair !== NONE; pair = partial.candidates.nextPair[pair]) {
    const name = partial.names.text(partial.candidates.pairNames[pair]);
    let candidate = partial.candidates.first[pair];
    for (; candidate !== NONE; candidate = partial.candidates.next[candidate]) {
      const message = partial.candidates.messages[candidate];
      if (!refused.has(message))
        setAttribute(state, name, partial.value(candidate), partial.messages.timestamps[message]);
    }
  }
  return true;
}

/** A customer of several parts of a source. */
export interface PartedCustomer {
  readonly id: string;
  /** Its index in every part, or {@link NONE}. */
  readonly customers: Int32Array;
}

/** All customers of the parts, in the order of lists. */
export function customersOf(parts: readonly PartialSummary[]): PartedCustomer[] {
  const byId = new Map<string, Int32Array>();
  parts.forEach((part, i) => {
    for (let customer = 0; customer < part.customers; customer++) {
      const id = part.users.text(customer);
      let customers = byId.get(id);
      if (!customers) byId.set(id, (customers = new Int32Array(parts.length).fill(NONE)));
      customers[i] = customer;
    }
  });
  const numbers: (PartedCustomer & { readonly number: number })[] = [];
  const texts: PartedCustomer[] = [];
  for (const [id, customers] of byId) {
    const number = numericId(id);
    if (number === undefined) texts.push({ id, customers });
    else numbers.push({ id, customers, number });
  }
  numbers.sort((a, b) => a.number - b.number);
  texts.sort((a, b) => compareCodePoints(a.id, b.id));
  return [...numbers, ...texts];
}

/** {@link mergeCustomer} for a customer of several parts, in their order. */
export function mergeParts(
  state: CustomerState,
  parts: readonly PartialSummary[],
  { customers }: PartedCustomer,
  applied: AppliedMessages,
  counts: VerdictCounts,
): boolean {
  let changed = false;
  parts.forEach((part, i) => {
    if (customers[i] !== NONE && mergeCustomer(state, part, customers[i], applied, counts)) changed = true;
  });
  return changed;
}
