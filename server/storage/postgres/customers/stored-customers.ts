import type { ClientBase } from 'pg';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { rowsOf } from '../database/cursor.js';
import { knownOf, position, type KnownColumns } from './row.js';

/** The columns of a stored customer. */
export const STORED = 'customer_id, attributes, events, attribute_times, last_updated, labels';

/** Reads within a transaction; see `CustomerSnapshot.after`. */
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

/** Reads every customer within a transaction, in no promised order. */
export async function* eachStored(client: ClientBase): AsyncGenerator<StoredCustomer> {
  const rows = rowsOf<KnownColumns>(client, `SELECT ${STORED} FROM customers WHERE attributes IS NOT NULL`);
  for await (const row of rows) yield knownOf(row);
}
