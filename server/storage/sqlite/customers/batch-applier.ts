import { setTimeout as sleep } from 'node:timers/promises';
import { numericId } from '../../../domain/customer/customer-id.js';
import { decideMessages } from '../../../domain/customer/decide-messages.js';
import { addOutcomes, noOutcomes, type OutcomeCounts } from '../../../domain/customer/fold.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { CustomerWriter } from './customer-writer.js';
import { IngestionProgress } from '../ingestions/ingestion-progress.js';
import type { SqliteDatabase } from '../database/database.js';
import type { LiveMark } from '../database/live-mark.js';
import { prepareRows, type Query } from '../database/statements.js';
import type { PartTurn } from '../../write-queue.js';

/** Limit of one look-up of keys. */
const MOST_KEYS = 16_384;

/** Time for which a part of a stretch may be applied while live messages come, in ms. Its commit takes about as long. */
const PART_MS = 8;
/** Time between two looks for live messages while there is nothing to apply, in ms. */
const LOOK_MS = 5;

/** A stretch that is being applied: in one transaction, or in several while live messages come. */
export interface Applying {
  /** Waits for a batch, without a transaction while live messages come. */
  wait<T>(coming: Promise<T>): Promise<T>;
  /**
   * Applies a batch. Customers whose messages are needed are left when the batch has no messages.
   * @returns false when customers are left for {@link applyRest}
   */
  apply(batch: FoldedBatch): Promise<boolean>;
  /** @param batch one of which {@link apply} has left customers, with its messages */
  applyRest(batch: FoldedBatch): Promise<void>;
  /** Stores how far the source was read. @returns the counts of the checkpoint, complete */
  finish(checkpoint: Checkpoint): IngestionCounts;
}

/** Applies the folded batches of an ingestion to their customers. */
export class BatchApplier {
  private readonly keysBetween: Query<[key: number]>;
  private readonly textsBetween: Query<[number]>;
  private readonly progress: IngestionProgress;
  private readonly liveMark: LiveMark;

  constructor(
    { writer: db, liveMark }: SqliteDatabase,
    private readonly customers: CustomerWriter,
    private readonly partMs = PART_MS,
  ) {
    this.keysBetween = prepareRows(db, 'SELECT key FROM customers WHERE key BETWEEN ? AND ? LIMIT ?');
    this.textsBetween = prepareRows(db, 'SELECT 1 FROM text_keys WHERE id BETWEEN ? AND ? LIMIT 1');
    this.progress = new IngestionProgress(db);
    this.liveMark = liveMark;
  }

  /**
   * Applies a stretch. `work` may fail after a part of it was committed.
   * @param turnElsewhere the turn of this thread in another one, which leaves and takes it when told
   */
  stretch<T>(ingestionId: number, work: (applying: Applying) => Promise<T>, turnElsewhere?: PartTurn): Promise<T> {
    return this.customers.stretch(ingestionId, (turn) => work(this.begin(ingestionId, turnElsewhere ?? turn)));
  }

  /** Stores how far an ingestion is whose customers were written by another way. */
  advance(checkpoint: Checkpoint, outcomes: OutcomeCounts): void {
    this.progress.advance(checkpoint, outcomes, this.customers.touched());
  }

  private begin(ingestionId: number, turn: PartTurn): Applying {
    const outcomes = noOutcomes();
    const left = new Set<number | string>();
    let isKnown: ((key: number) => boolean) | undefined;
    let lookAt = performance.now() + this.partMs;
    const isDue = (): boolean => {
      const now = performance.now();
      if (now < lookAt) return false;
      lookAt = now + this.partMs;
      return this.liveMark.isFresh();
    };
    const commitPart = async (until?: Promise<unknown>): Promise<void> => {
      this.progress.applyEarly(ingestionId, outcomes, this.customers.touched());
      await this.customers.commitPart(ingestionId, turn, until);
      // Other writes may have inserted or deleted customers of the batch.
      isKnown = () => true;
      lookAt = performance.now() + this.partMs;
    };
    const applyOne = (customer: PartialCustomer, hasMessages: boolean, hasRow = isKnown): void => {
      const { id } = customer;
      // A new key is for a customer that is written, and not for the text of one that was erased.
      const key = customer.number ?? this.customers.known.knownKeyOf(id);
      const known = this.customers.known.readKey(key, id, key !== undefined && hasRow?.(key) === true);
      const messages = this.customers.messagesOf(key, known, customer);
      const decision = decideMessages(known, customer, messages, hasMessages);
      if (decision === 'needs messages') left.add(customer.number ?? id);
      else {
        addOutcomes(outcomes, decision.outcomes);
        if (decision.change) this.customers.write(decision.change, key);
      }
    };
    return {
      wait: async (coming) => {
        for (;;) {
          const isHere = coming.then(() => true);
          if (await Promise.race([isHere, sleep(LOOK_MS, false)])) return coming;
          if (this.liveMark.isFresh()) await commitPart(coming);
        }
      },
      apply: async (batch) => {
        isKnown = this.knownIn(batch);
        const customers = batch.customers();
        if (!isKnown && this.customers.known.rowsOnly) {
          if (this.customers.insertFresh(batch, customers, isDue, outcomes)) return true;
          await commitPart();
        }
        const leftBefore = left.size;
        for (const customer of customers) {
          applyOne(customer, batch.data.hasMessages);
          if (isDue()) await commitPart();
        }
        return left.size === leftBefore;
      },
      applyRest: async (batch) => {
        for (const customer of batch.customers()) {
          if (left.delete(customer.number ?? customer.id)) applyOne(customer, true, () => true);
          if (isDue()) await commitPart();
        }
      },
      finish: (checkpoint) => this.progress.advance(checkpoint, outcomes, this.customers.touched()),
    };
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
