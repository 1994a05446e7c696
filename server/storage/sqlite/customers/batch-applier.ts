import { numericId } from '../../../domain/customer/customer-id.js';
import { decideMessages } from '../../../domain/customer/decide-messages.js';
import { addOutcomes, noOutcomes } from '../../../domain/customer/fold.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { CustomerWriter } from './customer-writer.js';
import { IngestionProgress } from '../ingestions/ingestion-progress.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';

/** Limit of one look-up of keys. */
const MOST_KEYS = 16_384;

/** A transaction that applies folded batches. */
export interface Applying {
  /**
   * Applies a batch. Customers whose messages are needed are left when the batch has no messages.
   * @returns false when customers are left for {@link applyRest}
   */
  apply(batch: FoldedBatch): boolean;
  /** @param batch one of which {@link apply} has left customers, with its messages */
  applyRest(batch: FoldedBatch): void;
  /** Stores how far the source was read. @returns the counts of the checkpoint, complete */
  finish(checkpoint: Checkpoint): IngestionCounts;
}

/** Applies the folded batches of an ingestion to their customers. */
export class BatchApplier {
  private readonly keysBetween: Query<[key: number]>;
  private readonly textsBetween: Query<[number]>;
  private readonly progress: IngestionProgress;

  constructor(
    { writer: db }: SqliteDatabase,
    private readonly customers: CustomerWriter,
  ) {
    this.keysBetween = prepareRows(db, 'SELECT key FROM customers WHERE key BETWEEN ? AND ? LIMIT ?');
    this.textsBetween = prepareRows(db, 'SELECT 1 FROM text_keys WHERE id BETWEEN ? AND ? LIMIT 1');
    this.progress = new IngestionProgress(db);
  }

  /** Runs `work` in a write transaction of its own. */
  transaction<T>(ingestionId: number, work: (applying: Applying) => Promise<T>): Promise<T> {
    return this.customers.transaction(() => work(this.begin()), ingestionId);
  }

  private begin(): Applying {
    const outcomes = noOutcomes();
    const left = new Set<number>();
    const applyOne = (customer: PartialCustomer, key: number, hasMessages: boolean, hasRow: boolean): void => {
      const known = this.customers.readKey(key, customer.id, hasRow);
      const messages = this.customers.messagesOf(key, known, customer);
      const decision = decideMessages(known, customer, messages, hasMessages);
      if (decision === 'needs messages') left.add(key);
      else {
        addOutcomes(outcomes, decision.outcomes);
        if (decision.change) this.customers.write(decision.change, key);
      }
    };
    return {
      apply: (batch) => {
        const isKnown = this.knownIn(batch);
        if (!isKnown && this.customers.knowsRowsOnly) {
          addOutcomes(outcomes, this.customers.insertFresh(batch));
          return true;
        }
        const leftBefore = left.size;
        for (const customer of batch.customers()) {
          const key = this.keyOf(customer);
          applyOne(customer, key, batch.data.hasMessages, isKnown?.(key) === true);
        }
        return left.size === leftBefore;
      },
      applyRest: (batch) => {
        for (const customer of batch.customers()) {
          const key = this.keyOf(customer);
          if (left.delete(key)) applyOne(customer, key, true, true);
        }
      },
      finish: (checkpoint) => this.progress.advance(checkpoint, outcomes, this.customers.touched()),
    };
  }

  private keyOf(customer: PartialCustomer): number {
    return customer.number ?? this.customers.keyOf(customer.id);
  }

  /** Returns which customers of the batch may have a row; undefined when certainly none has. */
  private knownIn(batch: FoldedBatch): ((key: number) => boolean) | undefined {
    const { firstId, lastId } = batch;
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
