import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { addCounts, type Checkpoint, type IngestionCounts } from '../../domain/ingestion.js';
import type { VerdictCounts } from '../../domain/fold.js';
import { prepareRows, type Query } from './sqlite-database.js';

/** Counts the time since the ingestion was taken up or moved on; takes the time of now twice, in milliseconds. */
export const ADD_SECONDS = 'seconds = seconds + (? - active_since) / 1000.0, active_since = ?';

/** Moves an ingestion on, within the transaction that merges what was read. */
export class IngestionProgress {
  private readonly read: Query<[counts: string]>;
  private readonly store: StatementSync;
  private readonly touch: StatementSync;
  private readonly reject: StatementSync;

  constructor(db: DatabaseSync) {
    this.read = prepareRows(db, 'SELECT counts FROM ingestions WHERE id = ?');
    this.store = db.prepare(`UPDATE ingestions SET counts = ?, ${ADD_SECONDS} WHERE id = ?`);
    this.touch = db.prepare('INSERT OR IGNORE INTO ingestion_customers VALUES (?, ?)');
    this.reject = db.prepare('INSERT OR REPLACE INTO rejects VALUES (?, ?, ?, ?, ?)');
  }

  /**
   * @param touched the keys of the customers to which a message was applied
   * @returns the counts of the checkpoint, complete
   */
  advance(checkpoint: Checkpoint, verdicts: VerdictCounts, touched: readonly number[]): IngestionCounts {
    const { ingestionId, rejects } = checkpoint;
    const counts: IngestionCounts = {
      ...checkpoint.counts,
      events: verdicts.event,
      attributes: verdicts.attributes,
      duplicates: verdicts.duplicate,
      stale: verdicts.stale,
      customers: 0,
    };
    for (const key of touched) counts.customers += this.touch.run(ingestionId, key).changes;
    for (const { line, offset, reason, text } of rejects) {
      this.reject.run(ingestionId, line, offset, reason, JSON.stringify(text));
    }
    const row = this.read.get(ingestionId);
    if (!row) throw new Error(`There is no ingestion ${ingestionId}.`);
    // Safe: written by this class and by SqliteIngestionRepository.
    const total = JSON.parse(row[0]) as IngestionCounts;
    addCounts(total, counts);
    const now = Date.now();
    this.store.run(JSON.stringify(total), now, now, ingestionId);
    return counts;
  }
}
