import type { ClientBase } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { moveChanges } from './customers/customer-ranges.js';
import { position } from './customers/row.js';
import { settleStatistics } from './customers/statistics-table.js';
import type { PostgresDatabase } from './database/database.js';

/** Time between two looks for erased customers, in ms. One VACUUM is for all of them. */
const LOOK_MS = 10_000;
/** Time that the cleaner waits for a process that is moving changes into a table. */
const LOCK_TIMEOUT = '5s';

/** The tables in which an erasure has removed or changed rows. */
const TABLES = [
  ...[
    'customers',
    'applied_messages',
    'history',
    'trash',
    'notes',
    'label_edits',
    'customer_search',
    'event_times',
    'search_pending',
    'erasing',
  ],
  ...['statistics', 'statistics_changes', 'customer_ranges', 'customer_changes'],
  ...['reject_blocks', 'source_rejects', 'audit', 'log_blocks', 'log_edits', 'log_baselines'],
];

/** Erased customers, and whether a transaction that is under way may still see their rows. */
const ERASING = `SELECT customer_id, EXISTS (
    SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
      AND age(backend_xmin) >= age(change::text::xid8::xid)
  ) AS seen FROM erasing ORDER BY customer_id LIMIT 1000`;
const GONE = 'customer_id = ANY($1) AND NOT EXISTS (SELECT FROM customers AS c WHERE c.customer_id = t.customer_id)';

/** Removes what is left of erased customers once their transaction is committed: from derived tables, and from the room of removed rows. */
export class ErasureCleaner {
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly database: PostgresDatabase) {}

  /** Cleans until {@link close}. @param onFailure is told why it could not be done; it is tried again */
  start(onFailure: (failure: string) => void): void {
    this.running = this.run(onFailure);
  }

  /** @returns false if something is left, because an older transaction is under way, or another process moves changes */
  async clean(): Promise<boolean> {
    const erasing = await this.database.read<{ customer_id: string; seen: boolean }>('erasing', ERASING);
    if (erasing.length === 0) return true;
    const ids = erasing.map(({ customer_id: id }) => id);
    if (erasing.some(({ seen }) => seen) || !(await this.forget(ids))) return false;
    await this.database.pool.query(`VACUUM ${TABLES.join(', ')}`);
    await this.database.pool.query('DELETE FROM erasing WHERE customer_id = ANY($1)', [ids]);
    await this.database.pool.query('VACUUM erasing');
    return true;
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async forget(ids: readonly string[]): Promise<boolean> {
    let done = 0;
    const alone = (table: string, work: (client: ClientBase) => Promise<unknown>): Promise<void> =>
      this.database.alone(
        table,
        async (client) => {
          await work(client);
          done++;
        },
        LOCK_TIMEOUT,
      );
    await alone('customer_search', async (client) => {
      await client.query(`DELETE FROM customer_search AS t WHERE ${GONE}`, [ids]);
      await client.query(`DELETE FROM event_times AS t WHERE ${GONE}`, [ids]);
      await client.query(`DELETE FROM search_pending AS t WHERE ${GONE}`, [ids]);
    });
    await alone('statistics', settleStatistics);
    await alone('customer_ranges', async (client) => {
      await moveChanges(client);
      for (const id of ids) await joinRange(client, position(id));
    });
    return done === 3;
  }

  private async run(onFailure: (failure: string) => void): Promise<void> {
    const isStopped = (): boolean => this.stop.signal.aborted;
    while (!isStopped()) {
      try {
        await this.clean();
      } catch (error) {
        if (!isStopped()) onFailure(error instanceof Error ? error.message : String(error));
      }
      await sleep(LOOK_MS, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }
}

/** Joins the range that begins at a position, which holds the id of a customer, with the range before it. */
async function joinRange(client: ClientBase, first: string): Promise<void> {
  const { rows } = await client.query<{ customers: number }>(
    'DELETE FROM customer_ranges WHERE first = $1 RETURNING customers',
    [first],
  );
  if (rows.length === 0) return;
  await client.query(
    `UPDATE customer_ranges SET customers = customers + $2
     WHERE first = (SELECT max(first) FROM customer_ranges WHERE first < $1)`,
    [first, rows[0].customers],
  );
  await client.query('UPDATE customer_ranges_version SET version = version + 1');
}
