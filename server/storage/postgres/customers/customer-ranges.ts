import type { ClientBase } from 'pg';
import type { PostgresDatabase } from '../database/database.js';

/** Customers of one range at most: what a page may have to step over. */
const RANGE_CUSTOMERS = 1024;
const FILLED_CUSTOMERS = 512;
/** Positions in one row of changes. */
const CHANGE_POSITIONS = 10_000;
/** Changes that readers add up themselves; more are worth a count. */
const FEW_CHANGES = 32;

interface RangeRow {
  readonly first: string;
  readonly customers: number;
}

interface ChangeRow {
  readonly delta: number;
  readonly positions: string[];
}

/** Writes down which customers came (1) or went (-1), at the end of the transaction in which they do. */
export async function noteChanges(client: ClientBase, delta: 1 | -1, positions: readonly string[]): Promise<void> {
  for (let at = 0; at < positions.length; at += CHANGE_POSITIONS) {
    await client.query({
      name: 'note_changes',
      text: 'INSERT INTO customer_changes (delta, positions) VALUES ($1, $2)',
      values: [delta, positions.slice(at, at + CHANGE_POSITIONS)],
    });
  }
}

/** Where customers lie, as of one moment: ranges with running sums. */
export class RangeIndex {
  readonly total: number;
  private readonly starts: number[] = [];

  constructor(
    readonly firsts: readonly string[],
    readonly counts: readonly number[],
  ) {
    let total = 0;
    for (const count of counts) {
      this.starts.push(total);
      total += count;
    }
    this.total = total;
  }

  /** Where to look for the customer at `offset`: step over `skip` customers from `first` on. */
  locate(offset: number): { first: string; skip: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { first: this.firsts[low] ?? '', skip: offset - (this.starts[low] ?? 0) };
  }

  /** The ranges after some changes; none is split. */
  after(changes: readonly ChangeRow[]): RangeIndex {
    if (changes.length === 0) return this;
    const counts = [...this.counts];
    for (const { delta, positions } of changes) {
      for (const position of positions) counts[this.rangeOf(position)] += delta;
    }
    return new RangeIndex(this.firsts, counts);
  }

  private rangeOf(position: string): number {
    let low = 0;
    let high = this.firsts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (Buffer.compare(this.bytes(middle), Buffer.from(position)) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private readonly encoded: (Buffer | undefined)[] = [];
  private bytes(range: number): Buffer {
    return (this.encoded[range] ??= Buffer.from(this.firsts[range]));
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

  /** The ranges as they were last read; a page found with them is right when {@link isCurrent} says so. */
  get index(): RangeIndex {
    return this.current;
  }

  /** @param pending the ids of the changes that are not counted, as a text */
  isCurrent(version: number, pending: string): boolean {
    return version === this.version && pending === this.pending;
  }

  /** Reads the ranges as of the moment of a transaction. */
  async refresh(client: ClientBase): Promise<RangeIndex> {
    const { rows } = await client.query<{ version: number; pending: string }>(
      `SELECT (SELECT version FROM customer_ranges_version) AS version, ${PENDING} AS pending`,
    );
    const [{ version, pending }] = rows;
    let { counted } = this;
    if (version !== this.version) {
      const ranges = await client.query<RangeRow>('SELECT first, customers FROM customer_ranges ORDER BY first');
      counted = new RangeIndex(
        ranges.rows.map((range) => range.first),
        ranges.rows.map((range) => range.customers),
      );
    }
    const changes =
      pending === '' ? [] : (await client.query<ChangeRow>('SELECT delta, positions FROM customer_changes')).rows;
    const current = counted.after(changes);
    Object.assign(this, { version, counted, pending, current });
    if (changes.length > FEW_CHANGES) void this.settle();
    return current;
  }

  /** Moves the changes into the counts, unless another process does so just now. Never fails: the changes stay. */
  settle(): Promise<void> {
    // Another process counts, or the database is away: the changes are there for the next time.
    this.settling = this.settling.then(() =>
      this.database.alone('customer_ranges', moveChanges).catch(() => undefined),
    );
    return this.settling;
  }

  /** Waits for what {@link settle} began. */
  async close(): Promise<void> {
    await this.settling;
  }
}

/** The ids of the changes that are not counted, as a text that is the same only when they are. */
export const PENDING = "(SELECT coalesce(string_agg(id::text, ' ' ORDER BY id), '') FROM customer_changes)";

async function moveChanges(client: ClientBase): Promise<void> {
  const { rows: changes } = await client.query<ChangeRow>('DELETE FROM customer_changes RETURNING delta, positions');
  if (changes.length === 0) return;
  const { rows } = await client.query<RangeRow>('SELECT first, customers FROM customer_ranges ORDER BY first');
  const before = new RangeIndex(
    rows.map((range) => range.first),
    rows.map((range) => range.customers),
  );
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

/** A range as several, by the customers that there are; the first one begins where it did. */
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
export async function rebuildRanges(client: ClientBase): Promise<void> {
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
