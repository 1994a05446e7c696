import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { prepareRows, type Query } from './database/statements.js';

/** Keys that are written at once: one statement for many is several times as fast. */
const KEYS_AT_ONCE = 1_000;

/**
 * Notes which customers have changed since they were indexed, within the transaction that changes them. Nothing is indexed
 * at that time: the indexer does it later, and a search looks at these customers themselves.
 */
export class SearchPending {
  private readonly nextChange: Query<[number]>;
  private readonly insert: StatementSync;
  private change: number | undefined;
  private keys: number[] = [];

  constructor(writer: DatabaseSync) {
    this.nextChange = prepareRows(
      writer,
      "UPDATE meta SET value = value + 1 WHERE name = 'search_change' RETURNING value",
    );
    this.insert = writer.prepare('INSERT OR REPLACE INTO search_pending SELECT value, ?1 FROM json_each(?2)');
  }

  /** @param key of a customer that was inserted, changed or deleted */
  add(key: number): void {
    this.keys.push(key);
    if (this.keys.length >= KEYS_AT_ONCE) this.flush();
  }

  /** To be called at the end of every transaction. */
  flush(): void {
    if (this.keys.length === 0) return;
    this.change ??= this.nextChange.get()?.[0] ?? 0;
    this.insert.run(this.change, JSON.stringify(this.keys));
    this.keys = [];
  }

  /** To be called at the beginning of every transaction. */
  reset(): void {
    this.change = undefined;
    this.keys = [];
  }
}
