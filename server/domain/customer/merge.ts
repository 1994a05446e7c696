import type { CustomerState } from './customer.js';
import { admit, countEvent, setAttribute, type AppliedMessages, type VerdictCounts } from './fold.js';
import { forEachMember } from '../json-members.js';
import { IDENTITY_BYTES } from '../message/message-identity.js';
import type { CustomerMessages } from './packed-identities.js';
import type { FreshCustomer, PartialCustomer } from './partial-customer.js';
import type { Statistics } from './statistics.js';
import { utf8Text } from '../utf8.js';

/**
 * Merges what a part of a source says of one customer into its state; changes `state`, `applied` and `counts`. Parts that are
 * merged in the order of the source give what one pass over the whole source gives.
 * @returns true when a message was applied
 */
export function mergeCustomer(
  state: CustomerState,
  customer: PartialCustomer,
  applied: AppliedMessages,
  counts: VerdictCounts,
): boolean {
  let changed = false;
  for (const { identity, timestamp, event, changes } of customer.messages()) {
    const refusal = admit(state, timestamp, identity, applied);
    if (refusal) {
      counts[refusal]++;
      continue;
    }
    changed = true;
    if (event === undefined) {
      counts.attributes++;
      for (const { name, value } of changes) setAttribute(state, name, value, timestamp);
    } else {
      counts.event++;
      countEvent(state, event);
    }
  }
  return changed;
}

/** How the messages of a part relate to those that were applied before: all are new, none is, or each has to be looked at. */
export type Novelty = 'all' | 'none' | 'some';

/**
 * @param deletedAt of the customer, in seconds since the Unix epoch: what is older does not count
 * @param applied opened with the identities of `customer`
 */
export function noveltyOf(
  { identities }: PartialCustomer,
  applied: CustomerMessages,
  deletedAt: number | undefined,
): Novelty {
  if (deletedAt !== undefined) return 'some';
  if (applied.known === 0) return 'all';
  return applied.known * IDENTITY_BYTES === identities.length ? 'none' : 'some';
}

/** Counts the messages of a customer of whom all were new. */
export function countFresh(counts: VerdictCounts, { counts: fresh }: FreshCustomer): void {
  counts.event += fresh.event;
  counts.attributes += fresh.attributes;
  counts.duplicate += fresh.duplicate;
}

/**
 * The same as {@link mergeCustomer} where none of the messages was applied before and none is older than a deletion: then what they come to by
 * themselves says enough, because of two attributes the one with the later time wins, and of a tie the one that comes later.
 * Changes `state`, and tells `statistics` of it.
 */
export function mergeFresh(state: CustomerState, fresh: FreshCustomer, statistics: Statistics): void {
  const values = new Map<string, string>();
  forEachMember(utf8Text(fresh.attributes), (name, value) => values.set(name, value));
  forEachMember(utf8Text(fresh.attributeTimes), (name, time) => {
    const before = state.attributes.get(name);
    const timestamp = Number(time);
    if (before && before.timestamp > timestamp) return;
    const value = values.get(name) ?? null;
    state.attributes.set(name, { value, timestamp });
    const had = before !== undefined && before.value !== null;
    if (had !== (value !== null)) statistics.addAttribute(name, had ? -1 : 1);
  });
  forEachMember(utf8Text(fresh.events), (name, text) => {
    const before = state.events.get(name);
    const count = Number(text);
    state.events.set(name, (before ?? 0) + count);
    statistics.addEvent(name, before === undefined ? 1 : 0, count);
  });
  if (fresh.lastUpdated > state.lastUpdated) {
    statistics.moveDay(state.lastUpdated, fresh.lastUpdated);
    state.lastUpdated = fresh.lastUpdated;
  }
}
