import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { addCounts, mergedCounts, type Checkpoint, type IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { VerdictCounts } from '../../../domain/customer/fold.js';
import { prepareRows, type Query } from '../database/statements.js';

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
    this.touch = db.prepare('INSERT OR IGNORE INTO ingestion_customers SELECT ?1, value FROM json_each(?2)');
    this.reject = db.prepare('INSERT OR REPLACE INTO rejects VALUES (?, ?, ?, ?, ?)');
  }

  /**
   * Remembers the customers to which a message was applied.
   * @param keys of customers
   * @returns how many were not remembered yet
   */
  addCustomers(ingestionId: number, keys: readonly number[]): number {
    return keys.length === 0 ? 0 : this.touch.run(ingestionId, JSON.stringify(keys)).changes;
  }

  /**
   * @param customers that {@link addCustomers} has counted since the last checkpoint
   * @returns the counts of the checkpoint, complete
   */
  advance(checkpoint: Checkpoint, verdicts: VerdictCounts, customers: number): IngestionCounts {
    const { ingestionId, rejects } = checkpoint;
    const counts = mergedCounts(checkpoint.counts, verdicts, customers);
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
