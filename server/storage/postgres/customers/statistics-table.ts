import type { ClientBase } from 'pg';
import type { AllNames } from '../../../domain/overview.js';
import type { NameCount } from '../../../domain/search/name-counter.js';
import { arrival, type CustomerChange } from '../../../domain/customer/customer-change.js';
import { storedFresh, type PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { Statistics, type StatisticsChange } from '../../../domain/customer/statistics.js';
import type { PostgresDatabase } from '../database/database.js';
import { StatisticsCheck } from '../../check/statistics-check.js';
import type { Differences } from '../../check/differences.js';
import type { StatisticsRow } from '../../copy/content-rows.js';
import { eachStored } from './stored-customers.js';
import type { DerivedTable } from './derived-table.js';

export type StatisticsKind = 'attribute' | 'event' | 'label' | 'day';

/** Numbers in one row of changes. */
const CHANGE_NUMBERS = 50_000;
/** Transactions of this process after which it moves the changes, even without a request for an overview. */
const MOST_CHANGES = 200;

/** The changes that are not in the table yet, one row for each number. */
const CHANGES = `SELECT c.kind, c.name, c.customers, c.events FROM statistics_changes AS s,
  unnest(s.kinds, s.names, s.customers, s.events) AS c (kind, name, customers, events)`;

/** The numbers of the table and of the changes that were not moved into it yet. */
export const WITH_CHANGES = `(
  SELECT kind, name, sum(customers)::bigint AS customers, sum(events)::bigint AS events
  FROM (SELECT kind, name, customers, events FROM statistics UNION ALL ${CHANGES}) AS numbers
  GROUP BY kind, name HAVING sum(customers) <> 0
)`;

/** The text to read the numbers from: the table itself when there is nothing to add, so that its indexes can be used. */
export async function numbersIn(client: ClientBase, statistics: StatisticsTable): Promise<string> {
  const { rowCount } = await client.query('SELECT FROM statistics_changes LIMIT 1');
  if (rowCount === 0) return 'statistics';
  void statistics.settle();
  return WITH_CHANGES;
}

/** Reads the names within a transaction; see `OverviewRepository.names`. */
export async function namesIn(client: ClientBase, statistics: StatisticsTable, limit: number): Promise<AllNames> {
  const numbers = await numbersIn(client, statistics);
  const namesOf = async (kind: string): Promise<string[]> => {
    const text = `SELECT name FROM ${numbers} AS n WHERE kind = $1 ORDER BY name LIMIT $2`;
    return (await client.query<{ name: string }>(text, [kind, limit])).rows.map(({ name }) => name);
  };
  return { attributes: await namesOf('attribute'), events: await namesOf('event') };
}

interface Change {
  readonly kind: StatisticsKind;
  readonly name: string;
  readonly count: NameCount;
}

/** The numbers of the overview. A writer only adds rows of changes, so that no writer waits for another. */
export class StatisticsChanges implements DerivedTable {
  readonly name = 'statistics';
  readonly settled = 'statistics';
  private readonly counted = new Statistics();

  record(change: CustomerChange): void {
    this.counted.record(change);
  }

  /** The names of a batch without known customers were counted when the batch was folded. */
  recordFresh(customers: readonly PartialCustomer[], batch: FoldedBatch): void {
    const isAll = customers.length === batch.count;
    if (isAll) this.counted.addNames(batch.nameCounts());
    for (const customer of customers) {
      const fresh = customer.fresh();
      if (isAll) this.counted.addDay(fresh);
      else this.counted.record(arrival(customer.id, storedFresh(customer.id, fresh)));
    }
  }

  async flush(client: ClientBase, isLast: boolean): Promise<void> {
    if (!isLast) return;
    const all = changesOf(this.counted.take());
    for (let at = 0; at < all.length; at += CHANGE_NUMBERS) {
      const some = all.slice(at, at + CHANGE_NUMBERS);
      await client.query({
        name: 'note_statistics',
        text: 'INSERT INTO statistics_changes (kinds, names, customers, events) VALUES ($1, $2, $3, $4)',
        values: [
          some.map(({ kind }) => kind),
          some.map(({ name }) => name),
          some.map(({ count }) => count.customers),
          some.map(({ count }) => count.events),
        ],
      });
    }
  }

  readonly settle = settleStatistics;

  async check(client: ClientBase, differences: Differences): Promise<void> {
    const check = new StatisticsCheck();
    for await (const customer of eachStored(client)) check.take(customer);
    check.compare((await client.query<StatisticsRow>(`SELECT * FROM ${WITH_CHANGES} AS n`)).rows, differences);
  }

  async clear(client: ClientBase): Promise<void> {
    await client.query('DELETE FROM statistics_changes; DELETE FROM statistics');
  }
}

/** Moves changes into the table of numbers now and then. */
export class StatisticsTable {
  private settling: Promise<void> = Promise.resolve();
  private noted = 0;

  constructor(private readonly database: PostgresDatabase) {}

  /** Counts a transaction that may have noted changes. */
  noteWrite(): void {
    if (++this.noted >= MOST_CHANGES) void this.settle();
  }

  /** Moves the changes into the table, unless another process is doing so. It never fails: the changes stay. */
  settle(): Promise<void> {
    this.noted = 0;
    this.settling = this.settling.then(() =>
      this.database.alone('statistics', settleStatistics).catch(() => undefined),
    );
    return this.settling;
  }

  /** Waits for {@link settle}. */
  async close(): Promise<void> {
    await this.settling;
  }
}

function changesOf({ attributes, events, labels, days }: StatisticsChange): Change[] {
  return [
    ...attributes.map(([name, count]): Change => ({ kind: 'attribute', name, count })),
    ...events.map(([name, count]): Change => ({ kind: 'event', name, count })),
    ...labels.map(([name, count]): Change => ({ kind: 'label', name, count })),
    ...days.map(([day, customers]): Change => ({ kind: 'day', name: String(day), count: { customers, events: 0 } })),
  ];
}

/** Moves the changes into the table. */
export async function settleStatistics(client: ClientBase): Promise<void> {
  await client.query(`
    INSERT INTO statistics (kind, name, customers, events)
    SELECT kind, name, sum(customers), sum(events) FROM (${CHANGES}) AS changes GROUP BY kind, name
    ON CONFLICT (kind, name) DO UPDATE
      SET customers = statistics.customers + excluded.customers, events = statistics.events + excluded.events;
    DELETE FROM statistics WHERE customers = 0;
    DELETE FROM statistics_changes`);
}
