import type { ClientBase } from 'pg';
import type { FoldedBatches } from '../../../domain/customer/customer-repository.js';
import { decideMessages } from '../../../domain/customer/decide-messages.js';
import { addOutcomes, noOutcomes } from '../../../domain/customer/fold.js';
import type { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import { failPoint } from '../../../domain/fail-point.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { LiveMark } from '../database/live-mark.js';
import { RunAgain } from '../database/transaction-kind.js';
import { openMessages } from './applied-messages.js';
import { ComingBatches } from './coming-batches.js';
import { announceWrite, lockAll, type LockedChange, type LockedCustomer } from './customer-rows.js';
import type { CustomerWriter, Touching } from './customer-writer.js';
import { erasedAmong } from './erased-customers.js';

/** Customers that are locked, read and written at once. */
const CHUNK_CUSTOMERS = 2_000;
/** When more than one in this many customers of a batch is mixed, the next batch is read with its messages at once. */
const MANY_MIXED = 4;

/** The same while live messages come, at first; and the fewest, however long they take. */
const PART_CUSTOMERS = 50;
const FEWEST_CUSTOMERS = 8;
/** Time that a transaction may take while live messages come, in ms. The number of its customers follows from the one before. */
const PART_MS = 15;
const MOST_GROWTH = 1.5;

/** A batch, and how much of it is applied. */
interface OpenBatch {
  readonly batch: FoldedBatch;
  customers: readonly PartialCustomer[];
  hasMessages: boolean;
  /** The first customer that is left. */
  at: number;
  /** Customers whose messages were applied one by one. */
  mixed: number;
}

/** The transaction under way. */
export interface ApplyTransaction {
  readonly client: ClientBase;
  readonly writer: CustomerWriter;
  readonly touching: Touching;
}

/**
 * Applies the folded batches of a stretch: in one transaction, or in several while live messages come. Customers come in the order of
 * lists, and every writer locks rows in that order, so that no two writers wait for each other.
 */
export class BatchApplier {
  /** The outcomes of the messages of the stretch. */
  outcomes = noOutcomes();
  private readonly coming: ComingBatches;
  private open: OpenBatch | undefined;
  /** Time of the start of the transaction under way; undefined: none is. */
  private begun: number | undefined;
  private partCustomers = PART_CUSTOMERS;
  private expectsMixed = false;

  constructor(
    batches: FoldedBatches,
    private readonly liveMark: LiveMark,
  ) {
    this.coming = new ComingBatches(batches, liveMark);
  }

  /**
   * Applies what is left of the stretch. After a transaction that was not {@link committed}, the stretch begins again: what was committed
   * before is a duplicate then.
   * @returns false when live messages come: the transaction has to be committed, and the rest is for another
   */
  async run(transaction: ApplyTransaction): Promise<boolean> {
    if (this.begun !== undefined) await this.restart();
    this.begun = performance.now();
    for (let applied = 0; ;) {
      if (!this.open) {
        const next = await this.coming.next(transaction.client, applied > 0);
        if (next === 'later') return false;
        if (next.done) return true;
        const batch = next.value;
        const customers = [...batch.customers()];
        this.open = { batch, customers, hasMessages: batch.data.hasMessages, at: 0, mixed: 0 };
      }
      const { open } = this;
      const isLive = await this.liveMark.isFresh(transaction.client);
      // A transaction that has applied a chunk already ends before the next one.
      if (!isLive) applied += await this.applyChunk(open, CHUNK_CUSTOMERS, transaction);
      else if (applied === 0) await this.applyChunk(open, this.partCustomers, transaction);
      const isAll = open.at >= open.customers.length;
      if (isAll || isLive) addOutcomes(this.outcomes, await transaction.writer.endBatch(open.batch));
      if (isAll) {
        this.expectsMixed = open.mixed * MANY_MIXED > open.batch.count;
        this.open = undefined;
        failPoint('apply:batch-written');
      }
      if (isLive) return false;
    }
  }

  /** Notes that the transaction is committed. @param isPart whether more of the stretch is left */
  committed(isPart: boolean): void {
    const took = performance.now() - (this.begun ?? 0);
    this.begun = undefined;
    if (!isPart) return;
    const customers = this.partCustomers * Math.min(MOST_GROWTH, PART_MS / took);
    this.partCustomers = Math.min(CHUNK_CUSTOMERS, Math.max(FEWEST_CUSTOMERS, Math.round(customers)));
  }

  /** Ends the reading of the batches. */
  async close(): Promise<void> {
    await this.coming.close();
  }

  private async restart(): Promise<void> {
    await this.coming.close();
    this.open = undefined;
    this.outcomes = noOutcomes();
  }

  /** @returns the number of customers of the chunk */
  private async applyChunk(open: OpenBatch, most: number, transaction: ApplyTransaction): Promise<number> {
    const { batch, at } = open;
    const complete = async (): Promise<void> => {
      open.customers = [...(await batch.complete()).customers()];
      open.hasMessages = true;
    };
    const chunk = (): readonly PartialCustomer[] => open.customers.slice(at, at + most);
    const customers = chunk();
    open.at += customers.length;
    if (customers.length === 0) return 0;
    const { client, writer, touching } = transaction;
    const ids = customers.map(({ id }) => id);
    const isAnyOneKnown = await isAnyKnown(customers, transaction);
    const erased = await erasedAmong(client, ids);
    if (!isAnyOneKnown && erased.size === 0 && (await writer.insertFresh(customers, touching))) {
      // From here on an erasure waits for these rows.
      if ((await erasedAmong(client, ids)).size > 0) throw new RunAgain();
      return customers.length;
    }
    if ((this.expectsMixed || erased.size > 0) && !open.hasMessages) await complete();
    const gone = erased.size > 0 ? await this.ignoreErased(chunk(), erased, open, transaction) : new Set<string>();
    const present = (): readonly PartialCustomer[] => chunk().filter(({ id }) => !gone.has(id));
    const left = await this.applyLocked(present(), open, transaction, erased);
    if (left.size > 0) {
      await complete();
      const rest = present().filter(({ id }) => left.has(id));
      await this.applyLocked(rest, open, transaction, erased);
    }
    return customers.length;
  }

  /**
   * Counts erased customers without a later message as stale. They get no row, not even an empty one, which would have their id.
   * @returns their ids
   */
  private async ignoreErased(
    chunk: readonly PartialCustomer[],
    erased: ReadonlyMap<string, number>,
    open: OpenBatch,
    { client }: ApplyTransaction,
  ): Promise<Set<string>> {
    const text = 'SELECT customer_id FROM customers WHERE customer_id = ANY($1)';
    const { rows } = await client.query<{ customer_id: string }>(text, [[...erased.keys()]]);
    const known = new Set(rows.map(({ customer_id: id }) => id));
    const gone = new Set<string>();
    for (const customer of chunk) {
      const until = erased.get(customer.id);
      if (until === undefined || known.has(customer.id)) continue;
      if ([...customer.messages()].some(({ timestamp }) => timestamp > until)) continue;
      gone.add(customer.id);
      this.outcomes.stale += customer.messageCount;
      open.mixed++;
    }
    return gone;
  }

  /**
   * Applies a batch to customers of whom some are known, or come from another process at this moment.
   * @param chunk of the batch, in the order of lists
   * @param erased of the customers, as it was before the rows were locked
   * @returns the ids of customers whose messages are needed; their rows stay locked
   * @throws RunAgain when another process has erased one of them since
   */
  private async applyLocked(
    chunk: readonly PartialCustomer[],
    open: OpenBatch,
    { client, writer, touching }: ApplyTransaction,
    erased: ReadonlyMap<string, number>,
  ): Promise<Set<string>> {
    if (chunk.length === 0) return new Set();
    const known = await lockAll(
      client,
      chunk.map(({ id }) => id),
    );
    for (const { id, erasedUntil } of known.values())
      if (erasedUntil !== undefined && erasedUntil !== erased.get(id)) throw new RunAgain();
    const messages = await openMessages(client, chunk);
    const left = new Set<string>();
    await writer.writeApplied(this.decide(chunk, open, known, messages, left), touching);
    return left;
  }

  /** Yields the changes, and adds the ids of customers whose messages are needed to `left`. */
  private *decide(
    chunk: readonly PartialCustomer[],
    open: OpenBatch,
    known: ReadonlyMap<string, LockedCustomer>,
    messages: ReadonlyMap<string, CustomerMessages>,
    left: Set<string>,
  ): Generator<LockedChange> {
    for (const customer of chunk) {
      const { id } = customer;
      const locked = known.get(id);
      const applied = messages.get(id);
      if (!locked?.hasRow || !applied) throw new Error(`Customer ${JSON.stringify(id)} was locked, but not read.`);
      const decision = decideMessages(locked, customer, applied, open.hasMessages);
      if (decision === 'needs messages') left.add(id);
      else {
        addOutcomes(this.outcomes, decision.outcomes);
        if (decision.isMixed) open.mixed++;
        if (decision.change) yield { locked, change: decision.change };
      }
    }
  }
}

async function isAnyKnown(chunk: readonly PartialCustomer[], { client }: ApplyTransaction): Promise<boolean> {
  const ids = chunk.map(({ id }) => id);
  await announceWrite(client, ids);
  // Not prepared: a plan from when the table was empty would compare every row with every id.
  const { rowCount } = await client.query('SELECT 1 FROM customers WHERE customer_id = ANY($1) LIMIT 1', [ids]);
  return rowCount !== 0;
}
