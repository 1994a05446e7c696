import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { LogEntry, LogPlace } from '../../../domain/log/log-entry.js';
import type { CountQuery, KindCounts, LogQuery } from '../../../domain/log/log-repository.js';
import { mayHave, wantedNames } from '../../log/block-names.js';
import { LOOSE, openBlock, type BlockHead, type BlockRow } from '../../log/block-row.js';
import { EntryCounts } from '../../log/entry-counts.js';
import type { LoggedEvent } from '../../log/logged-event.js';
import { eventsIn } from '../../log/logged-events.js';
import { NewestMessages } from '../../log/newest-messages.js';
import { comparePlaces, readEntry } from '../../log/placed-entry.js';
import { prepareObjects, prepareRows, type Query } from '../database/statements.js';
import { BLOCK, HEAD, PACKED } from './block-columns.js';

/** Blocks that are passed over in one step. */
const HEADS_AT_ONCE = 128;
const LATEST = Number.MAX_SAFE_INTEGER;

type PackedRow = [format: number, moment: number, part: number, names: Uint8Array | null, packed: Uint8Array];

/** Reads the messages of customers over one connection. Only one thing may be read at a time. */
export class BlockRows {
  private readonly newestFirst: Query<BlockHead>;
  private readonly between: Query<BlockHead>;
  private readonly packedOf: Query<[packed: Uint8Array]>;
  private readonly packedBetween: Query<PackedRow>;
  private readonly holding: Query<BlockRow>;
  private readonly all: Query<BlockRow>;

  constructor(db: DatabaseSync) {
    this.newestFirst = prepareObjects(
      db,
      `SELECT ${HEAD} FROM log_blocks WHERE key = ? AND first_time <= ? ORDER BY last_time DESC, moment DESC, part DESC`,
    );
    this.between = prepareObjects(
      db,
      `SELECT ${HEAD} FROM log_blocks WHERE key = ? AND last_time >= ? AND first_time < ?`,
    );
    this.packedOf = prepareRows(
      db,
      `SELECT ${PACKED} FROM log_blocks WHERE key = ? AND last_time = ? AND moment = ? AND part = ?`,
    );
    this.packedBetween = prepareRows(
      db,
      `SELECT format, moment, part, names, ${PACKED} FROM log_blocks WHERE key = ? AND last_time >= ? AND first_time < ?`,
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
    let passed = 0;
    for (const head of this.newestFirst.iterate(key, Math.min(before?.time ?? LATEST, until, LATEST))) {
      const { lastTime, moment, part, format } = head;
      if (!found.wants(lastTime)) break;
      if (found.mayHave(head)) {
        found.take({ format, moment, part, packed: this.packed(key, head) });
        yield;
      } else if (++passed % HEADS_AT_ONCE === 0) yield;
    }
    return found.messages();
  }

  /** Counts messages, block by block. @returns (at the end) the number in each span */
  *counts(key: number, query: CountQuery): Generator<void, readonly KindCounts[]> {
    const counts = new EntryCounts(query);
    const { edges } = query;
    let passed = 0;
    for (const head of this.between.iterate(key, edges[0], edges[edges.length - 1])) {
      const { format, moment, part } = head;
      if (!counts.takeHead(head)) {
        counts.take(openBlock({ format, moment, part, packed: this.packed(key, head) }));
        yield;
      } else if (++passed % HEADS_AT_ONCE === 0) yield;
    }
    return counts.counts;
  }

  /** The events of the blocks that may have one of a name, or of any, between two times. The second time is not within. */
  *events(key: number, name: string | undefined, from: number, to: number): Generator<LoggedEvent> {
    const names = wantedNames({ kinds: ['event'], ...(name !== undefined && { name }) });
    if (name === undefined) {
      // Most blocks have an event: one statement reads all of them, also for a customer that has only a few.
      for (const [format, moment, part, named, packed] of this.packedBetween.iterate(key, from, to))
        if (mayHave(named, names)) yield* eventsIn({ format, moment, part, packed });
      return;
    }
    for (const head of this.between.iterate(key, from, to)) {
      const { format, moment, part } = head;
      if (mayHave(head.names, names)) yield* eventsIn({ format, moment, part, packed: this.packed(key, head) });
    }
  }

  message(key: number, place: LogPlace): LogEntry | undefined {
    for (const block of this.holding.iterate(key, place.time, place.moment, place.index)) {
      const entry = openBlock(block).find((one) => comparePlaces(one, place) === 0);
      if (entry) return readEntry(entry);
    }
    return undefined;
  }

  private packed(key: number, { lastTime, moment, part }: BlockHead): Uint8Array {
    const [packed] = this.packedOf.get(key, lastTime, moment, part) ?? [];
    if (!packed) throw new Error(`A block of the customer with the key ${key} has no bytes. Run "roster check".`);
    return packed;
  }

  /** All blocks of a customer, in no order that matters. */
  *blocks(key: number): Generator<BlockRow, void> {
    // A generator keeps the statement from being garbage-collected while it is read, which would end the process.
    yield* this.all.iterate(key);
  }
}
