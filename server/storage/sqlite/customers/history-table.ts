import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { changesJson, type AttributeEdit, type EditAction, type EditSource } from '../../../domain/customer/history.js';

/** Writes the history within a write transaction. */
export class HistoryTable {
  private readonly insert: StatementSync;

  constructor(db: DatabaseSync) {
    this.insert = db.prepare(
      `INSERT INTO history SELECT ?1, coalesce(max(id), 0) + 1, ?2, ?3, ?4, ?5 FROM history WHERE key = ?1`,
    );
  }

  append(key: number, source: EditSource, action: EditAction, edits: readonly AttributeEdit[]): void {
    this.insert.run(key, Date.now(), source, action, changesJson(edits));
  }
}
