import type { ClientBase } from 'pg';
import { toState, toStored, type StoredCustomer } from '../../../domain/customer/customer.js';
import { countFresh, mergeCustomer, mergeFresh, noveltyOf } from '../../../domain/customer/merge.js';
import type { CustomerMessages } from '../../../domain/customer/packed-identities.js';
import { recordOf, type FreshCustomer, type PartialCustomer } from '../../../domain/customer/partial-customer.js';
import { copySegment, openMessages } from './applied-messages.js';
import { CopyRows } from './copy-rows.js';
import type { Merged } from './merged.js';
import { position, storedOf, type CustomerColumns } from './row.js';
import { notePending } from '../search/search-indexer.js';
import { CREATE_STAGED, CUSTOMER_COLUMNS, MOVE_STAGED } from './staged-rows.js';
import type { Turns } from '../database/turns.js';

interface StoredRow extends CustomerColumns {
  readonly touched_by: number[] | null;
}

type Contents = Pick<StoredCustomer, 'attributes' | 'events' | 'attributeTimes' | 'lastUpdated'> | FreshCustomer;

/** Customers some of whom are known, or come from another process at this moment: their rows are locked, read and written. */
export class KnownCustomers {
  /** Customers that were merged message by message. */
  mixed = 0;

  /** @param unfinished the ingestions that are not done, `ingestionId` included */
  constructor(
    private readonly client: ClientBase,
    private readonly ingestionId: number,
    private readonly unfinished: ReadonlySet<number>,
    private readonly merged: Merged,
    private readonly turns: Turns,
  ) {}

  /**
   * Merges what a part says of customers: by what their messages come to, where none of these was applied before, else message by
   * message.
   * @param batch in the order of lists
   * @param hasMessages of the part; without them nothing is merged of customers that need them
   * @returns those customers, by their ids; their rows stay locked
   */
  async merge(batch: readonly PartialCustomer[], hasMessages: boolean): Promise<Set<string>> {
    await this.lock(batch);
    const known = await this.read(batch);
    const messages = await openMessages(this.client, batch);
    await this.client.query(CREATE_STAGED);
    const changed: { readonly id: string; readonly applied: CustomerMessages }[] = [];
    const left = new Set<string>();
    const rows = new CopyRows(this.client, `staged_customers (${CUSTOMER_COLUMNS})`);
    for (const customer of batch) {
      const { id } = customer;
      const row = known.get(id);
      const applied = messages.get(id);
      if (!row || !applied) throw new Error(`Customer ${JSON.stringify(id)} was locked, but not read.`);
      const after = this.mergeOne(customer, row, applied, hasMessages);
      if (after === 'left') left.add(id);
      else if (after) {
        changed.push({ id, applied });
        const full = rows.row(this.fieldsOf(row, after));
        if (full) await full;
      }
      await this.turns.rest();
    }
    await rows.end();
    await this.write(changed);
    return left;
  }

  /** @returns what the row is to hold; undefined when nothing changes */
  private mergeOne(
    customer: PartialCustomer,
    row: StoredRow,
    applied: CustomerMessages,
    hasMessages: boolean,
  ): Contents | 'left' | undefined {
    const { verdicts, statistics } = this.merged;
    const before = storedOf(row);
    const deletedAt = row.deleted_at ?? undefined;
    const novelty = noveltyOf(customer, applied, deletedAt);
    if (novelty === 'none') {
      verdicts.duplicate += customer.messageCount;
      return undefined;
    }
    if (novelty === 'some') {
      if (!hasMessages) return 'left';
      this.mixed++;
      const state = toState(customer.id, before, deletedAt);
      if (!mergeCustomer(state, customer, applied, verdicts)) return undefined;
      const after = toStored(state);
      statistics.replace(before, after);
      return after;
    }
    const fresh = customer.fresh();
    countFresh(verdicts, fresh);
    if (!before) {
      statistics.replace(undefined, recordOf(customer.id, fresh));
      return fresh;
    }
    const state = toState(customer.id, before, undefined);
    mergeFresh(state, fresh, statistics);
    return toStored(state);
  }

  private fieldsOf(row: StoredRow, { attributes, events, attributeTimes, lastUpdated }: Contents) {
    const { customer_id: id } = row;
    const touchedBy = (row.touched_by ?? []).filter((ingestion) => this.unfinished.has(ingestion));
    if (!touchedBy.includes(this.ingestionId)) {
      touchedBy.push(this.ingestionId);
      this.merged.touched++;
    }
    if (row.attributes === null) this.merged.arrived.push(position(id));
    return [id, position(id), attributes, events, attributeTimes, lastUpdated, row.deleted_at, touchedBy];
  }

  /** Locks the rows of customers in their order; who has none gets an empty one. */
  private async lock(batch: readonly PartialCustomer[]): Promise<void> {
    const ids = batch.map(({ id }) => id);
    await this.client.query({
      name: 'lock_customers',
      text: `INSERT INTO customers (customer_id, position)
             SELECT customer_id, position FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (customer_id, position, at)
             ORDER BY at
             ON CONFLICT (customer_id) DO UPDATE SET position = excluded.position WHERE false`,
      values: [ids, ids.map(position)],
    });
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

  /** Moves the staged rows to their place, with the messages that were applied to their customers. */
  private async write(changed: readonly { readonly id: string; readonly applied: CustomerMessages }[]): Promise<void> {
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
}
