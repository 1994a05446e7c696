import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { VerdictCounts } from '../../domain/fold.js';
import { mergeCustomer } from '../../domain/merge.js';
import { unpackIdentities } from '../../domain/message-identity.js';
import type { PartialCustomer } from '../../domain/partial-summary.js';
import { AppliedMessagesTable } from './applied-messages.js';
import type { CustomerRows } from './customer-rows.js';
import { prepareRows, type Query } from './sqlite-database.js';

/** Customers of which one question asks whether they are known. */
const BATCH_CUSTOMERS = 512;
/** Keys that are looked up at once at most. */
const MOST_KEYS = 4_096;

/** Merges the customers of a part within a write transaction. */
export class PartMerger {
  private readonly keysBetween: Query<[key: number]>;
  private readonly anyDeletion: Query<[number]>;
  private readonly applied: AppliedMessagesTable;

  constructor(
    db: DatabaseSync,
    private readonly rows: CustomerRows,
  ) {
    this.keysBetween = prepareRows(db, 'SELECT key FROM customers WHERE key BETWEEN ? AND ? LIMIT ?');
    this.anyDeletion = prepareRows(db, 'SELECT 1 FROM deletions LIMIT 1');
    this.applied = new AppliedMessagesTable(db);
  }

  /**
   * Merges one customer after the other; whoever asks for the next may pause in between.
   * @param customers in the order of lists
   * @param counts changes
   * @returns the keys of the customers to which a message was applied; undefined for one to which none was
   */
  *merge(customers: Iterable<PartialCustomer>, counts: VerdictCounts): Generator<number | undefined> {
    for (const batch of batchesOf(customers)) {
      const mayBeKnown = this.knownAmong(batch);
      for (const customer of batch) {
        const key = customer.number ?? this.rows.keyOf(customer.id);
        yield this.mergeOne(key, customer, mayBeKnown(key), counts) ? key : undefined;
      }
    }
  }

  /** False for a customer of whom nothing is known: no row, no deletion, and so no identities either. */
  private knownAmong(batch: readonly PartialCustomer[]): (key: number) => boolean {
    const first = batch[0].number;
    const last = batch[batch.length - 1].number;
    // Numbers come before texts, so all are numbers when the last is one.
    if (first === undefined || last === undefined || this.anyDeletion.get()) return () => true;
    const known = this.keysBetween.all(first, last, MOST_KEYS);
    if (known.length === MOST_KEYS) return () => true;
    const keys = new Set(known.map(([key]) => key));
    return (key) => keys.has(key);
  }

  private mergeOne(key: number, customer: PartialCustomer, mayBeKnown: boolean, counts: VerdictCounts): boolean {
    const stored = mayBeKnown ? this.rows.stored(key) : undefined;
    const deletedAt = mayBeKnown ? this.rows.deletedAt(key) : undefined;
    if (!stored && deletedAt === undefined) {
      const fresh = customer.fresh();
      this.rows.insert(key, customer.number ?? customer.id, fresh);
      this.applied.insert(key, fresh.identities);
      counts.event += fresh.counts.event;
      counts.attributes += fresh.counts.attributes;
      counts.duplicate += fresh.counts.duplicate;
      return true;
    }
    const state = this.rows.state(key, customer.id, stored);
    const applied = this.applied.open(key, unpackIdentities(customer.identities));
    if (!mergeCustomer(state, customer, applied, counts)) return false;
    this.rows.save(key, state, stored);
    this.applied.save(key, applied);
    return true;
  }
}

function* batchesOf(customers: Iterable<PartialCustomer>): Generator<PartialCustomer[]> {
  let batch: PartialCustomer[] = [];
  for (const customer of customers) {
    batch.push(customer);
    if (batch.length < BATCH_CUSTOMERS) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
