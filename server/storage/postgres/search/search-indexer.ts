import type { ClientBase } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import { CopyRows } from '../customers/copy-rows.js';
import { knownOf, type KnownColumns } from '../customers/row.js';
import { STORED } from '../customers/stored-customers.js';
import type { PostgresDatabase } from '../database/database.js';
import { readEvents } from '../log/logged-events.js';
import { EVENT_COLUMNS, eventFields, eventRows } from './event-rows.js';
import { SEARCH_COLUMNS, searchRow } from './search-row.js';

/** Customers that are indexed in one transaction. */
const STEP_CUSTOMERS = 1_000;
const IDLE_MS = 1_000;
/** After indexing this many customers the table is vacuumed at once. Searches are up to ten times as slow before. */
const SETTLE_FROM = 5_000;
const AFTER_FAILURE_MS = 10_000;
/** Time that a search waits for the database, and for a process that is indexing. */
const PATIENCE_MS = 10_000;
const LOCK_TIMEOUT = '5s';

/** Keeps `customer_search` up to date, step by step. One process indexes at a time. */
export class SearchIndexer {
  private readonly stop = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(private readonly database: PostgresDatabase) {}

  /** Indexes until {@link close}. @param onFailure is called once when indexing begins to fail, and again only after it has worked */
  start(onFailure: (failure: string) => void): void {
    this.running = this.run(onFailure);
  }

  /** Indexes the changed customers when there are at most {@link STEP_CUSTOMERS}; waits for a process that is indexing them. */
  async catchUp(): Promise<void> {
    const rows = await this.database.read<{ pending: number }>(
      'count_pending',
      `SELECT count(*) AS pending FROM (SELECT 1 FROM search_pending LIMIT ${STEP_CUSTOMERS + 1}) AS waiting`,
    );
    const [{ pending }] = rows;
    if (pending > 0 && pending <= STEP_CUSTOMERS)
      await this.database.patiently(PATIENCE_MS, () => this.step(LOCK_TIMEOUT));
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private isStopped(): boolean {
    return this.stop.signal.aborted;
  }

  /** @returns the number of indexed customers; 0 also when another process is indexing */
  private async step(lockTimeout?: string): Promise<number> {
    let indexed = 0;
    // Only indexers write to this table, so the lock excludes nothing else.
    const index = async (client: ClientBase): Promise<void> => {
      indexed = await indexPending(client);
    };
    await this.database.alone('customer_search', index, lockTimeout);
    return indexed;
  }

  /** Merges the pending lists of the indexes and updates the statistics of the planner, which autovacuum would do later. */
  private async settle(): Promise<void> {
    await this.database.pool.query('VACUUM (ANALYZE) customer_search, event_times, search_pending');
  }

  private async run(onFailure: (failure: string) => void): Promise<void> {
    let unsettled = 0;
    for (let failed = false; !this.isStopped();) {
      let pause = 0;
      try {
        const indexed = await this.step();
        unsettled += indexed;
        if (indexed === 0) {
          pause = IDLE_MS;
          if (unsettled >= SETTLE_FROM) {
            await this.settle();
            unsettled = 0;
          }
        }
        failed = false;
      } catch (error) {
        if (!failed && !this.isStopped()) onFailure(error instanceof Error ? error.message : String(error));
        failed = true;
        pause = AFTER_FAILURE_MS;
      }
      await sleep(pause, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }
}

async function indexPending(client: ClientBase): Promise<number> {
  // Changes that are recorded after this statement stay for the next step.
  const { rows: pending } = await client.query<{ customer_id: string }>(
    `SELECT DISTINCT customer_id FROM search_pending ORDER BY customer_id LIMIT ${STEP_CUSTOMERS}`,
  );
  if (pending.length === 0) return 0;
  const ids = pending.map((row) => row.customer_id);
  await client.query('DELETE FROM search_pending WHERE customer_id = ANY($1)', [ids]);
  const { rows } = await client.query<KnownColumns>(
    `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL ORDER BY customer_id`,
    [ids],
  );
  const customers = rows.map(knownOf);
  await client.query('DELETE FROM customer_search WHERE customer_id = ANY($1)', [ids]);
  const copy = new CopyRows(client, `customer_search (${SEARCH_COLUMNS})`);
  for (const customer of customers) await copy.row(searchRow(customer));
  await copy.end();
  await indexEvents(client, ids, customers);
  return ids.length;
}

/** Writes the times of the events of customers anew. */
async function indexEvents(
  client: ClientBase,
  ids: readonly string[],
  customers: readonly StoredCustomer[],
): Promise<void> {
  await client.query('DELETE FROM event_times WHERE customer_id = ANY($1)', [ids]);
  const having = customers.filter(({ events }) => events !== '{}');
  if (having.length === 0) return;
  const found = await readEvents(client, having);
  const copy = new CopyRows(client, `event_times (${EVENT_COLUMNS})`);
  for (const [id, events] of found) for (const row of eventRows(events)) await copy.row(eventFields(id, row));
  await copy.end();
}
