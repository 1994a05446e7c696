import type { ClientBase } from 'pg';
import type { FoldedBatches } from '../../../domain/customer/customer-repository.js';
import { decideMessages } from '../../../domain/customer/decide-messages.js';
import { addOutcomes, noOutcomes } from '../../../domain/customer/fold.js';
import type { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import { failPoint } from '../../../domain/fail-point.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { openMessages } from './applied-messages.js';
import { announceWrite, lockAll, type LockedChange, type LockedCustomer } from './customer-rows.js';
import type { CustomerWriter, Touching } from './customer-writer.js';

/** Customers that are locked, read and written at once. */
const CHUNK_CUSTOMERS = 2_000;
/** When more than one in this many customers of a batch is mixed, the next batch is read with its messages at once. */
const MANY_MIXED = 4;

/**
 * Applies folded batches within one transaction. Customers come in the order of lists, and every writer locks rows in that order,
 * so that no two writers wait for each other.
 */
export class BatchApplier {
  readonly outcomes = noOutcomes();
  /** Customers of the batch under way whose messages were applied one by one. */
  private mixed = 0;
  private expectsMixed = false;

  constructor(
    private readonly client: ClientBase,
    private readonly writer: CustomerWriter,
    private readonly touching: Touching,
  ) {}

  async run(batches: FoldedBatches): Promise<void> {
    for await (const batch of batches) {
      await this.applyBatch(batch);
      failPoint('apply:batch-written');
    }
  }

  private async applyBatch(batch: FoldedBatch): Promise<void> {
    this.mixed = 0;
    let isComplete = batch.data.hasMessages;
    let customers = [...batch.customers()];
    const complete = async (): Promise<void> => {
      customers = [...(await batch.complete()).customers()];
      isComplete = true;
    };
    const chunkAt = (at: number): PartialCustomer[] => customers.slice(at, at + CHUNK_CUSTOMERS);
    for (let at = 0; at < customers.length; at += CHUNK_CUSTOMERS) {
      const chunk = chunkAt(at);
      if (!(await this.isAnyKnown(chunk)) && (await this.writer.insertFresh(chunk, this.touching))) continue;
      if (this.expectsMixed && !isComplete) await complete();
      const left = await this.applyLocked(chunkAt(at), isComplete);
      if (left.size === 0) continue;
      await complete();
      const rest = chunkAt(at).filter(({ id }) => left.has(id));
      await this.applyLocked(rest, isComplete);
    }
    this.expectsMixed = this.mixed * MANY_MIXED > batch.count;
    addOutcomes(this.outcomes, await this.writer.endBatch(batch));
  }

  private async isAnyKnown(chunk: readonly PartialCustomer[]): Promise<boolean> {
    const ids = chunk.map(({ id }) => id);
    await announceWrite(this.client, ids);
    // Not prepared: a plan from when the table was empty would compare every row with every id.
    const { rowCount } = await this.client.query('SELECT 1 FROM customers WHERE customer_id = ANY($1) LIMIT 1', [ids]);
    return rowCount !== 0;
  }

  /**
   * Applies a batch to customers of whom some are known, or come from another process at this moment.
   * @param chunk in the order of lists
   * @param hasMessages whether the batch has its messages
   * @returns the ids of customers whose messages are needed; their rows stay locked
   */
  private async applyLocked(chunk: readonly PartialCustomer[], hasMessages: boolean): Promise<Set<string>> {
    const known = await lockAll(
      this.client,
      chunk.map(({ id }) => id),
    );
    const messages = await openMessages(this.client, chunk);
    const left = new Set<string>();
    await this.writer.writeApplied(this.decide(chunk, known, messages, hasMessages, left), this.touching);
    return left;
  }

  /** Yields the changes, and adds the ids of customers whose messages are needed to `left`. */
  private *decide(
    chunk: readonly PartialCustomer[],
    known: ReadonlyMap<string, LockedCustomer>,
    messages: ReadonlyMap<string, CustomerMessages>,
    hasMessages: boolean,
    left: Set<string>,
  ): Generator<LockedChange> {
    for (const customer of chunk) {
      const { id } = customer;
      const locked = known.get(id);
      const applied = messages.get(id);
      if (!locked?.hasRow || !applied) throw new Error(`Customer ${JSON.stringify(id)} was locked, but not read.`);
      const decision = decideMessages(locked, customer, applied, hasMessages);
      if (decision === 'needs messages') left.add(id);
      else {
        addOutcomes(this.outcomes, decision.outcomes);
        if (decision.isMixed) this.mixed++;
        if (decision.change) yield { locked, change: decision.change };
      }
    }
  }
}
