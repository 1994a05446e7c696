import type { ClientBase } from 'pg';
import type { NameCount } from '../../../domain/search/name-counter.js';
import type { StatisticsChange } from '../../../domain/customer/statistics.js';
import type { PostgresDatabase } from '../database/database.js';

export type StatisticsKind = 'attribute' | 'event' | 'day';

/** Numbers in one row of changes. */
const CHANGE_NUMBERS = 50_000;
/** Transactions of this process after which it moves the changes, though nobody has asked for an overview. */
const MOST_CHANGES = 200;

/** The changes that are not in the table yet, one row a number. */
const CHANGES = `SELECT c.kind, c.name, c.customers, c.events FROM statistics_changes AS s,
  unnest(s.kinds, s.names, s.customers, s.events) AS c (kind, name, customers, events)`;

/** Numbers that are true though some changes were not moved into the table yet. */
export const WITH_CHANGES = `(
  SELECT kind, name, sum(customers)::bigint AS customers, sum(events)::bigint AS events
  FROM (SELECT kind, name, customers, events FROM statistics UNION ALL ${CHANGES}) AS numbers
  GROUP BY kind, name HAVING sum(customers) <> 0
)`;

/** What to read the numbers from: the table itself where there is nothing to add, as then its indexes answer. */
export async function numbersIn(client: ClientBase, statistics: StatisticsTable): Promise<string> {
  const { rowCount } = await client.query('SELECT FROM statistics_changes LIMIT 1');
  if (rowCount === 0) return 'statistics';
  void statistics.settle();
  return WITH_CHANGES;
}

interface Change {
  readonly kind: StatisticsKind;
  readonly name: string;
  readonly count: NameCount;
}

/** Keeps the numbers of the overview. Writers only add rows of changes, so that none waits for another. */
export class StatisticsTable {
  private settling: Promise<void> = Promise.resolve();
  private noted = 0;

  constructor(private readonly database: PostgresDatabase) {}

  /** Writes down what a transaction has changed, at its end. */
  async note(client: ClientBase, change: StatisticsChange): Promise<void> {
    const all = changesOf(change);
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
    if (++this.noted >= MOST_CHANGES) void this.settle();
  }

  /** Moves the changes into the table, unless another process does so just now. Never fails: the changes stay. */
  settle(): Promise<void> {
    this.noted = 0;
    this.settling = this.settling.then(() => this.database.alone('statistics', moveChanges).catch(() => undefined));
    return this.settling;
  }

  /** Waits for what {@link settle} began. */
  async close(): Promise<void> {
    await this.settling;
  }
}

function changesOf({ attributes, events, days }: StatisticsChange): Change[] {
  return [
    ...attributes.map(([name, count]): Change => ({ kind: 'attribute', name, count })),
    ...events.map(([name, count]): Change => ({ kind: 'event', name, count })),
    ...days.map(([day, customers]): Change => ({ kind: 'day', name: String(day), count: { customers, events: 0 } })),
  ];
}

async function moveChanges(client: ClientBase): Promise<void> {
  await client.query(`
    INSERT INTO statistics (kind, name, customers, events)
    SELECT kind, name, sum(customers), sum(events) FROM (${CHANGES}) AS changes GROUP BY kind, name
    ON CONFLICT (kind, name) DO UPDATE
      SET customers = statistics.customers + excluded.customers, events = statistics.events + excluded.events;
    DELETE FROM statistics WHERE customers = 0;
    DELETE FROM statistics_changes`);
}
