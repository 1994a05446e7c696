import type { CustomerState } from './customer.js';
import { admit, countEvent, setAttribute, type AppliedMessages, type VerdictCounts } from './fold.js';
import { identityOf, type Identity } from './message-identity.js';
import { NONE, type PartialSummary } from './partial-summary.js';

/** The identities of all messages of one customer of a partial summary, in the order of their lines. */
export function identitiesOf(partial: PartialSummary, customer: number): Identity[] {
  const identities: Identity[] = [];
  for (let message = partial.firstMessage[customer]; message !== NONE; message = partial.nextMessage[message]) {
    identities.push(identityOf(partial.lanes, message * 4));
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
  for (let message = partial.firstMessage[customer]; message !== NONE; message = partial.nextMessage[message]) {
    const timestamp = partial.timestamps[message];
    const refusal = admit(state, timestamp, identityOf(partial.lanes, message * 4), applied);
    // What came again is as stale as the first, or a duplicate.
    counts[refusal === 'stale' ? 'stale' : 'duplicate'] += partial.repeats[message];
    if (refusal) {
      counts[refusal]++;
      refused.add(message);
      continue;
    }
    admitted++;
    const name = partial.eventNames[message];
    if (name === NONE) counts.attributes++;
    else {
      counts.event++;
      countEvent(state, partial.names.text(name));
    }
  }
  if (admitted === 0) return false;
  for (let pair = partial.firstPair[customer]; pair !== NONE; pair = partial.nextPair[pair]) {
    const name = partial.names.text(partial.pairNames[pair]);
    let candidate = partial.firstCandidate[pair];
    for (; candidate !== NONE; candidate = partial.nextCandidate[candidate]) {
      const message = partial.candidateMessages[candidate];
      if (!refused.has(message)) setAttribute(state, name, partial.value(candidate), partial.timestamps[message]);
    }
  }
  return true;
}
