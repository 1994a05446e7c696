import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import { trashedBy } from '../../../domain/customer/trash.js';
import { SqliteWork } from '../../access/sqlite-work.js';
import type { Differences } from '../../check/differences.js';
import { addTrash, removeTrash, restoreTrash } from '../../trash/trash.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows } from '../database/statements.js';
import type { DerivedTable } from './derived-table.js';

/** Customers in the trash whose last deletion is another one. */
const MISPLACED = `SELECT t.id, t.deleted_at, d.deleted_at FROM trash AS t LEFT JOIN text_keys AS k USING (id)
  LEFT JOIN deletions AS d ON d.key = coalesce(k.key, CAST(t.id AS INTEGER)) WHERE d.deleted_at IS NOT t.deleted_at`;

/** Keeps deleted customers, until they are restored. */
export class TrashTable implements DerivedTable {
  readonly name = 'trash';
  /** Nothing else holds the deleted customers. */
  readonly clear = undefined;
  private readonly work: SqliteWork;

  constructor(db: DatabaseSync) {
    this.work = new SqliteWork(db);
  }

  record(_key: number, change: CustomerChange): void {
    const trashed = trashedBy(change, Date.now());
    if (!trashed) return;
    if ('add' in trashed) this.work.run(addTrash([trashed.add]));
    else this.work.run('restore' in trashed ? restoreTrash([trashed.restore]) : removeTrash([trashed.remove]));
  }

  recordFresh(): void {
    // Messages delete nobody.
  }

  check({ reader }: SqliteDatabase, differences: Differences): void {
    const rows = prepareRows<[id: string, kept: number, last: number | null]>(reader, MISPLACED);
    for (const [id, kept, last] of rows.iterate()) {
      differences.add(id, last === null ? 'no deletion' : `deleted at ${last}`, `deleted at ${kept}`);
    }
  }
}
