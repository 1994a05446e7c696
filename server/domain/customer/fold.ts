import type { CustomerState } from './customer.js';
import type { Identity } from '../message/message-identity.js';
import type { AttributesMessage, EventMessage } from '../message/message.js';

/** The outcome of a message: applied as an event or as attributes, applied before, or not later than a deletion. */
export type Outcome = 'events' | 'attributes' | 'duplicates' | 'stale';

/** Numbers of messages, by outcome. `suppressed` are those of suppressed customers, which are not folded. */
export type OutcomeCounts = Record<Outcome | 'suppressed', number>;

/** The members of a message that the fold reads. */
export type MessageEffect =
  Pick<EventMessage, 'type' | 'timestamp' | 'name'> | Pick<AttributesMessage, 'type' | 'timestamp' | 'changes'>;

/** The identities of the messages already applied to one customer. */
export interface AppliedMessages {
  has(identity: Identity): boolean;
  add(identity: Identity): unknown;
}

export function noOutcomes(): OutcomeCounts {
  return { events: 0, attributes: 0, duplicates: 0, stale: 0, suppressed: 0 };
}

/** Adds `more` to `counts`, which changes. */
export function addOutcomes(counts: OutcomeCounts, more: Readonly<OutcomeCounts>): void {
  counts.events += more.events;
  counts.attributes += more.attributes;
  counts.duplicates += more.duplicates;
  counts.stale += more.stale;
  counts.suppressed += more.suppressed;
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
  message: MessageEffect,
  identity: Identity,
  applied: AppliedMessages,
): Outcome {
  const { timestamp } = message;
  if (state.deletedAt !== undefined && timestamp <= state.deletedAt) return 'stale';
  if (applied.has(identity)) return 'duplicates';
  applied.add(identity);
  state.exists = true;
  state.lastUpdated = Math.max(state.lastUpdated, timestamp);
  if (message.type === 'event') {
    state.events.set(message.name, (state.events.get(message.name) ?? 0) + 1);
    return 'events';
  }
  for (const { name, value } of message.changes) {
    const current = state.attributes.get(name);
    if (current === undefined || timestamp >= current.timestamp) state.attributes.set(name, { value, timestamp });
  }
  return 'attributes';
}
