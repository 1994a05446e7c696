import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { DerivedTable } from './derived-table.js';

/** Appends the history entries of edits. */
export class HistoryTable implements DerivedTable {
  private readonly insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.insert = db.prepare(
      `INSERT INTO history SELECT ?1, coalesce(?2, max(id) + 1, 1), ?3, ?4, ?5, ?6 FROM history WHERE key = ?1`,
    );
  }

  record(key: number, { history }: CustomerChange): void {
    if (!history) return;
    const { id = null, at = Date.now(), source, action, changes } = history;
    this.insert.run(key, id, at, source, action, changes);
  }

  recordFresh(): void {
    // Messages have no entries.
  }
}
