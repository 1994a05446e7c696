import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { endedEvents, EventTimes, type LoggedEvents } from '../../../domain/log/event-times.js';
import { wipedBefore } from '../../../domain/log/log-fold.js';
import { frameOf } from '../../../domain/log/read-log.js';
import type { TimeRange } from '../../../domain/search/filter-time.js';
import { prepareObjects, type Query } from '../database/statements.js';
import { BlockRows } from './block-rows.js';
import { LogRows } from './log-rows.js';

/** Reads the events of customers from their logs, over one connection. Only one thing may be read at a time. */
export class EventRows {
  private readonly blocks: BlockRows;
  private readonly stored: Query<StoredCustomer>;
  private readonly rows: LogRows;

  constructor(db: DatabaseSync) {
    this.blocks = new BlockRows(db);
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
    for (const { name: one, time, moment } of this.blocks.events(key, name, range.from, range.to)) {
      if (one === name && time >= range.from && time < range.to && moment >= wiped) count++;
      if (count >= most) break;
    }
    return count;
  }

  private ended(key: number): ReadonlyMap<string, number> {
    const log = this.rows.customer(key);
    return endedEvents(log.exists ? log : frameOf(log, this.stored.get(key)));
  }

  private times(key: number): ReadonlyMap<string, readonly number[]> {
    const times = new EventTimes({ baseline: undefined, edits: this.rows.edits(key) });
    for (const event of this.blocks.events(key, undefined, 0, Number.MAX_SAFE_INTEGER)) times.add(event);
    return times.times();
  }
}
