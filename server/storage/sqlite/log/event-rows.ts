import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { endedEvents, EventTimes, type LoggedEvents } from '../../../domain/log/event-times.js';
import { wipedBefore, type LogFrame } from '../../../domain/log/log-fold.js';
import { frameOf } from '../../../domain/log/read-log.js';
import type { TimeRange } from '../../../domain/search/filter-time.js';
import type { BlockRow } from '../../log/block-row.js';
import { eventsIn, type LoggedEvent } from '../../log/logged-events.js';
import { prepareObjects, type Query } from '../database/statements.js';
import { LogRows } from './log-rows.js';

/** Reads the events of customers from their logs, over one connection. Only one thing may be read at a time. */
export class EventRows {
  private readonly blocks: Query<BlockRow>;
  private readonly stored: Query<StoredCustomer>;
  private readonly rows: LogRows;

  constructor(db: DatabaseSync) {
    this.blocks = prepareObjects(
      db,
      `SELECT last_time AS lastTime, moment, part, first_time AS firstTime, entries, format, packed FROM log_blocks
       WHERE key = ? AND last_time >= ? AND first_time < ? ORDER BY last_time DESC, moment DESC, part DESC`,
    );
    this.stored = prepareObjects(
      db,
      `SELECT '' AS id, attributes, events, last_updated AS lastUpdated, attribute_times AS attributeTimes FROM customers WHERE key = ?`,
    );
    this.rows = new LogRows(db);
  }

  /** The events of a customer. The log is read when they are asked. */
  of(key: number): LoggedEvents {
    return {
      count: (name, range, most) => this.count(key, name, range, most),
      ended: () => this.ended(key),
      times: () => this.times(key),
    };
  }

  private count(key: number, name: string, range: TimeRange, most: number): number {
    const wiped = wipedBefore(this.rows.edits(key));
    let count = 0;
    for (const { name: one, time, moment } of this.within(key, range)) {
      if (one === name && time >= range.from && time < range.to && moment >= wiped) count++;
      if (count >= most) break;
    }
    return count;
  }

  private ended(key: number): ReadonlyMap<string, number> {
    return endedEvents(this.frame(key));
  }

  private times(key: number): ReadonlyMap<string, readonly number[]> {
    const times = new EventTimes({ baseline: undefined, edits: this.rows.edits(key) });
    for (const event of this.within(key, { from: 0, to: Number.MAX_SAFE_INTEGER })) times.add(event);
    return times.times();
  }

  private frame(key: number): LogFrame {
    const log = this.rows.customer(key);
    return log.exists ? log : frameOf(log, this.stored.get(key));
  }

  /** The events of the blocks that may have some within a time, the latest blocks first. */
  private *within(key: number, { from, to }: TimeRange): Generator<LoggedEvent> {
    for (const block of this.blocks.iterate(key, from, to)) yield* eventsIn(block);
  }
}
