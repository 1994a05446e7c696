import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { LogBaseline } from '../../../domain/log/log-entry.js';
import { toBaselineRow, type BaselineRow } from '../../log/baseline-row.js';
import { LOOSE, type BlockHead, type BlockRow } from '../../log/block-row.js';
import type { EditRow } from '../../log/edit-row.js';
import { LOG_TABLES } from '../../log/schema.js';

/** Keys that are written at once. One statement for many keys is several times as fast. */
const KEYS_AT_ONCE = 1_000;
const NOTHING = new Uint8Array(0);

/** Writes rows of the log within a transaction. */
export class LogWriter {
  private readonly insertBlock: StatementSync;
  private readonly insertPacked: StatementSync;
  private readonly deleteBlock: StatementSync;
  private readonly insertEdit: StatementSync;
  private readonly putBaseline: StatementSync;
  private readonly insertLoose: StatementSync;
  private readonly removals: readonly StatementSync[];
  private loose: number[] = [];

  constructor(db: DatabaseSync) {
    this.insertBlock = db.prepare('INSERT INTO log_blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.insertPacked = db.prepare('INSERT INTO log_packed (packed) VALUES (?)');
    this.deleteBlock = db.prepare(
      'DELETE FROM log_blocks WHERE key = ? AND last_time = ? AND moment = ? AND part = ? AND format = ? AND entries = ?',
    );
    this.insertEdit = db.prepare('INSERT INTO log_edits VALUES (?, ?, ?, ?, ?)');
    this.putBaseline = db.prepare('INSERT OR REPLACE INTO log_baselines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.insertLoose = db.prepare('INSERT OR REPLACE INTO log_loose SELECT value, ?1 FROM json_each(?2)');
    this.removals = LOG_TABLES.map((table) => db.prepare(`DELETE FROM ${table} WHERE key = ?`));
  }

  /** Starts a transaction. */
  begin(): void {
    this.loose = [];
  }

  addBlock(key: number, row: BlockRow): void {
    const { lastTime, moment, part, firstTime, entries, format, names, attributeEntries } = row;
    const place = format === LOOSE ? null : Number(this.insertPacked.run(row.packed).lastInsertRowid);
    const packed = place === null ? row.packed : NOTHING;
    this.insertBlock.run(
      ...[key, lastTime, moment, part, firstTime, entries, format, packed],
      ...[names, attributeEntries, place],
    );
  }

  /** @returns false if the block is not there any more as it was */
  removeBlock(key: number, { lastTime, moment, part, format, entries }: BlockHead): boolean {
    return this.deleteBlock.run(key, lastTime, moment, part, format, entries).changes === 1;
  }

  addEdit(key: number, { moment, at, kind, data }: EditRow): void {
    this.insertEdit.run(key, moment, at, kind, data);
  }

  /** Writes the baseline of a customer, in place of the one before. */
  setBaseline(key: number, baseline: LogBaseline): void {
    this.setBaselineRow(key, toBaselineRow(baseline));
  }

  setBaselineRow(key: number, row: BaselineRow): void {
    const { moment, time, deletedAt, attributes, events, lastUpdated, attributeTimes, arrivals } = row;
    this.putBaseline.run(
      ...[key, moment, time, deletedAt, attributes, events],
      ...[lastUpdated, attributeTimes, arrivals],
    );
  }

  /** Notes that a customer has blocks to be compacted. @param moment of this transaction */
  addLoose(key: number, moment: number): void {
    this.loose.push(key);
    if (this.loose.length >= KEYS_AT_ONCE) this.flush(moment);
  }

  /** Writes what is still in memory. */
  flush(moment: number): void {
    this.insertLoose.run(moment, JSON.stringify(this.loose));
    this.loose = [];
  }

  get hasLoose(): boolean {
    return this.loose.length > 0;
  }

  /** Removes all rows of a customer. */
  remove(key: number): void {
    for (const removal of this.removals) removal.run(key);
  }
}
