import type { CustomerState } from './customer.js';
import type { Identity } from './message-identity.js';
import type { Message } from './message.js';

/** What became of a message: applied as the one or the other, seen before, or older than a deletion. */
export type Verdict = 'event' | 'attributes' | 'duplicate' | 'stale';

/** The identities of the messages already applied to one customer. */
export interface AppliedMessages {
  has(identity: Identity): boolean;
  add(identity: Identity): unknown;
}

/**
 * Folds one message into its customer; the only place that knows section 2 of the contract. Changes `state` and `applied`.
 *
 * - a message up to the time of a deletion is ignored, and not remembered
 * - a message is applied once, however often it comes, and for ever
 * - an attribute takes the value of the most recent timestamp; of equal ones the message that is applied later wins
 */
export function foldMessage(
  state: CustomerState,
  message: Message,
  identity: Identity,
  applied: AppliedMessages,
): Verdict {
  if (state.deletedAt !== undefined && message.timestamp <= state.deletedAt) return 'stale';
  if (applied.has(identity)) return 'duplicate';
  applied.add(identity);

  state.exists = true;
  state.lastUpdated = Math.max(state.lastUpdated, message.timestamp);
  if (message.type === 'event') {
    state.events.set(message.name, (state.events.get(message.name) ?? 0) + 1);
    return 'event';
  }
  for (const { name, value } of message.changes) {
    const current = state.attributes.get(name);
    if (current === undefined || message.timestamp >= current.timestamp) {
      state.attributes.set(name, { value, timestamp: message.timestamp });
    }
  }
  return 'attributes';
}
