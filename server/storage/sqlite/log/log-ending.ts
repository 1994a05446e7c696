import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { LogEnd, waitsUpTo } from '../../../domain/log/log-end.js';
import type { LogPlace } from '../../../domain/log/log-entry.js';
import type { LogLimits } from '../../../domain/log/log-repository.js';
import { openBlock, type BlockRow } from '../../log/block-row.js';
import { EndPlace } from '../../log/end-place.js';
import { BlockPacker } from '../../log/pack-blocks.js';
import { comparePlaces, readEntry } from '../../log/placed-entry.js';
import { ChangeCounter } from '../customers/change-counter.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareObjects, prepareRows, type Query } from '../database/statements.js';
import { BLOCK } from './block-columns.js';
import { LogRows } from './log-rows.js';
import { LogWriter } from './log-writer.js';

/** Customers that are looked at in one step. */
const CUSTOMERS_AT_ONCE = 200;
/** Messages that end in one transaction: some ms. */
const MESSAGES_AT_ONCE = 1_000;

const BLOCKS = `SELECT ${BLOCK} FROM log_blocks`;

/** Ends messages, in transactions of some ms. */
export class LogEnding {
  private readonly sums: Query<[key: number, entries: number, firstTime: number]>;
  private readonly keysAfter: Query<[key: number]>;
  private readonly entriesOf: Query<[number]>;
  private readonly allOf: Query<BlockRow>;
  private readonly idOf: Query<[string]>;
  private readonly steps: EndingSteps;
  private readonly writer: LogWriter;
  private readonly pending: EndedPending;

  constructor(private readonly database: SqliteDatabase) {
    const { reader, writer } = database;
    this.sums = prepareRows(
      reader,
      'SELECT key, sum(entries), min(first_time) FROM log_blocks WHERE key > ? GROUP BY key ORDER BY key LIMIT ?',
    );
    this.keysAfter = prepareRows(
      reader,
      `SELECT key FROM (SELECT DISTINCT key FROM log_blocks WHERE key > ?1 UNION SELECT key FROM log_baselines WHERE key > ?1
         UNION SELECT key FROM log_edits WHERE key > ?1) ORDER BY key LIMIT ?2`,
    );
    this.entriesOf = prepareRows(writer, 'SELECT coalesce(sum(entries), 0) FROM log_blocks WHERE key = ?');
    this.allOf = prepareObjects(reader, `${BLOCKS} WHERE key = ?`);
    this.idOf = prepareRows(reader, 'SELECT id FROM text_keys WHERE key = ?');
    this.pending = new EndedPending(writer);
    this.steps = new EndingSteps(writer, this.pending);
    this.writer = new LogWriter(writer);
  }

  /** @returns the messages that ended */
  async run(limits: LogLimits): Promise<number> {
    const { entries: most, before = -Infinity } = limits;
    if (most === 0) return this.endAll();
    if (most === 'all' && before === -Infinity) return 0;
    let ended = 0;
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const sums = this.sums.all(after, CUSTOMERS_AT_ONCE);
      const last = sums.at(-1);
      if (!last) return ended;
      [after] = last;
      for (const [key, entries, firstTime] of sums) {
        const over = most === 'all' ? 0 : Math.max(0, entries - most);
        if (over > 0 || firstTime < before) ended += await this.endOne(key, over, before);
      }
      await nextTurn();
    }
  }

  private async endOne(key: number, over: number, before: number): Promise<number> {
    const end = new EndPlace(over, before);
    for (const block of this.allOf.iterate(key)) end.take(openBlock(block));
    const id = key < 0 ? (this.idOf.get(key)?.[0] ?? '') : String(key);
    for (let ended = 0; ;) {
      const some = await this.database.writeAside(() => this.steps.step(key, id, end.place));
      if (some === 0) return ended;
      ended += some;
    }
  }

  /** Ends every log. */
  private async endAll(): Promise<number> {
    let ended = 0;
    for (let after = Number.MIN_SAFE_INTEGER; ;) {
      const keys = this.keysAfter.all(after, CUSTOMERS_AT_ONCE);
      const last = keys.at(-1);
      if (!last) return ended;
      [after] = last;
      await this.database.writeAside(() => {
        for (const [key] of keys) {
          ended += this.entriesOf.get(key)?.[0] ?? 0;
          this.writer.remove(key);
        }
        this.pending.add(keys.map(([key]) => key));
      });
    }
  }
}

/** Lets customers be indexed anew, because the index has the times of the events in their logs. */
class EndedPending {
  private readonly insert: StatementSync;
  private readonly changes: ChangeCounter;

  constructor(db: DatabaseSync) {
    this.insert = db.prepare('INSERT OR REPLACE INTO search_pending SELECT value, ?1 FROM json_each(?2)');
    this.changes = new ChangeCounter(db);
  }

  /** Must be called within a transaction, once. */
  add(keys: readonly number[]): void {
    this.changes.begin();
    this.insert.run(this.changes.current, JSON.stringify(keys));
  }
}

/** The transactions in which the messages of a customer end. */
class EndingSteps {
  private readonly oldestFirst: Query<BlockRow>;
  private readonly trashed: Query<{ readonly deletedAt: number; readonly deletedBefore: number | null }>;
  private readonly rows: LogRows;
  private readonly writer: LogWriter;
  private readonly packer = new BlockPacker();

  constructor(
    db: DatabaseSync,
    private readonly pending: EndedPending,
  ) {
    this.oldestFirst = prepareObjects(db, `${BLOCKS} WHERE key = ? AND first_time <= ? ORDER BY first_time`);
    this.trashed = prepareObjects(
      db,
      'SELECT deleted_at AS deletedAt, deleted_before AS deletedBefore FROM trash WHERE id = ?',
    );
    this.rows = new LogRows(db);
    this.writer = new LogWriter(db);
  }

  /** Ends some messages before a place. @returns how many; 0 when none is left */
  step(key: number, id: string, place: LogPlace): number {
    const log = this.rows.customer(key);
    const trashed = this.trashed.get(id);
    const waiting = waitsUpTo(log, trashed && { ...trashed, deletedBefore: trashed.deletedBefore ?? undefined });
    const end = new LogEnd(log);
    let ended = 0;
    const changed: BlockRow[] = [];
    for (const block of this.oldestFirst.iterate(key, place.time)) {
      let isChanged = false;
      for (const entry of openBlock(block)) {
        if (entry.moment <= waiting || comparePlaces(entry, place) >= 0) continue;
        end.add(readEntry(entry));
        isChanged = true;
        ended++;
      }
      if (isChanged) changed.push(block);
      if (ended >= MESSAGES_AT_ONCE) break;
    }
    if (ended === 0) return 0;
    for (const block of changed) {
      this.writer.removeBlock(key, block);
      const left = openBlock(block).filter((one) => one.moment <= waiting || comparePlaces(one, place) >= 0);
      for (const row of this.packer.pack(left.sort(comparePlaces))) this.writer.addBlock(key, row);
    }
    this.writer.setBaseline(key, end.baseline());
    this.pending.add([key]);
    return ended;
  }
}
