import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { Differences } from '../../check/differences.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows } from '../database/statements.js';
import { SearchIndex } from '../search/search-index.js';
import { SqliteSearchStore } from '../search-store.js';
import type { ChangeCounter } from './change-counter.js';
import type { DerivedTable } from './derived-table.js';

/** Keys that are written at once. One statement for many keys is several times as fast. */
const KEYS_AT_ONCE = 1_000;

const CLEAR = `
  DELETE FROM search_pending;
  DELETE FROM search_labels;
  UPDATE search_blocks SET published = 0;
  UPDATE meta SET value = value + 1 WHERE name IN ('search_version', 'search_labels_version')`;

/**
 * The customers that have changed since they were indexed. The indexer updates the index later; until then a search reads these
 * customers themselves.
 */
export class SearchPending implements DerivedTable {
  readonly name = 'search index';
  private readonly insert: StatementSync;
  private readonly insertErased: StatementSync;
  private readonly overtake: StatementSync;
  private keys: number[] = [];

  constructor(
    private readonly db: DatabaseSync,
    private readonly changes: ChangeCounter,
  ) {
    this.insertErased = db.prepare(
      `INSERT OR REPLACE INTO search_erased
       SELECT ?, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_blocks'), 0)`,
    );
    // A block that is being written has the customer as it was. It is not published then.
    this.overtake = db.prepare("UPDATE meta SET value = value + 1 WHERE name = 'search_version'");
    this.insert = db.prepare('INSERT OR REPLACE INTO search_pending SELECT value, ?1 FROM json_each(?2)');
  }

  begin(): void {
    this.changes.begin();
    this.keys = [];
  }

  record(key: number, { before, after }: CustomerChange): void {
    if (before ?? after) this.add(key);
  }

  recordFresh(key: number): void {
    this.add(key);
  }

  erase(key: number): void {
    this.insertErased.run(key);
    this.overtake.run();
  }

  flush(): void {
    if (this.keys.length === 0) return;
    this.insert.run(this.changes.current, JSON.stringify(this.keys));
    this.keys = [];
  }

  /** Customers that wait to be indexed are no difference. */
  check(database: SqliteDatabase, differences: Differences): void {
    const index = SearchIndex.open(new SqliteSearchStore(database));
    const keys = prepareRows<[number]>(database.reader, 'SELECT key FROM customers ORDER BY key').iterate();
    index.check(keys, (key, expected, found) => differences.add(key, expected, found));
  }

  /** Lets every customer wait to be indexed, and retires all blocks. */
  clear(): void {
    this.db.exec(CLEAR);
  }

  private add(key: number): void {
    this.keys.push(key);
    if (this.keys.length >= KEYS_AT_ONCE) this.flush();
  }
}
