import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { prepareRows, type Query } from './sqlite-database.js';

/**
 * Notes which customers have changed since they were indexed, within the transaction that changes them. Nothing is indexed
 * at that time: the indexer does it later, and a search looks at these customers themselves.
 */
export class SearchPending {
  private readonly nextChange: Query<[number]>;
  private readonly insert: StatementSync;
  private change: number | undefined;

  constructor(writer: DatabaseSync) {
    this.nextChange = prepareRows(
      writer,
      "UPDATE meta SET value = value + 1 WHERE name = 'search_change' RETURNING value",
    );
    this.insert = writer.prepare('INSERT OR REPLACE INTO search_pending VALUES (?, ?)');
  }

  /** @param key of a customer that was inserted, changed or deleted */
  add(key: number): void {
    this.change ??= this.nextChange.get()?.[0] ?? 0;
    this.insert.run(key, this.change);
  }

  /** To be called at the beginning of every transaction. */
  reset(): void {
    this.change = undefined;
  }
}
