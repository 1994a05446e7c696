import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { numericId } from '../../../domain/customer/customer-id.js';
import {
  toStored,
  type CustomerRecord,
  type CustomerState,
  type StoredCustomer,
} from '../../../domain/customer/customer.js';
import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';
import { CustomerRanges, type OrderedId } from './customer-ranges.js';
import { prepareRows, type Query } from '../database/statements.js';
import { SearchPending } from '../search-pending.js';
import { StatisticsTable } from './statistics-table.js';

type StoredRow = [id: OrderedId, attributes: string, events: string, lastUpdated: number, attributeTimes: string];

/** The rows of customers, and what is counted of them, for write transactions: between {@link begin} and {@link flush}. */
export class CustomerRows {
  private readonly storedByKey: Query<StoredRow>;
  private readonly deletionOf: Query<[number]>;
  private readonly textKey: Query<[number]>;
  private readonly newTextKey: Query<[number]>;
  private readonly upsert: StatementSync;
  private readonly insertBytes: StatementSync;
  private readonly removeRow: StatementSync;
  private readonly markDeleted: StatementSync;
  private readonly ranges: CustomerRanges;
  private readonly pending: SearchPending;
  /** Every change of a customer has to be counted here. */
  readonly statistics: StatisticsTable;

  constructor(db: DatabaseSync) {
    this.storedByKey = prepareRows(
      db,
      'SELECT id, attributes, events, last_updated, attribute_times FROM customers WHERE key = ?',
    );
    this.deletionOf = prepareRows(db, 'SELECT deleted_at FROM deletions WHERE key = ?');
    this.textKey = prepareRows(db, 'SELECT key FROM text_keys WHERE id = ?');
    this.newTextKey = prepareRows(
      db,
      'INSERT INTO text_keys SELECT ?, coalesce(min(key), 0) - 1 FROM text_keys RETURNING key',
    );
    this.upsert = db.prepare(
      `INSERT INTO customers (key, id, attributes, events, last_updated, attribute_times) VALUES (?, ?, ?, ?, ?, ?)
       ON CONFLICT (key) DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
         last_updated = excluded.last_updated, attribute_times = excluded.attribute_times`,
    );
    this.insertBytes = db.prepare(
      `INSERT INTO customers (key, id, attributes, events, last_updated, attribute_times)
       VALUES (?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, CAST(? AS TEXT))`,
    );
    this.removeRow = db.prepare('DELETE FROM customers WHERE key = ?');
    this.markDeleted = db.prepare('INSERT OR REPLACE INTO deletions VALUES (?, ?)');
    this.ranges = new CustomerRanges(db);
    this.pending = new SearchPending(db);
    this.statistics = new StatisticsTable(db);
  }

  /** To be called at the beginning of every transaction. */
  begin(): void {
    this.ranges.reset();
    this.pending.reset();
    this.statistics.reset();
  }

  /** To be called at the end of every transaction that is to be committed. */
  flush(): void {
    this.ranges.flush();
    this.pending.flush();
    this.statistics.flush();
  }

  /** The key of an id; undefined where it has none. */
  knownKeyOf(id: string): number | undefined {
    return numericId(id) ?? this.textKey.get(id)?.[0];
  }

  /** The key of an id, a new one where it has none. */
  keyOf(id: string): number {
    const key = this.knownKeyOf(id) ?? this.newTextKey.get(id)?.[0];
    if (key === undefined) throw new Error('A new key was not returned.');
    return key;
  }

  stored(key: number): StoredCustomer | undefined {
    const row = this.storedByKey.get(key);
    if (!row) return undefined;
    const [id, attributes, events, lastUpdated, attributeTimes] = row;
    return { id: String(id), attributes, events, lastUpdated, attributeTimes };
  }

  /** When the customer was deleted last, in seconds since the Unix epoch. */
  deletedAt(key: number): number | undefined {
    return this.deletionOf.get(key)?.[0];
  }

  /** Writes a customer as it is now: its row, or that there is none. */
  write(key: number, state: CustomerState, before: StoredCustomer | undefined): CustomerRecord | undefined {
    if (state.exists) return this.save(key, state, before);
    if (before) {
      this.removeRow.run(key);
      this.pending.add(key);
      this.ranges.count(orderedId(state.id), -1);
    }
    return undefined;
  }

  /** Writes a customer that exists. */
  save(key: number, state: CustomerState, before: StoredCustomer | undefined): CustomerRecord {
    const { attributes, events, lastUpdated, attributeTimes } = toStored(state);
    const id = orderedId(state.id);
    this.upsert.run(key, id, attributes, events, lastUpdated, attributeTimes);
    this.pending.add(key);
    if (!before) this.ranges.count(id, 1);
    return { id: state.id, attributes, events, lastUpdated };
  }

  /** Writes a customer that has no row. */
  insert(key: number, id: OrderedId, { attributes, events, lastUpdated, attributeTimes }: FreshCustomer): void {
    this.insertBytes.run(key, id, attributes, events, lastUpdated, attributeTimes);
    this.pending.add(key);
    this.ranges.count(id, 1);
  }

  /** Remembers a deletion, in seconds since the Unix epoch. */
  deleteUpTo(key: number, deletedAt: number): void {
    this.markDeleted.run(key, deletedAt);
  }
}

function orderedId(id: string): OrderedId {
  return numericId(id) ?? id;
}
