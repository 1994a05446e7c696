import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { PostgresDatabase } from '../database/database.js';
import { compareCodePoints } from '../../../domain/text.js';
import type { Differences } from '../../check/differences.js';
import { rowsOf } from '../database/cursor.js';
import type { DerivedTable } from './derived-table.js';
import { indexOf, RangeIndex, type ChangeRow, type RangeRow } from './range-index.js';
import { position } from './row.js';

/** Limit of a range, in customers: a page may have to step over as many. */
const RANGE_CUSTOMERS = 1024;
const FILLED_CUSTOMERS = 512;
/** Positions in one row of changes. */
const CHANGE_POSITIONS = 10_000;
/** Number of changes that a reader adds up itself. More changes are moved into the counts. */
const FEW_CHANGES = 32;

/** The places of all customers, in their order. */
const POSITIONS = 'SELECT position FROM customers WHERE attributes IS NOT NULL ORDER BY position';

/** The customers that arrived and those that left. A writer only adds rows of changes, so that no writer waits for another. */
export class RangeChanges implements DerivedTable {
  readonly name = 'customer_ranges';
  readonly settled = 'customer_ranges';
  private readonly arrived: string[] = [];
  private readonly left: string[] = [];

  record({ id, before, after }: CustomerChange): void {
    if (!before && after) this.arrived.push(position(id));
    if (before && !after) this.left.push(position(id));
  }

  recordFresh(customers: readonly PartialCustomer[]): void {
    for (const { id } of customers) this.arrived.push(position(id));
  }

  async flush(client: ClientBase, isLast: boolean): Promise<void> {
    if (!isLast) return;
    await noteChanges(client, 1, this.arrived);
    await noteChanges(client, -1, this.left);
  }

  readonly settle = rebuildRanges;

  async check(client: ClientBase, differences: Differences): Promise<void> {
    const { rows: ranges } = await client.query<RangeRow>(
      'SELECT first, customers FROM customer_ranges ORDER BY first',
    );
    let found = indexOf(ranges);
    for await (const change of rowsOf<ChangeRow>(client, 'SELECT delta, positions FROM customer_changes'))
      found = found.after([change]);
    if (found.firsts.at(0) !== '') differences.add('first', 'a range from the first customer on', 'none');
    const counted = found.firsts.map(() => 0);
    let range = 0;
    for await (const { position: at } of rowsOf<{ position: string }>(client, POSITIONS)) {
      while (range + 1 < counted.length && compareCodePoints(found.firsts[range + 1], at) <= 0) range++;
      counted[range]++;
    }
    counted.forEach((customers, i) => {
      if (customers !== found.counts[i]) differences.add(`from ${found.firsts[i]}`, customers, found.counts[i]);
    });
  }

  async clear(client: ClientBase): Promise<void> {
    await client.query(
      "DELETE FROM customer_changes; DELETE FROM customer_ranges; INSERT INTO customer_ranges VALUES ('', 0)",
    );
    await client.query('UPDATE customer_ranges_version SET version = version + 1');
  }
}

async function noteChanges(client: ClientBase, delta: 1 | -1, positions: string[]): Promise<void> {
  while (positions.length > 0) {
    await client.query({
      name: 'note_changes',
      text: 'INSERT INTO customer_changes (delta, positions) VALUES ($1, $2)',
      values: [delta, positions.splice(-CHANGE_POSITIONS)],
    });
  }
}

/** Keeps the counts of `customer_ranges` for readers, and moves changes into them. */
export class CustomerRanges {
  private version = -1;
  private counted = new RangeIndex([], []);
  private pending = '';
  private current = new RangeIndex([], []);
  private settling: Promise<void> = Promise.resolve();

  constructor(private readonly database: PostgresDatabase) {}

  /** The ranges as they were last read. A page found with them is correct when {@link isCurrent} returns true. */
  get index(): RangeIndex {
    return this.current;
  }

  /** @param pending the value of {@link PENDING} */
  isCurrent(version: number, pending: string): boolean {
    return version === this.version && pending === this.pending;
  }

