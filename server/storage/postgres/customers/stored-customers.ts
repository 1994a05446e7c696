import type { ClientBase } from 'pg';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { StoredCustomers } from '../../../domain/customer/stored-customers.js';
import { rowsOf } from '../database/cursor.js';
import type { PostgresDatabase } from '../database/database.js';
import { inOrder, knownOf, position, type KnownColumns } from './row.js';

/** The columns of a stored customer. */
export const STORED = 'customer_id, attributes, events, attribute_times, last_updated';

/** Reads stored customers from the database. */
export class PostgresStoredCustomers extends StoredCustomers {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  override async after(id: string | undefined, limit: number): Promise<StoredCustomer[]> {
    const rows = await this.database.read<KnownColumns>(
      'stored_after',
      `SELECT ${STORED} FROM customers WHERE attributes IS NOT NULL AND position > $1 ORDER BY position LIMIT $2`,
      [id === undefined ? '' : position(id), limit],
    );
    return rows.map(knownOf);
  }

  override async among(ids: readonly string[]): Promise<StoredCustomer[]> {
    const rows = await this.database.read<KnownColumns>(
      'stored_among',
      `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL`,
      [ids],
    );
    return inOrder(rows, ids).map(knownOf);
  }
}

/** Reads every customer within a transaction, in no promised order. */
export async function* eachStored(client: ClientBase): AsyncGenerator<StoredCustomer> {
  const rows = rowsOf<KnownColumns>(client, `SELECT ${STORED} FROM customers WHERE attributes IS NOT NULL`);
  for await (const row of rows) yield knownOf(row);
}
