import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { numericId } from '../../domain/customer/customer-id.js';
import type { CustomerRecord } from '../../domain/customer/customer.js';
import { readLabels } from '../../domain/customer/labels.js';
import { comparableText } from '../../domain/json.js';
import { compareNumbers } from '../../domain/decimal.js';
import { timeOfDouble } from '../../domain/search/attribute-value.js';
import { foldText } from '../../domain/search/fold-text.js';
import { OpenRecord } from '../../domain/search/open-record.js';
import { compareCodePoints } from '../../domain/text.js';
import type { SqliteDatabase } from './database/database.js';
import { isConflict } from './database/failure.js';
import { prepareRows, type Query } from './database/statements.js';
import { EventRows } from './log/event-rows.js';
import type { Connection, SearchStore } from './search/search-index.js';

type RecordRow = [id: number | string, attributes: string, events: string, lastUpdated: number, labels: string | null];

/** The parts of a database that the store uses. */
export type SearchDatabase = Pick<SqliteDatabase, 'reader' | 'writer' | 'snapshot' | 'write'>;

/** The database as a connection sees it within its transaction. It is only read. */
export function seenBy(reader: DatabaseSync): SearchDatabase {
  const write = (): Promise<never> => Promise.reject(new Error('A snapshot is not written.'));
  return { reader, writer: reader, snapshot: (read) => read(), write };
}

/** Gives the search index its tables in a SQLite file, and the customers as its documents. */
export class SqliteSearchStore implements SearchStore<OpenRecord> {
  readonly reader: Connection;
  readonly writer: Connection;
  readonly isConflict = isConflict;
  readonly fold = foldText;
  readonly compareNumbers = compareNumbers;
  readonly timeOfNumber = timeOfDouble;
  readonly comparable = comparableText;
  readonly compare = compareCodePoints;
  private readonly recordOf: Query<RecordRow>;
  private readonly idByKey: Query<[string]>;
  private readonly textKey: Query<[number]>;
  private readonly events: EventRows;
  private readonly running: Query<[number]>;

  constructor(private readonly database: SearchDatabase) {
    const { reader, writer } = database;
    this.reader = connection(reader);
    this.writer = connection(writer);
    this.recordOf = prepareRows(
      reader,
      'SELECT id, attributes, events, last_updated, labels FROM customers WHERE key = ?',
    );
    this.events = new EventRows(reader);
    this.idByKey = prepareRows(reader, 'SELECT id FROM customers WHERE key = ?');
    this.textKey = prepareRows(reader, 'SELECT key FROM text_keys WHERE id = ?');
    this.running = prepareRows(reader, "SELECT 1 FROM ingestions WHERE state = 'running' AND lease_until > ? LIMIT 1");
  }

  snapshot<T>(read: () => T): T {
    return this.database.snapshot(read);
  }

  write<T>(work: () => T): Promise<T> {
    return this.database.write(work);
  }

  /** True while customers are ingested, by this process or another. */
  isBusy(): boolean {
    return this.running.get(Date.now()) !== undefined;
  }

  document(key: number): OpenRecord | undefined {
    const row = this.recordOf.get(key);
    if (!row) return undefined;
    const [id, attributes, events, lastUpdated, labels] = row;
    return this.open(key, { id: String(id), attributes, events, lastUpdated }, labels ?? undefined);
  }

  /** Opens a record together with its log. @param labels as they are stored */
  open(key: number, record: CustomerRecord, labels: string | undefined): OpenRecord {
    return new OpenRecord(record, this.events.of(key), readLabels(labels));
  }

  /** The id with a key. The key of a numeric id is its number; any other key is negative. */
  idOf(key: number): string | undefined {
    return key < 0 ? this.idByKey.get(key)?.[0] : String(key);
  }

  keyOf(id: string): number | undefined {
    return numericId(id) ?? this.textKey.get(id)?.[0];
  }
}

function connection(db: DatabaseSync): Connection {
  return {
    prepare: (sql) => {
      const statement = db.prepare(sql);
      statement.setReturnArrays(true);
      // Safe if the statement has the columns that its caller declares.
      return statement;
    },
  };
}
