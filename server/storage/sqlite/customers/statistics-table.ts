import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { Statistics } from '../../../domain/customer/statistics.js';

/** Names that are held in memory at most, before they are written in between: some dozen megabytes. */
const MOST_NAMES = 500_000;

/** Keeps the numbers of the overview true within a write transaction. */
export class StatisticsTable {
  /** Every change of a customer goes here. */
  readonly counted = new Statistics();
  private readonly addAttribute: StatementSync;
  private readonly dropAttribute: StatementSync;
  private readonly addEvent: StatementSync;
  private readonly dropEvent: StatementSync;
  private readonly addDay: StatementSync;
  private readonly dropDay: StatementSync;

  constructor(db: DatabaseSync) {
    this.addAttribute = db.prepare(
      `INSERT INTO attribute_counts VALUES (?, ?)
       ON CONFLICT (name) DO UPDATE SET customers = customers + excluded.customers`,
    );
    this.dropAttribute = db.prepare('DELETE FROM attribute_counts WHERE name = ? AND customers = 0');
    this.addEvent = db.prepare(
      `INSERT INTO event_counts VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET customers = customers + excluded.customers, events = events + excluded.events`,
    );
    this.dropEvent = db.prepare('DELETE FROM event_counts WHERE name = ? AND customers = 0');
    this.addDay = db.prepare(
      'INSERT INTO day_counts VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET customers = customers + excluded.customers',
    );
    this.dropDay = db.prepare('DELETE FROM day_counts WHERE day = ? AND customers = 0');
  }

  /** To be called now and then in a transaction without an end, so that names without an end do not fill the memory. */
  flushIfLarge(): void {
    if (this.counted.names > MOST_NAMES) this.flush();
  }

  /** To be called at the end of the transaction. */
  flush(): void {
    const { attributes, events, days } = this.counted.take();
    for (const [name, { customers }] of attributes) {
      this.addAttribute.run(name, customers);
      if (customers < 0) this.dropAttribute.run(name);
    }
    for (const [name, { customers, events: count }] of events) {
      this.addEvent.run(name, customers, count);
      if (customers < 0) this.dropEvent.run(name);
    }
    for (const [day, customers] of days) {
      this.addDay.run(day, customers);
      if (customers < 0) this.dropDay.run(day);
    }
  }

  /** Forgets what a transaction that failed has counted. */
  reset(): void {
    this.counted.reset();
  }
}
