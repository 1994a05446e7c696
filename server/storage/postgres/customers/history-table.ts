import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import { authorJson, type HistoryDraft } from '../../../domain/customer/history.js';
import type { Differences } from '../../check/differences.js';
import { rowsOf } from '../database/cursor.js';
import type { DerivedTable } from './derived-table.js';

const APPEND = `INSERT INTO history (customer_id, id, at, source, action, changes, author, bulk_edit)
  SELECT customer_id, coalesce(given_id, last + 1, 1), coalesce(given_at, floor(extract(epoch FROM clock_timestamp()) * 1000)), source,
    action, changes, author, bulk_edit
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[])
    AS edits (customer_id, source, action, changes, given_id, given_at, author, bulk_edit)`;
/** The last number of one customer is at the end of an index, however many entries there are. */
const APPEND_ONE = `WITH known AS MATERIALIZED (SELECT max(id) AS last FROM history WHERE customer_id = $9)
  ${APPEND} CROSS JOIN known`;
const APPEND_EACH = `WITH known AS MATERIALIZED (
    SELECT customer_id, max(id) AS last FROM history WHERE customer_id = ANY($1) GROUP BY customer_id
  ) ${APPEND} LEFT JOIN known USING (customer_id)`;

/** Customers whose entries are not numbered from 1 on. */
const MISNUMBERED = `SELECT customer_id, count(*) AS count, max(id) AS last FROM history GROUP BY customer_id
  HAVING min(id) <> 1 OR max(id) <> count(*)`;

interface Entry extends HistoryDraft {
  readonly customerId: string;
}

/** Appends the history entries of edits. They are numbered while the row of their customer is locked. */
export class HistoryTable implements DerivedTable {
  readonly name = 'history';
  /** Nothing else holds the entries. */
  readonly clear = undefined;
  readonly settled = undefined;
  private entries: Entry[] = [];

  record({ id, history }: CustomerChange): void {
    if (history) this.entries.push({ customerId: id, ...history });
  }

  recordFresh(): void {
    // Messages have no entries.
  }

  async flush(client: ClientBase): Promise<void> {
    const { entries } = this;
    if (entries.length === 0) return;
    this.entries = [];
    const isOne = entries.length === 1;
    await client.query({
      name: isOne ? 'append_entry' : 'append_history',
      text: isOne ? APPEND_ONE : APPEND_EACH,
      values: [
        entries.map(({ customerId }) => customerId),
        entries.map(({ source }) => source),
        entries.map(({ action }) => action),
        entries.map(({ changes }) => changes),
        entries.map(({ id }) => id),
        entries.map(({ at }) => at),
        entries.map(({ author }) => authorJson(author)),
        entries.map(({ bulkEdit }) => bulkEdit),
        ...(isOne ? [entries[0].customerId] : []),
      ],
    });
  }
  async check(client: ClientBase, differences: Differences): Promise<void> {
    interface Row {
      readonly customer_id: string;
      readonly count: number;
      readonly last: number;
    }
    for await (const { customer_id: id, count, last } of rowsOf<Row>(client, MISNUMBERED))
      differences.add(id, `entries 1 to ${last}`, `${count} entries`);
  }
}
