import type { StoredCustomer } from './customer.js';
import type { AttributeEdit, HistoryDraft } from './history.js';
import { forEachMember } from '../json-members.js';
import type { LogBlock } from '../log/log-entry.js';
import type { CustomerMessages } from './packed-identities.js';

/** A customer as a transaction finds it. */
export interface KnownCustomer {
  readonly id: string;
  /** Undefined when the customer does not exist. */
  readonly stored: StoredCustomer | undefined;
  /** Time of the last deletion in ms since the Unix epoch; undefined when the customer was never deleted. */
  readonly deletedAt: number | undefined;
  /** Time since which its messages are rejected, in ms since the Unix epoch; undefined when it is not suppressed. */
  readonly suppressedAt: number | undefined;
  /**
   * Time up to which messages are ignored because the customer was erased, in ms since the Unix epoch. Absent: it was not, or was created
   * anew since; then `deletedAt` is at least that time.
   */
  readonly erasedUntil?: number | undefined;
}

/** The time up to which messages of a customer are ignored, in ms since the Unix epoch; undefined if none is. */
export function ignoredUntil({ deletedAt, erasedUntil }: KnownCustomer): number | undefined {
  return deletedAt ?? erasedUntil;
}

/** The count of one event before and after a change; 0 when the customer had no such event. */
export interface EventEdit {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/**
 * The effect of one transaction on one customer. The customer's row, its identities and every derived table are written from this
 * value alone, by the customer writer of each engine.
 */
export interface CustomerChange {
  readonly id: string;
  /** Undefined when the customer did not exist. */
  readonly before: StoredCustomer | undefined;
  /** Undefined when the customer does not exist afterwards. */
  readonly after: StoredCustomer | undefined;
  /** As {@link KnownCustomer.deletedAt}, afterwards. A customer that was erased gets the time up to which its messages are ignored. */
  readonly deletedAt: number | undefined;
  /** As `deletedAt`, before the change: the two differ when it deletes the customer, or takes back a deletion. */
  readonly deletedBefore: number | undefined;
  /** True if nothing of the customer is kept afterwards, in the trash and the history neither. */
  readonly erases?: true;
  /** As {@link KnownCustomer.suppressedAt}, afterwards, and null when that has ended. Absent: as before. */
  readonly suppressedAt?: number | null;
  /** The attributes whose values differ between `before` and `after`. */
  readonly attributes: readonly AttributeEdit[];
  /** The events whose counts differ between `before` and `after`. */
  readonly events: readonly EventEdit[];
  /** The applied messages, with the identities that were added; undefined when no message caused the change. */
  readonly messages: CustomerMessages | undefined;
  /** The history entry of an edit; undefined when the change has none. */
  readonly history: HistoryDraft | undefined;
  /** The attributes that an edit wrote, also those that it left as they were. Absent: no edit caused the change. */
  readonly written?: readonly string[];
  /** The messages of the change for the log. Absent: no log is kept, or no message caused the change. */
  readonly log?: LogBlock | undefined;
}

/** The change that makes a customer who did not exist. Without `after` only the time of its deletion is known. */
export function arrival(
  id: string,
  after: StoredCustomer | undefined,
  deletedAt?: number,
  messages?: CustomerMessages,
  log?: LogBlock,
): CustomerChange {
  const attributes: AttributeEdit[] = [];
  const events: EventEdit[] = [];
  if (after) {
    forEachMember(after.attributes, (name, to) => attributes.push({ name, from: null, to }));
    forEachMember(after.events, (name, to) => events.push({ name, from: 0, to: Number(to) }));
  }
  return {
    ...{ id, before: undefined, after, deletedAt, deletedBefore: undefined },
    ...{ attributes, events, messages, history: undefined, log },
  };
}

/** The change that takes a customer away for ever. */
export function erasure({ id, stored, deletedAt }: KnownCustomer): CustomerChange {
  const gone = { before: stored, after: undefined, deletedAt: undefined, deletedBefore: deletedAt };
  const edits = stored ? arrival(id, stored) : undefined;
  const attributes = edits?.attributes.map(({ name, to }) => ({ name, from: to, to: null })) ?? [];
  const events = edits?.events.map(({ name, to }) => ({ name, from: to, to: 0 })) ?? [];
  return { id, ...gone, suppressedAt: null, erases: true, attributes, events, messages: undefined, history: undefined };
}

/** Compares the `events` of two records. */
export function eventsBetween(before: string | undefined, after: string | undefined): EventEdit[] {
  if (before === after) return [];
  const edits = new Map<string, EventEdit>();
  if (before !== undefined)
    forEachMember(before, (name, count) => edits.set(name, { name, from: Number(count), to: 0 }));
  if (after !== undefined) {
    forEachMember(after, (name, count) =>
      edits.set(name, { name, from: edits.get(name)?.from ?? 0, to: Number(count) }),
    );
  }
  return [...edits.values()].filter(({ from, to }) => from !== to);
}
