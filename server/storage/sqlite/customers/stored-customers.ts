import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { numericId } from '../../../domain/customer/customer-id.js';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import type { OrderedId } from './customer-ranges.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';

type Row = [
  id: OrderedId,
  attributes: string,
  events: string,
  lastUpdated: number,
  attributeTimes: string,
  labels: string | null,
];

const STORED = 'id, attributes, events, last_updated, attribute_times, labels';

/** Reads stored customers over a connection. */
export class StoredCustomerRows {
  private readonly first: Query<Row>;
  private readonly next: Query<Row>;
  private readonly byId: Query<Row>;

  constructor({ reader }: Pick<SqliteDatabase, 'reader'>) {
    this.first = prepareRows(reader, `SELECT ${STORED} FROM customers ORDER BY id LIMIT ?`);
    this.next = prepareRows(reader, `SELECT ${STORED} FROM customers WHERE id > ? ORDER BY id LIMIT ?`);
    this.byId = prepareRows(reader, `SELECT ${STORED} FROM customers WHERE id = ?`);
  }

  async after(id: string | undefined, limit: number): Promise<StoredCustomer[]> {
    const rows = id === undefined ? this.first.all(limit) : this.next.all(numericId(id) ?? id, limit);
    return rows.map(toStored);
  }

  async among(ids: readonly string[]): Promise<StoredCustomer[]> {
    const rows = ids.map((id) => this.byId.get(numericId(id) ?? id));
    return rows.filter((row) => row !== undefined).map(toStored);
  }
}

/** Reads every customer, in the order of lists. Reading must end before `db` writes a customer. */
export function* eachStored(db: DatabaseSync): Generator<StoredCustomer & { readonly key: number }> {
  const rows = prepareRows<[...Row, key: number]>(db, `SELECT ${STORED}, key FROM customers ORDER BY id`);
  for (const [id, attributes, events, lastUpdated, attributeTimes, labels, key] of rows.iterate())
    yield { ...toStored([id, attributes, events, lastUpdated, attributeTimes, labels]), key };
}

function toStored([id, attributes, events, lastUpdated, attributeTimes, labels]: Row): StoredCustomer {
  return { id: String(id), attributes, events, lastUpdated, attributeTimes, ...(labels !== null && { labels }) };
}
