import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import { arrival, type CustomerChange } from '../../../domain/customer/customer-change.js';
import type { OrderedId } from './customer-ranges.js';
import { storedFresh, type FreshCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { Statistics } from '../../../domain/customer/statistics.js';
import { StatisticsCheck } from '../../check/statistics-check.js';
import type { Differences } from '../../check/differences.js';
import type { StatisticsRow } from '../../copy/content-rows.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareObjects } from '../database/statements.js';
import { eachStored } from './stored-customers.js';
import type { DerivedTable } from './derived-table.js';

/** Names that are held in memory before they are written within a transaction: some dozen megabytes. */
const MOST_NAMES = 500_000;

const STORED = `
  SELECT 'attribute' AS kind, name, customers, 0 AS events FROM attribute_counts
  UNION ALL SELECT 'event', name, customers, events FROM event_counts
  UNION ALL SELECT 'label', name, customers, 0 FROM label_counts
  UNION ALL SELECT 'day', CAST(day AS TEXT), customers, 0 FROM day_counts`;

/** The numbers of the overview. */
export class StatisticsTable implements DerivedTable {
  readonly name = 'statistics';
  private counted = new Statistics();
  private readonly addAttribute: StatementSync;
  private readonly dropAttribute: StatementSync;
  private readonly addEvent: StatementSync;
  private readonly dropEvent: StatementSync;
  private readonly addLabel: StatementSync;
  private readonly dropLabel: StatementSync;
  private readonly addDay: StatementSync;
  private readonly dropDay: StatementSync;

  constructor(private readonly db: DatabaseSync) {
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
    this.addLabel = db.prepare(
      'INSERT INTO label_counts VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET customers = customers + excluded.customers',
    );
    this.dropLabel = db.prepare('DELETE FROM label_counts WHERE name = ? AND customers = 0');
    this.addDay = db.prepare(
      'INSERT INTO day_counts VALUES (?, ?) ON CONFLICT (day) DO UPDATE SET customers = customers + excluded.customers',
    );
    this.dropDay = db.prepare('DELETE FROM day_counts WHERE day = ? AND customers = 0');
  }

  begin(): void {
    this.counted = new Statistics();
  }

  record(_key: number, change: CustomerChange): void {
    this.counted.record(change);
    if (this.counted.names > MOST_NAMES) this.flush();
  }

  recordFresh(_key: number, _id: OrderedId, customer: FreshCustomer): void {
    this.counted.addDay(customer);
  }

  recordAllOf(batch: FoldedBatch): void {
    this.counted.addNames(batch.nameCounts());
    if (this.counted.names > MOST_NAMES) this.flush();
  }

  recordFirstOf(batch: FoldedBatch, count: number): void {
    let left = count;
    for (const customer of batch.customers()) {
      if (left-- === 0) return;
      const change = arrival(customer.id, storedFresh(customer.id, customer.fresh()));
      this.counted.record({ ...change, before: undefined, after: undefined });
    }
  }

  flush(): void {
    const { attributes, events, labels, days } = this.counted.take();
    for (const [name, { customers }] of attributes) {
      this.addAttribute.run(name, customers);
      if (customers < 0) this.dropAttribute.run(name);
    }
    for (const [name, { customers, events: count }] of events) {
      this.addEvent.run(name, customers, count);
      if (customers < 0) this.dropEvent.run(name);
    }
    for (const [name, { customers }] of labels) {
      this.addLabel.run(name, customers);
      if (customers < 0) this.dropLabel.run(name);
    }
    for (const [day, customers] of days) {
      this.addDay.run(day, customers);
      if (customers < 0) this.dropDay.run(day);
    }
  }
  check({ reader }: SqliteDatabase, differences: Differences): void {
    const check = new StatisticsCheck();
    for (const customer of eachStored(reader)) check.take(customer);
    check.compare(prepareObjects<StatisticsRow>(reader, STORED).iterate(), differences);
  }

  clear(): void {
    this.db.exec(
      'DELETE FROM attribute_counts; DELETE FROM event_counts; DELETE FROM label_counts; DELETE FROM day_counts',
    );
  }
}
