import type { ClientBase } from 'pg';
import { setImmediate as nextTick } from 'node:timers/promises';
import { toState, toStored, type StoredCustomer } from '../../domain/customer.js';
import type { VerdictCounts } from '../../domain/fold.js';
import type { Partials } from '../../domain/customer-repository.js';
import { mergeCustomer } from '../../domain/merge.js';
import { unpackIdentities } from '../../domain/message-identity.js';
import type { SegmentedMessages } from '../../domain/packed-identities.js';
import { recordOf, type PartialCustomer, type PartialSummary } from '../../domain/partial-summary.js';
import { Statistics } from '../../domain/statistics.js';
import { copyFresh, copySegment, openMessages } from './applied-messages.js';
import { CopyRows } from './copy-rows.js';
import { codeOf, UNIQUE_VIOLATION } from './failure.js';
import { position } from './row.js';
import { notePending } from './search-indexer.js';
import { CREATE_STAGED, CUSTOMER_COLUMNS, MOVE_STAGED } from './staged-rows.js';

/** Customers that are locked, read and written at once. */
const BATCH_CUSTOMERS = 2_000;
/** How long a merge may keep the thread before others have a turn, in milliseconds. */
const SLICE_MS = 8;

/** What a merge did, apart from the rows. */
export interface Merged {
  readonly verdicts: VerdictCounts;
  /** Customers to which this ingestion had applied nothing before. */
  touched: number;
  /** The positions of the customers that were not there before. */
  readonly arrived: string[];
  readonly statistics: Statistics;
}

interface StoredRow {
  readonly customer_id: string;
  readonly attributes: string | null;
  readonly events: string;
  readonly attribute_times: string;
  readonly last_updated: number;
  readonly deleted_at: number | null;
  readonly touched_by: number[] | null;
}

/**
 * Merges what a source says within one transaction. Customers come in the order of lists, and their rows are locked in that
 * order by every writer, so that no two wait for each other.
 */
export class CustomerMerge {
  private readonly merged: Merged = {
    verdicts: { event: 0, attributes: 0, duplicate: 0, stale: 0 },
    touched: 0,
    arrived: [],
    statistics: new Statistics(),
  };
  private sliceEnd = performance.now() + SLICE_MS;

  /** @param unfinished the ingestions that are not done, this one included */
  constructor(
    private readonly client: ClientBase,
    private readonly ingestionId: number,
    private readonly unfinished: ReadonlySet<number>,
  ) {}

  async run(partials: Partials): Promise<Merged> {
    for await (const partial of partials) await this.mergePartial(partial);
    return this.merged;
  }

  private async mergePartial(partial: PartialSummary): Promise<void> {
    let customers = [...partial.customers()];
    const fresh: PartialCustomer[] = [];
    let isComplete = partial.data.hasMessages;
    for (let at = 0; at < customers.length; at += BATCH_CUSTOMERS) {
      let batch = customers.slice(at, at + BATCH_CUSTOMERS);
      const ids = batch.map(({ id }) => id);
      if (!(await this.isAnyKnown(ids)) && (await this.insertFresh(batch))) {
        fresh.push(...batch);
        continue;
      }
      if (!isComplete) {
        customers = [...(await partial.complete()).customers()];
        isComplete = true;
        batch = customers.slice(at, at + BATCH_CUSTOMERS);
      }
      await this.lock(ids);
      await this.mergeLocked(batch);
    }
    this.countFresh(partial, fresh);
  }

  private async isAnyKnown(ids: readonly string[]): Promise<boolean> {
    const { rowCount } = await this.client.query({
      name: 'any_known',
      text: 'SELECT FROM customers WHERE customer_id = ANY($1) LIMIT 1',
      values: [ids],
    });
    return rowCount !== 0;
  }

