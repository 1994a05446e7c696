import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import { authorJson } from '../../../domain/customer/history.js';
import type { Differences } from '../../check/differences.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows } from '../database/statements.js';
import type { DerivedTable } from './derived-table.js';

/** Customers whose entries are not numbered from 1 on. */
const MISNUMBERED = `SELECT coalesce(t.id, h.key), count(*), max(h.id) FROM history AS h LEFT JOIN text_keys AS t USING (key)
  GROUP BY h.key HAVING min(h.id) <> 1 OR max(h.id) <> count(*)`;

/** Appends the history entries of edits. */
export class HistoryTable implements DerivedTable {
  readonly name = 'history';
  /** Nothing else holds the entries. */
  readonly clear = undefined;
  private readonly insert: StatementSync;
  private readonly remove: StatementSync;

  constructor(db: DatabaseSync) {
    this.remove = db.prepare('DELETE FROM history WHERE key = ?');
    this.insert = db.prepare(
      `INSERT INTO history SELECT ?1, coalesce(?2, max(id) + 1, 1), ?3, ?4, ?5, ?6, ?7, ?8 FROM history WHERE key = ?1`,
    );
  }

  record(key: number, { history }: CustomerChange): void {
    if (!history) return;
    const { id = null, at = Date.now(), source, action, changes, author, bulkEdit = null } = history;
    this.insert.run(key, id, at, source, action, changes, authorJson(author), bulkEdit);
  }

  recordFresh(): void {
    // Messages have no entries.
  }

  erase(key: number): void {
    this.remove.run(key);
  }

  check({ reader }: SqliteDatabase, differences: Differences): void {
    const rows = prepareRows<[id: number | string, count: number, last: number]>(reader, MISNUMBERED);
    for (const [id, count, last] of rows.iterate()) differences.add(id, `entries 1 to ${last}`, `${count} entries`);
  }
}
