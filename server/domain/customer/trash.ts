import type { Author } from '../access/audit.js';
import { DomainError } from '../errors.js';
import type { CustomerChange } from './customer-change.js';
import type { CustomerEdit } from './customer-repository.js';
import { toState, toStored, type CustomerState, type StoredCustomer } from './customer.js';
import type { EditSource } from './history.js';
import { readLabels, writeLabels } from './labels.js';

/** A deleted customer that can be restored. It has a copy of its own, so it needs neither the history nor the messages. */
export interface TrashedCustomer {
  /** The customer as it was when it was deleted; deleted several times, all of it together. */
  readonly stored: StoredCustomer;
  /** The time of the last deletion, in milliseconds since the Unix epoch, like the other times. */
  readonly deletedAt: number;
  /** The deletion before those of this entry, which stays when the customer is restored; undefined if there was none. */
  readonly deletedBefore: number | undefined;
  readonly source: EditSource;
  /** The user or token that deleted it last; undefined without credentials. */
  readonly author: Author | undefined;
}

/** The place of a deleted customer in the trash, the last deleted first. */
export type TrashPlace = Pick<TrashedCustomer, 'deletedAt'> & { readonly id: string };

/**
 * The deleted customers. This class is the contract of every engine and the token for Nest. Entries are written and removed by the customer
 * writer, in the transaction that deletes or restores the customer.
 */
export abstract class TrashRepository {
  /** At most `limit` customers, the last deleted first. @param before only those behind this place */
  abstract page(limit: number, before?: TrashPlace): Promise<readonly TrashedCustomer[]>;

  abstract get(id: string): Promise<TrashedCustomer | undefined>;

  /** The ids of customers that were deleted before `time`, at most `limit`, the first deleted first. */
  abstract deletedBefore(time: number, limit: number): Promise<readonly string[]>;
}

/** The effect of a change on the trash: an entry, the removal of the entry as the customer is back or gone, or none. */
export function trashedBy(
  change: CustomerChange,
  now: number,
): { readonly add: TrashedCustomer } | { readonly restore: string } | { readonly remove: string } | undefined {
  const { id, before, after, deletedAt = now, deletedBefore, history } = change;
  if (change.erases) return { remove: id };
  if (before && !after)
    return {
      add: { stored: before, deletedAt, deletedBefore, source: history?.source ?? 'api', author: history?.author },
    };
  return isRestored(change) ? { restore: id } : undefined;
}

/** True for a change that takes back a deletion. */
export function isRestored({ after, deletedAt, deletedBefore }: CustomerChange): boolean {
  return after !== undefined && deletedBefore !== undefined && deletedAt !== deletedBefore;
}

/** Adds a further deletion to the entry of a customer that was deleted before, and started anew. */
export function addToTrash(earlier: TrashedCustomer | undefined, later: TrashedCustomer): TrashedCustomer {
  if (!earlier) return later;
  const state = toState(later.stored.id, later.stored, undefined);
  addEarlier(state, earlier.stored);
  return { ...later, stored: toStored(state), deletedBefore: earlier.deletedBefore };
}

/**
 * Makes the edit that restores a customer: the record as it was at the deletion, with what was accepted since. The tombstone of the deletion
 * goes, so that messages which were stale meanwhile can be ingested again.
 * @throws (the edit) DomainError `customer_changed` if the customer is not as the entry says any more
 */
export function restoration({ stored, deletedAt, deletedBefore }: TrashedCustomer): CustomerEdit {
  return (state) => {
    if (state.deletedAt !== deletedAt) {
      throw new DomainError(
        'customer_changed',
        `Customer ${JSON.stringify(stored.id)} was deleted or restored a moment ago. Look at the trash again.`,
      );
    }
    addEarlier(state, stored);
    state.exists = true;
    state.deletedAt = deletedBefore;
  };
}

export function notInTrash(id: string): DomainError {
  return new DomainError('not_in_trash', `There is no customer ${JSON.stringify(id)} in the trash.`);
}

/** Adds the earlier life of a customer to its state. No message is in both. Of two values of an attribute the one with the later time wins. */
function addEarlier(state: CustomerState, stored: StoredCustomer): void {
  const earlier = toState(state.id, stored, undefined);
  for (const [name, attribute] of earlier.attributes) {
    const current = state.attributes.get(name);
    if (!current || attribute.timestamp > current.timestamp) state.attributes.set(name, attribute);
  }
  for (const [name, count] of earlier.events) state.events.set(name, (state.events.get(name) ?? 0) + count);
  state.lastUpdated = Math.max(state.lastUpdated, earlier.lastUpdated);
  state.labels = writeLabels([...readLabels(state.labels), ...readLabels(earlier.labels)]);
}
