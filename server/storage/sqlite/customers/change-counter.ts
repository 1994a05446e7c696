import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { prepareRows, type Query } from '../database/statements.js';

/** Numbers the transactions that write customers. A later one has a greater number. */
export class ChangeCounter {
  private readonly increase: Query<[number]>;
  private change: number | undefined;

  constructor(db: DatabaseSync) {
    this.increase = prepareRows(db, "UPDATE meta SET value = value + 1 WHERE name = 'search_change' RETURNING value");
  }

  /** Starts a transaction. */
  begin(): void {
    this.change = undefined;
  }

  /** The number of this transaction. */
  get current(): number {
    return (this.change ??= this.increase.get()?.[0] ?? 0);
  }
}