  /** Reads the ranges within a transaction. */
  async refresh(client: ClientBase): Promise<RangeIndex> {
    const { rows } = await client.query<{ version: number; pending: string }>(
      `SELECT (SELECT version FROM customer_ranges_version) AS version, ${PENDING} AS pending`,
    );
    const [{ version, pending }] = rows;
    let { counted } = this;
    if (version !== this.version) {
      const ranges = await client.query<RangeRow>('SELECT first, customers FROM customer_ranges ORDER BY first');
      counted = indexOf(ranges.rows);
    }
    const changes =
      pending === '' ? [] : (await client.query<ChangeRow>('SELECT delta, positions FROM customer_changes')).rows;
    const current = counted.after(changes);
    Object.assign(this, { version, counted, pending, current });
    if (changes.length > FEW_CHANGES) void this.settle();
    return current;
  }

  /** Moves the changes into the counts, unless another process is doing so. It never fails: the changes stay. */
  settle(): Promise<void> {
    this.settling = this.settling.then(() =>
      this.database.alone('customer_ranges', moveChanges).catch(() => undefined),
    );
    return this.settling;
  }

  /** Waits for {@link settle}. */
  async close(): Promise<void> {
    await this.settling;
  }
}

/** The ids of the changes that are not counted, as a text that is the same only when they are. */
export const PENDING = "(SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM customer_changes)";

/** Moves the changes into the counts. */
export async function moveChanges(client: ClientBase): Promise<void> {
  const { rows: changes } = await client.query<ChangeRow>('DELETE FROM customer_changes RETURNING delta, positions');
  if (changes.length === 0) return;
  const { rows } = await client.query<RangeRow>('SELECT first, customers FROM customer_ranges ORDER BY first');
  const before = indexOf(rows);
  const after = before.after(changes);
  const written: RangeRow[] = [];
  for (const [i, first] of after.firsts.entries()) {
    const customers = after.counts[i];
    if (customers > RANGE_CUSTOMERS) written.push(...(await splitRange(client, first, after.firsts.at(i + 1))));
    else if (customers !== before.counts[i]) written.push({ first, customers });
  }
  await client.query(
    `INSERT INTO customer_ranges SELECT * FROM unnest($1::text[], $2::bigint[])
     ON CONFLICT (first) DO UPDATE SET customers = excluded.customers`,
    [written.map((range) => range.first), written.map((range) => range.customers)],
  );
  await client.query('DELETE FROM customer_ranges WHERE customers = 0 AND first <> $1', ['']);
  await client.query('UPDATE customer_ranges_version SET version = version + 1');
}

/** Splits a range by the customers in it. The first of the new ranges begins as the range did. */
async function splitRange(client: ClientBase, first: string, until: string | undefined): Promise<RangeRow[]> {
  const { rows } = await client.query<{ position: string }>(
    `SELECT position FROM (
       SELECT position, row_number() OVER (ORDER BY position) - 1 AS at FROM customers
       WHERE attributes IS NOT NULL AND position >= $1 AND ($2::text IS NULL OR position < $2)
     ) AS members WHERE at % ${FILLED_CUSTOMERS} = 0 ORDER BY position`,
    [first, until ?? null],
  );
  const { rows: sizes } = await client.query<{ customers: number }>(
    `SELECT count(*) AS customers FROM customers
     WHERE attributes IS NOT NULL AND position >= $1 AND ($2::text IS NULL OR position < $2)`,
    [first, until ?? null],
  );
  const total = sizes[0].customers;
  return rows.map(({ position }, i) => ({
    first: i === 0 ? first : position,
    customers: Math.min(FILLED_CUSTOMERS, total - i * FILLED_CUSTOMERS),
  }));
}

/** Counts all customers again. */
async function rebuildRanges(client: ClientBase): Promise<void> {
  await client.query('DELETE FROM customer_changes; DELETE FROM customer_ranges');
  await client.query(`
    INSERT INTO customer_ranges
    SELECT CASE WHEN at = 0 THEN '' ELSE position END, least(${FILLED_CUSTOMERS}, total - at)
    FROM (
      SELECT position, row_number() OVER (ORDER BY position) - 1 AS at FROM customers WHERE attributes IS NOT NULL
    ) AS members, (SELECT count(*) AS total FROM customers WHERE attributes IS NOT NULL) AS counted
    WHERE at % ${FILLED_CUSTOMERS} = 0`);
  await client.query("INSERT INTO customer_ranges VALUES ('', 0) ON CONFLICT (first) DO NOTHING");
  await client.query('UPDATE customer_ranges_version SET version = version + 1');
}
