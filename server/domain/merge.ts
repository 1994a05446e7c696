import type { CustomerState } from './customer.js';
import { admit, countEvent, setAttribute, type AppliedMessages, type VerdictCounts } from './fold.js';
import type { PartialCustomer } from './partial-summary.js';

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
