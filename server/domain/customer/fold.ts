import type { CustomerState } from './customer.js';
import type { Identity } from '../message/message-identity.js';
import type { Message } from '../message/message.js';

/** What became of a message: applied as the one or the other, seen before, or older than a deletion. */
export type Verdict = 'event' | 'attributes' | 'duplicate' | 'stale';

/** How many messages came to what. */
export type VerdictCounts = Record<Verdict, number>;

/** The identities of the messages already applied to one customer. */
export interface AppliedMessages {
  has(identity: Identity): boolean;
  add(identity: Identity): unknown;
}

/**
 * Folds one message into its customer, as section 2 of the contract says. Changes `state` and `applied`.
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
  const refusal = admit(state, message.timestamp, identity, applied);
  if (refusal) return refusal;
  if (message.type === 'event') {
    countEvent(state, message.name);
    return 'event';
  }
  for (const { name, value } of message.changes) setAttribute(state, name, value, message.timestamp);
  return 'attributes';
}

/** Whether a message counts; if so it is remembered, and the customer is there. */
export function admit(
  state: CustomerState,
  timestamp: number,
  identity: Identity,
  applied: AppliedMessages,
): 'stale' | 'duplicate' | undefined {
  if (state.deletedAt !== undefined && timestamp <= state.deletedAt) return 'stale';
  if (applied.has(identity)) return 'duplicate';
  applied.add(identity);
  state.exists = true;
  state.lastUpdated = Math.max(state.lastUpdated, timestamp);
  return undefined;
}

/** An admitted event. */
export function countEvent(state: CustomerState, name: string): void {
  state.events.set(name, (state.events.get(name) ?? 0) + 1);
}

/** One attribute of an admitted message: JSON text, or null to remove it. */
export function setAttribute(state: CustomerState, name: string, value: string | null, timestamp: number): void {
  const current = state.attributes.get(name);
  if (current === undefined || timestamp >= current.timestamp) state.attributes.set(name, { value, timestamp });
}
