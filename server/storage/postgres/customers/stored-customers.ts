import type { ClientBase } from 'pg';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { StoredCustomers, type CustomerSnapshot } from '../../../domain/customer/stored-customers.js';
import type { AllNames } from '../../../domain/overview.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import { isIndexed, selectIn } from '../search/selected-ids.js';
import { rowsOf } from '../database/cursor.js';
import type { PostgresDatabase } from '../database/database.js';
import { namesIn } from '../overview.repository.js';
import { selectByScan } from '../../select-by-scan.js';
import { inOrder, knownOf, position, type KnownColumns } from './row.js';
import type { StatisticsTable } from './statistics-table.js';

/** The columns of a stored customer. */
export const STORED = 'customer_id, attributes, events, attribute_times, last_updated';

/** Reads stored customers from the database. */
export class PostgresStoredCustomers extends StoredCustomers {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly statistics: StatisticsTable,
  ) {
    super();
  }

  override snapshot<T>(read: (snapshot: CustomerSnapshot) => Promise<T>): Promise<T> {
    return this.database.snapshot((client) => read(new PostgresSnapshot(client, this.statistics)));
  }
}

/** Reads within a transaction; see {@link CustomerSnapshot.after}. */
export async function storedAfter(
  client: ClientBase,
  id: string | undefined,
  limit: number,
): Promise<StoredCustomer[]> {
  const { rows } = await client.query<KnownColumns>({
    name: 'stored_after',
    text: `SELECT ${STORED} FROM customers WHERE attributes IS NOT NULL AND position > $1 ORDER BY position LIMIT $2`,
    values: [id === undefined ? '' : position(id), limit],
  });
  return rows.map(knownOf);
}

/** The customers that a connection sees within its transaction. */
class PostgresSnapshot implements CustomerSnapshot {
  constructor(
    private readonly client: ClientBase,
    private readonly statistics: StatisticsTable,
  ) {}

  after(id: string | undefined, limit: number): Promise<StoredCustomer[]> {
    return storedAfter(this.client, id, limit);
  }

  async among(ids: readonly string[]): Promise<StoredCustomer[]> {
    const { rows } = await this.client.query<KnownColumns>({
      name: 'stored_among',
      text: `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL`,
      values: [ids],
    });
    return inOrder(rows, ids).map(knownOf);
  }

  names(limit: number): Promise<AllNames> {
    return namesIn(this.client, this.statistics, limit);
  }

  select(selection: CustomerSelection, signal: AbortSignal): AsyncGenerator<string> {
    return isIndexed(selection) ? selectIn(this.client, selection, signal) : selectByScan(this, selection, signal);
  }
}

/** Reads every customer within a transaction, in no promised order. */
export async function* eachStored(client: ClientBase): AsyncGenerator<StoredCustomer> {
  const rows = rowsOf<KnownColumns>(client, `SELECT ${STORED} FROM customers WHERE attributes IS NOT NULL`);
  for await (const row of rows) yield knownOf(row);
}