  /** The names of a summary of nothing but newcomers were counted where it was folded. */
  private countFresh(partial: PartialSummary, fresh: readonly PartialCustomer[]): void {
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
    try {
      for (const customer of batch) {
        const { id } = customer;
        const { attributes, events, attributeTimes, lastUpdated } = customer.fresh();
        const full = customers.row([
          id,
          position(id),
          attributes,
          events,
          attributeTimes,
          lastUpdated,
          null,
          [this.ingestionId],
        ]);
        if (full) await full;
        await this.rest();
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
    const { verdicts, arrived } = this.merged;
    for (const customer of batch) {
      const { counts } = customer.fresh();
      verdicts.event += counts.event;
      verdicts.attributes += counts.attributes;
      verdicts.duplicate += counts.duplicate;
      arrived.push(position(customer.id));
    }
    this.merged.touched += batch.length;
    return true;
  }

  /** Locks the rows of customers in their order; who has none gets an empty one. */
  private async lock(ids: readonly string[]): Promise<void> {
    await this.client.query({
      name: 'lock_customers',
      text: `INSERT INTO customers (customer_id, position)
             SELECT customer_id, position FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (customer_id, position, at)
             ORDER BY at
             ON CONFLICT (customer_id) DO UPDATE SET position = excluded.position WHERE false`,
      values: [ids, ids.map(position)],
    });
  }

  private async mergeLocked(batch: readonly PartialCustomer[]): Promise<void> {
    const known = await this.read(batch);
    const wanted = new Map(batch.map((customer) => [customer.id, unpackIdentities(customer.identities)]));
    const messages = await openMessages(this.client, wanted);
    await this.client.query(CREATE_STAGED);
    const changed: { id: string; applied: SegmentedMessages }[] = [];
    const rows = new CopyRows(this.client, `staged_customers (${CUSTOMER_COLUMNS})`);
    for (const customer of batch) {
      const { id } = customer;
      const row = known.get(id);
      const applied = messages.get(id);
      if (!row || !applied) throw new Error(`Customer ${JSON.stringify(id)} was locked, but not read.`);
      const state = toState(id, storedOf(row), row.deleted_at ?? undefined);
      if (mergeCustomer(state, customer, applied, this.merged.verdicts)) {
        const stored = toStored(state);
        const { attributes, events, attributeTimes, lastUpdated } = stored;
        this.merged.statistics.replace(storedOf(row), stored);
        const touchedBy = (row.touched_by ?? []).filter((ingestion) => this.unfinished.has(ingestion));
        if (!touchedBy.includes(this.ingestionId)) {
          touchedBy.push(this.ingestionId);
          this.merged.touched++;
        }
        if (row.attributes === null) this.merged.arrived.push(position(id));
        changed.push({ id, applied });
        const full = rows.row([
          id,
          position(id),
          attributes,
          events,
          attributeTimes,
          lastUpdated,
          row.deleted_at,
          touchedBy,
        ]);
        if (full) await full;
      }
      await this.rest();
    }
    await rows.end();
    if (changed.length === 0) return;
    const segments = new CopyRows(this.client, 'staged_messages (customer_id, first, identities)');
    for (const { id, applied } of changed) {
      for (const segment of applied.changed()) await copySegment(segments, id, segment);
    }
    await segments.end();
    await this.client.query(MOVE_STAGED);
    await notePending(
      this.client,
      changed.map(({ id }) => id),
    );
  }

  private async read(batch: readonly PartialCustomer[]): Promise<Map<string, StoredRow>> {
    const { rows } = await this.client.query<StoredRow>({
      name: 'read_locked',
      text: `SELECT customer_id, attributes, events, attribute_times, last_updated, deleted_at, touched_by
             FROM customers WHERE customer_id = ANY($1)`,
      values: [batch.map(({ id }) => id)],
    });
    return new Map(rows.map((row) => [row.customer_id, row]));
  }

  private async rest(): Promise<void> {
    if (performance.now() < this.sliceEnd) return;
    await nextTick();
    this.sliceEnd = performance.now() + SLICE_MS;
  }
}

function storedOf(row: StoredRow): StoredCustomer | undefined {
  if (row.attributes === null) return undefined;
  return {
    id: row.customer_id,
    attributes: row.attributes,
    events: row.events,
    attributeTimes: row.attribute_times,
    lastUpdated: row.last_updated,
  };
}
