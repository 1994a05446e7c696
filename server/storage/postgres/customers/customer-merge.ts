import type { ClientBase } from 'pg';
import type { FoldedBatches } from '../../../domain/customer/customer-repository.js';
import { failPoint } from '../../../domain/fail-point.js';
import { recordOf, type PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { copyFresh } from './applied-messages.js';
import { CopyRows } from './copy-rows.js';
import { codeOf, UNIQUE_VIOLATION } from '../database/failure.js';
import { KnownCustomers } from './known-customers.js';
import { Merged } from './merged.js';
import { position } from './row.js';
import { CUSTOMER_COLUMNS } from './staged-rows.js';
import { Turns } from '../database/turns.js';

/** Customers that are locked, read and written at once. */
const BATCH_CUSTOMERS = 2_000;
/** One in so many customers of a summary is many. */
const MANY_MIXED = 4;

/**
 * Merges what a source says within one transaction. Customers come in the order of lists, and their rows are locked in that
 * order by every writer, so that no two wait for each other.
 */
export class CustomerMerge {
  private readonly merged = new Merged();
  private readonly turns = new Turns();
  private readonly known: KnownCustomers;
  /** Of the summary before, many customers needed their messages. */
  private expectsMixed = false;

  /** @param unfinished the ingestions that are not done, this one included */
  constructor(
    private readonly client: ClientBase,
    private readonly ingestionId: number,
    unfinished: ReadonlySet<number>,
  ) {
    this.known = new KnownCustomers(client, ingestionId, unfinished, this.merged, this.turns);
  }

  async run(partials: FoldedBatches): Promise<Merged> {
    for await (const partial of partials) {
      await this.mergePartial(partial);
      failPoint('apply:batch-written');
    }
    return this.merged;
  }

  private async mergePartial(partial: FoldedBatch): Promise<void> {
    const fresh: PartialCustomer[] = [];
    const mixedBefore = this.known.mixed;
    let isComplete = partial.data.hasMessages;
    let customers = [...partial.customers()];
    const complete = async (): Promise<void> => {
      customers = [...(await partial.complete()).customers()];
      isComplete = true;
    };
    const batchAt = (at: number): PartialCustomer[] => customers.slice(at, at + BATCH_CUSTOMERS);
    for (let at = 0; at < customers.length; at += BATCH_CUSTOMERS) {
      const batch = batchAt(at);
      if (!(await this.isAnyKnown(batch)) && (await this.insertFresh(batch))) {
        fresh.push(...batch);
        continue;
      }
      if (this.expectsMixed && !isComplete) await complete();
      const left = await this.known.merge(batchAt(at), isComplete);
      if (left.size === 0) continue;
      await complete();
      const rest = batchAt(at).filter(({ id }) => left.has(id));
      await this.known.merge(rest, isComplete);
    }
    this.expectsMixed = (this.known.mixed - mixedBefore) * MANY_MIXED > partial.count;
    this.countFresh(partial, fresh);
  }

  private async isAnyKnown(batch: readonly PartialCustomer[]): Promise<boolean> {
    const { rowCount } = await this.client.query({
      name: 'any_known',
      text: 'SELECT 1 FROM customers WHERE customer_id = ANY($1) LIMIT 1',
      values: [batch.map(({ id }) => id)],
    });
    return rowCount !== 0;
  }

  /** The names of a summary of nothing but newcomers were counted where it was folded. */
  private countFresh(partial: FoldedBatch, fresh: readonly PartialCustomer[]): void {
    const { statistics } = this.merged;
    const all = fresh.length === partial.count;
    if (all) statistics.addNames(partial.nameCounts());
    for (const customer of fresh) {
      if (all) statistics.addDay(customer.fresh().lastUpdated);
      else statistics.replace(undefined, recordOf(customer.id, customer.fresh()));
    }
  }

  /**
   * Writes customers that nobody knew, straight into their tables.
   * @returns false when another process was faster; nothing has changed then
   */
  private async insertFresh(batch: readonly PartialCustomer[]): Promise<boolean> {
    await this.client.query('SAVEPOINT fresh');
    const customers = new CopyRows(this.client, `customers (${CUSTOMER_COLUMNS})`);
    const touchedBy = [this.ingestionId];
    try {
      for (const customer of batch) {
        const { id } = customer;
        const { attributes, events, attributeTimes, lastUpdated } = customer.fresh();
        const fields = [id, position(id), attributes, events, attributeTimes, lastUpdated, null, touchedBy];
        const full = customers.row(fields);
        if (full) await full;
        await this.turns.rest();
      }
      await customers.end();
    } catch (error) {
      if (codeOf(error) !== UNIQUE_VIOLATION) throw error;
      await this.client.query('ROLLBACK TO fresh');
      return false;
    }
    const messages = new CopyRows(this.client, 'applied_messages (customer_id, first, identities)');
    for (const customer of batch) await copyFresh(messages, customer.id, customer.identities);
    await messages.end();
    const pending = new CopyRows(this.client, 'search_pending (customer_id)');
    for (const { id } of batch) await pending.row([id]);
    await pending.end();
    await this.client.query('RELEASE fresh');
    for (const customer of batch) this.merged.addNewcomer(customer.id, customer.fresh());
    return true;
  }
}
