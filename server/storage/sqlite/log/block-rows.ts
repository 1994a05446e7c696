import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { LogEntry, LogPlace } from '../../../domain/log/log-entry.js';
import type { LogQuery } from '../../../domain/log/log-repository.js';
import { LOOSE, openBlock, type BlockRow } from '../../log/block-row.js';
import { NewestMessages } from '../../log/newest-messages.js';
import { comparePlaces, readEntry } from '../../log/placed-entry.js';
import { prepareObjects, type Query } from '../database/statements.js';

const BLOCK = 'last_time AS lastTime, moment, part, first_time AS firstTime, entries, format, packed';
const LATEST = Number.MAX_SAFE_INTEGER;

/** Reads the messages of customers over one connection. Only one thing may be read at a time. */
export class BlockRows {
  private readonly newestFirst: Query<BlockRow>;
  private readonly holding: Query<BlockRow>;
  private readonly all: Query<BlockRow>;

  constructor(db: DatabaseSync) {
    this.newestFirst = prepareObjects(
      db,
      `SELECT ${BLOCK} FROM log_blocks WHERE key = ? AND first_time <= ? ORDER BY last_time DESC, moment DESC, part DESC`,
    );
    this.holding = prepareObjects(
      db,
      `SELECT ${BLOCK} FROM log_blocks WHERE key = ?1 AND last_time >= ?2 AND first_time <= ?2
         AND (format <> ${LOOSE} OR (moment = ?3 AND part <= ?4 AND ?4 < part + entries))
       ORDER BY last_time, moment, part`,
    );
    this.all = prepareObjects(db, `SELECT ${BLOCK} FROM log_blocks WHERE key = ?`);
  }

  /** Finds the newest messages that a query asks for, block by block. @returns (at the end) the messages, newest first */
  *newest(key: number, query: LogQuery): Generator<void, readonly LogEntry[]> {
    const { before, until = LATEST } = query;
    const found = new NewestMessages(query);
    for (const block of this.newestFirst.iterate(key, Math.min(before?.time ?? LATEST, until, LATEST))) {
      if (!found.wants(block.lastTime)) break;
      found.take(block);
      yield;
    }
    return found.messages();
  }

  message(key: number, place: LogPlace): LogEntry | undefined {
    for (const block of this.holding.iterate(key, place.time, place.moment, place.index)) {
      const entry = openBlock(block).find((one) => comparePlaces(one, place) === 0);
      if (entry) return readEntry(entry);
    }
    return undefined;
  }

  /** All blocks of a customer, in no order that matters. */
  *blocks(key: number): Generator<BlockRow, void> {
    // A generator keeps the statement from being garbage-collected while it is read, which would end the process.
    yield* this.all.iterate(key);
  }
}
