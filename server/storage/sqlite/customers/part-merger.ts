import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { numericId } from '../../../domain/customer/customer-id.js';
import type { VerdictCounts } from '../../../domain/customer/fold.js';
import { toState, type StoredCustomer } from '../../../domain/customer/customer.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { countFresh, mergeCustomer, mergeFresh, noveltyOf } from '../../../domain/customer/merge.js';
import type { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import { recordOf, type FreshCustomer, type PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { AppliedMessagesTable } from './applied-messages.js';
import type { CustomerRows } from './customer-rows.js';
import { IngestionProgress } from '../ingestions/ingestion-progress.js';
import { prepareRows, type Query } from '../database/statements.js';

/** Keys that are looked up at once at most. */
const MOST_KEYS = 16_384;

/** Merges parts of a source, and moves its ingestion on. */
export interface Merge {
  /**
   * Merges what a part says, all but the customers of whom some messages were applied before, or may be older than a deletion.
   * @returns false when there are such customers, and the part has no messages: they are left for {@link addRest}
   */
  add(partial: FoldedBatch): boolean;
  /** @param partial one of which {@link add} has left customers, with its messages */
  addRest(partial: FoldedBatch): void;
  /** @returns the counts of the checkpoint, complete */
  finish(checkpoint: Checkpoint): IngestionCounts;
}

/** Merges the customers of parts within a write transaction. */
export class PartMerger {
  private readonly keysBetween: Query<[key: number]>;
  private readonly textsBetween: Query<[number]>;
  private readonly anyDeletion: Query<[number]>;
  private readonly applied: AppliedMessagesTable;
  private readonly progress: IngestionProgress;

  constructor(
    db: DatabaseSync,
    private readonly rows: CustomerRows,
  ) {
    this.keysBetween = prepareRows(db, 'SELECT key FROM customers WHERE key BETWEEN ? AND ? LIMIT ?');
    this.textsBetween = prepareRows(db, 'SELECT 1 FROM text_keys WHERE id BETWEEN ? AND ? LIMIT 1');
    this.anyDeletion = prepareRows(db, 'SELECT 1 FROM deletions LIMIT 1');
    this.applied = new AppliedMessagesTable(db);
    this.progress = new IngestionProgress(db);
  }

  /** To be called within a write transaction, for all parts that it merges. */
  begin(ingestionId: number): Merge {
    const merging: Merging = {
      verdicts: { event: 0, attributes: 0, duplicate: 0, stale: 0 },
      touched: [],
      left: new Set(),
      hasDeletions: this.anyDeletion.get() !== undefined,
    };
    let customers = 0;
    const after = (): void => {
      customers += this.progress.addCustomers(ingestionId, merging.touched);
      merging.touched = [];
      this.rows.statistics.flushIfLarge();
    };
    return {
      add: (partial) => {
        const left = merging.left.size;
        this.mergeAll(partial, merging);
        after();
        return merging.left.size === left;
      },
      addRest: (partial) => {
        for (const customer of partial.customers()) {
          const key = this.keyOf(customer);
          if (merging.left.delete(key)) this.mergeMessages(key, customer, this.messagesOf(key, customer), merging);
        }
        after();
      },
      finish: (checkpoint) => this.progress.advance(checkpoint, merging.verdicts, customers),
    };
  }

  private mergeAll(partial: FoldedBatch, merging: Merging): void {
    const isKnown = this.knownIn(partial);
    if (!isKnown && !merging.hasDeletions) {
      for (const customer of partial.customers()) {
        const fresh = customer.fresh();
        this.insert(this.keyOf(customer), customer, fresh, merging);
        this.rows.statistics.counted.addDay(fresh.lastUpdated);
      }
      this.rows.statistics.counted.addNames(partial.nameCounts());
      return;
    }
    for (const customer of partial.customers()) {
      const key = this.keyOf(customer);
      const stored = isKnown?.(key) ? this.rows.stored(key) : undefined;
      const deletedAt = merging.hasDeletions ? this.rows.deletedAt(key) : undefined;
      if (deletedAt !== undefined) this.mergeOrLeave(key, customer, partial, undefined, merging);
      else if (stored) this.mergeKnown(key, customer, partial, stored, merging);
      else {
        const fresh = customer.fresh();
        this.insert(key, customer, fresh, merging);
        this.rows.statistics.counted.replace(undefined, recordOf(customer.id, fresh));
      }
    }
  }

  /** Merges a customer that exists: by what its messages come to, as long as none of them came before. */
  private mergeKnown(
    key: number,
    customer: PartialCustomer,
    partial: FoldedBatch,
    stored: StoredCustomer,
    merging: Merging,
  ): void {
    const applied = this.messagesOf(key, customer);
    const novelty = noveltyOf(customer, applied, undefined);
    if (novelty === 'none') merging.verdicts.duplicate += customer.messageCount;
    else if (novelty === 'some') this.mergeOrLeave(key, customer, partial, applied, merging);
    else {
      const state = toState(customer.id, stored, undefined);
      const fresh = customer.fresh();
      mergeFresh(state, fresh, this.rows.statistics.counted);
      this.rows.save(key, state, stored);
      this.applied.save(key, applied);
      count(merging, key, fresh);
    }
  }

  private mergeOrLeave(
    key: number,
    customer: PartialCustomer,
    { data }: FoldedBatch,
    applied: CustomerMessages | undefined,
    merging: Merging,
  ): void {
    if (data.hasMessages) this.mergeMessages(key, customer, applied ?? this.messagesOf(key, customer), merging);
    else merging.left.add(key);
  }

  /** Merges a customer message by message. */
  private mergeMessages(key: number, customer: PartialCustomer, applied: CustomerMessages, merging: Merging): void {
    const stored = this.rows.stored(key);
    const state = toState(customer.id, stored, this.rows.deletedAt(key));
    if (!mergeCustomer(state, customer, applied, merging.verdicts)) return;
    this.rows.statistics.counted.replace(stored, this.rows.save(key, state, stored));
    this.applied.save(key, applied);
    merging.touched.push(key);
  }

  /** Writes a customer of whom nothing was known; it has to be counted as well. */
  private insert(key: number, customer: PartialCustomer, fresh: FreshCustomer, merging: Merging): void {
    this.rows.insert(key, customer.number ?? customer.id, fresh);
    this.applied.insert(key, fresh.identities);
    count(merging, key, fresh);
  }

  private keyOf(customer: PartialCustomer): number {
    return customer.number ?? this.rows.keyOf(customer.id);
  }

  private messagesOf(key: number, { identities }: PartialCustomer): CustomerMessages {
    return this.applied.open(key, identities);
  }

  /** Which customers of the summary may have a row; undefined when surely none has. */
  private knownIn(partial: FoldedBatch): ((key: number) => boolean) | undefined {
    const { firstId, lastId } = partial;
    if (firstId === undefined || lastId === undefined) return undefined;
    const first = numericId(firstId) ?? Number.MAX_SAFE_INTEGER;
    const last = numericId(lastId);
    // Numbers come before texts.
    if (last === undefined && this.textsBetween.get(numericId(firstId) === undefined ? firstId : '', lastId)) {
      return () => true;
    }
    const keys = this.keysBetween.all(first, last ?? Number.MAX_SAFE_INTEGER, MOST_KEYS);
    if (keys.length === MOST_KEYS) return () => true;
    if (keys.length === 0) return undefined;
    const known = new Set(keys.map(([key]) => key));
    return (key) => known.has(key);
  }
}

/** What a merge has come to so far. */
interface Merging {
  readonly verdicts: VerdictCounts;
  /** Keys of the customers of the part under way to which a message was applied. */
  touched: number[];
  /** Keys of those that are left until there are messages. */
  readonly left: Set<number>;
  readonly hasDeletions: boolean;
}

function count({ verdicts, touched }: Merging, key: number, fresh: FreshCustomer): void {
  countFresh(verdicts, fresh);
  touched.push(key);
}
