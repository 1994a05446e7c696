import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import {
  advanceCounts,
  countEarly,
  type Checkpoint,
  type IngestionCounts,
} from '../../../domain/ingestion/ingestion.js';
import type { OutcomeCounts } from '../../../domain/customer/fold.js';
import { prepareRows, type Query } from '../database/statements.js';

/** SQL assignments that add the seconds since the ingestion was taken up or moved on. Both parameters are the current time in ms. */
export const ADD_SECONDS = 'seconds = seconds + (? - active_since) / 1000.0, active_since = ?';

/** Moves an ingestion on, within the transaction that applies its stretch. */
export class IngestionProgress {
  private readonly read: Query<[counts: string]>;
  private readonly store: StatementSync;
  private readonly reject: StatementSync;

  constructor(db: DatabaseSync) {
    this.read = prepareRows(db, 'SELECT counts FROM ingestions WHERE id = ?');
    this.store = db.prepare(`UPDATE ingestions SET counts = ?, ${ADD_SECONDS} WHERE id = ?`);
    this.reject = db.prepare('INSERT INTO reject_blocks VALUES (?, ?, ?)');
  }

  /**
   * @param customers touched for the first time since the last checkpoint
   * @returns the counts of the checkpoint, complete
   */
  advance(checkpoint: Checkpoint, outcomes: OutcomeCounts, customers: number): IngestionCounts {
    const { ingestionId, rejects } = checkpoint;
    for (const { first, packed } of rejects) this.reject.run(ingestionId, first, packed);
    return this.update(ingestionId, (total) => advanceCounts(total, checkpoint.counts, outcomes, customers));
  }

  /** Notes that a part of a stretch is applied; see {@link countEarly}. */
  applyEarly(ingestionId: number, outcomes: OutcomeCounts, customers: number): void {
    this.update(ingestionId, (total) => countEarly(total, outcomes, customers));
  }

  private update<T>(ingestionId: number, change: (total: IngestionCounts) => T): T {
    const row = this.read.get(ingestionId);
    if (!row) throw new Error(`There is no ingestion ${ingestionId}.`);
    // Safe: written by this class and by SqliteIngestionRepository.
    const total = JSON.parse(row[0]) as IngestionCounts;
    const result = change(total);
    const now = Date.now();
    this.store.run(JSON.stringify(total), now, now, ingestionId);
    return result;
  }
}
