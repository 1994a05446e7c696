import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { Awaitable } from '../../../domain/awaitable.js';
import { numericId } from '../../../domain/customer/customer-id.js';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import type { LogEntry, LogPlace } from '../../../domain/log/log-entry.js';
import {
  LogRepository,
  type CountQuery,
  type CustomerLog,
  type KindCounts,
  type LogLimits,
  type LogQuery,
} from '../../../domain/log/log-repository.js';
import { openBlock, type BlockRow } from '../../log/block-row.js';
import { EntryCounts } from '../../log/entry-counts.js';
import { readEntry } from '../../log/placed-entry.js';
import type { SqliteDatabase } from '../database/database.js';
import { readSnapshot } from '../database/snapshot.js';
import { prepareRows, type Query } from '../database/statements.js';
import { BlockRows } from './block-rows.js';
import { LogCompactor } from './log-compactor.js';
import { LogEnding } from './log-ending.js';
import { LogRows } from './log-rows.js';

/** Blocks that are read at once, some kB each. The blocks of a customer who has more are read over a connection of their own. */
const BLOCKS_AT_ONCE = 64;

const NONE: CustomerLog = { baseline: undefined, edits: [], exists: false };

type StoredRow = [attributes: string, events: string, lastUpdated: number, attributeTimes: string];

/** The log in a SQLite file. */
export class SqliteLogRepository extends LogRepository {
  private readonly reader: LogReader;
  private readonly compactor: LogCompactor;
  private readonly ending: LogEnding;

  constructor(private readonly database: SqliteDatabase) {
    super();
    this.reader = new LogReader(database.reader);
    this.compactor = new LogCompactor(database);
    this.ending = new LogEnding(database);
  }

  override async messages(customerId: string, query: LogQuery): Promise<readonly LogEntry[]> {
    const key = this.reader.keyOf(customerId);
    if (key === undefined) return [];
    return this.inSteps((blocks) => blocks.newest(key, query));
  }

  override async counts(customerId: string, query: CountQuery): Promise<readonly KindCounts[]> {
    const key = this.reader.keyOf(customerId);
    return key === undefined ? new EntryCounts(query).counts : this.inSteps((blocks) => blocks.counts(key, query));
  }

  override async message(customerId: string, place: LogPlace): Promise<LogEntry | undefined> {
    const key = this.reader.keyOf(customerId);
    return key === undefined ? undefined : this.reader.blocks.message(key, place);
  }

  override async customer(customerId: string): Promise<CustomerLog> {
    const key = this.reader.keyOf(customerId);
    return key === undefined ? NONE : this.database.snapshot(() => this.reader.rows.customer(key));
  }

  override async whole<T>(
    customerId: string,
    read: (
      log: CustomerLog,
      messages: Iterable<LogEntry> | AsyncIterable<LogEntry>,
      record: StoredCustomer | undefined,
    ) => Awaitable<T>,
  ): Promise<T> {
    const key = this.reader.keyOf(customerId);
    if (key === undefined) return read(NONE, [], undefined);
    const few = this.database.snapshot(() => this.reader.few(key, customerId));
    if (few) return read(few.log, entriesOf(few.blocks), few.record);
    return readSnapshot(this.database, async (connection) => {
      const reader = new LogReader(connection);
      const log = reader.rows.customer(key);
      return read(log, inTurns(reader.blocks.blocks(key)), reader.record(key, customerId));
    });
  }

  /** Reads in steps. What takes many reads over a connection of its own, and lets the event loop have turns. */
  private async inSteps<T>(read: (blocks: BlockRows) => Generator<void, T>): Promise<T> {
    const first = read(this.reader.blocks);
    for (let steps = 0; steps < BLOCKS_AT_ONCE; steps++) {
      const next = first.next();
      if (next.done) return next.value;
    }
    // Safe: nothing reads the result. It ends the statement.
    first.return(undefined as T);
    return readSnapshot(this.database, async (reader) => {
      const all = read(new BlockRows(reader));
      for (let steps = 1; ; steps++) {
        const next = all.next();
        if (next.done) return next.value;
        if (steps % BLOCKS_AT_ONCE === 0) await nextTurn();
      }
    });
  }

  override end(limits: LogLimits): Promise<number> {
    return this.ending.run(limits);
  }

  override compact(signal: AbortSignal): Promise<boolean> {
    return this.compactor.run(signal);
  }
}

/** Reads logs over one connection. */
class LogReader {
  readonly rows: LogRows;
  readonly blocks: BlockRows;
  private readonly textKey: Query<[number]>;
  private readonly stored: Query<StoredRow>;

  constructor(db: DatabaseSync) {
    this.rows = new LogRows(db);
    this.blocks = new BlockRows(db);
    this.textKey = prepareRows(db, 'SELECT key FROM text_keys WHERE id = ?');
    this.stored = prepareRows(
      db,
      'SELECT attributes, events, last_updated, attribute_times FROM customers WHERE key = ?',
    );
  }

  keyOf(id: string): number | undefined {
    return numericId(id) ?? this.textKey.get(id)?.[0];
  }

  record(key: number, id: string): StoredCustomer | undefined {
    const row = this.stored.get(key);
    if (!row) return undefined;
    const [attributes, events, lastUpdated, attributeTimes] = row;
    return { id, attributes, events, lastUpdated, attributeTimes };
  }

  /** The log and the record of a customer with few blocks; undefined if it has many. */
  few(
    key: number,
    id: string,
  ):
    | { readonly log: CustomerLog; readonly blocks: readonly BlockRow[]; readonly record: StoredCustomer | undefined }
    | undefined {
    const blocks: BlockRow[] = [];
    for (const block of this.blocks.blocks(key)) {
      if (blocks.length === BLOCKS_AT_ONCE) return undefined;
      blocks.push(block);
    }
    return { log: this.rows.customer(key), blocks, record: this.record(key, id) };
  }
}

function* entriesOf(blocks: Iterable<BlockRow>): Generator<LogEntry> {
  for (const block of blocks) for (const entry of openBlock(block)) yield readEntry(entry);
}

/** Reads entries, and lets the event loop have turns. */
async function* inTurns(blocks: Iterable<BlockRow>): AsyncGenerator<LogEntry> {
  let count = 0;
  for (const block of blocks) {
    yield* entriesOf([block]);
    if (++count % BLOCKS_AT_ONCE === 0) await nextTurn();
  }
}
