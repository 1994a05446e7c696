import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { LogEdit } from '../../../domain/log/log-entry.js';
import type { CustomerLog } from '../../../domain/log/log-repository.js';
import { readBaseline, type BaselineRow } from '../../log/baseline-row.js';
import { readEdit, type EditRow } from '../../log/edit-row.js';
import { prepareObjects, prepareRows, type Query } from '../database/statements.js';

/** Reads the log of customers, but for their messages, over one connection. */
export class LogRows {
  private readonly existing: Query<[number]>;
  private readonly baselineOf: Query<BaselineRow>;
  private readonly editsOf: Query<EditRow>;

  constructor(db: DatabaseSync) {
    this.existing = prepareRows(
      db,
      `SELECT EXISTS (SELECT 1 FROM log_blocks WHERE key = ?1) OR EXISTS (SELECT 1 FROM log_baselines WHERE key = ?1)
         OR EXISTS (SELECT 1 FROM log_edits WHERE key = ?1)`,
    );
    this.baselineOf = prepareObjects(
      db,
      `SELECT moment, time, deleted_at AS deletedAt, attributes, events, last_updated AS lastUpdated,
         attribute_times AS attributeTimes, arrivals FROM log_baselines WHERE key = ?`,
    );
    this.editsOf = prepareObjects(db, 'SELECT moment, at, kind, data FROM log_edits WHERE key = ? ORDER BY moment');
  }

  /** True if a customer has messages, edits or a baseline. */
  exist(key: number): boolean {
    return this.existing.get(key)?.[0] === 1;
  }

  /** In the order of moments. */
  edits(key: number): LogEdit[] {
    return this.editsOf.all(key).map(readEdit);
  }

  customer(key: number): CustomerLog {
    const baseline = this.baselineOf.get(key);
    return {
      baseline: baseline && readBaseline(baseline),
      edits: this.edits(key),
      exists: this.exist(key),
    };
  }
}
