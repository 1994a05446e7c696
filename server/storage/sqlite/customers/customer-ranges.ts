import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import { compareCodePoints } from '../../../domain/text.js';
import type { Differences } from '../../check/differences.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';
import type { DerivedTable } from './derived-table.js';

/** The value of `customers.id`: a number or a text. */
export type OrderedId = number | string;

/** Limit of a range, in customers: a page may have to step over as many. */
const RANGE_CUSTOMERS = 512;
const FILLED_CUSTOMERS = 256;

/** The ranges whose count is not that of their customers. A blob comes after every id. */
const MISCOUNTED = `
  SELECT first, counted, customers FROM (
    SELECT first, customers,
      (SELECT count(*) FROM customers AS c WHERE c.id >= r.first AND c.id < coalesce(r.next, x'')) AS counted
    FROM (SELECT first, customers, lead(first) OVER (ORDER BY first) AS next FROM customer_ranges) AS r
  ) WHERE counted <> customers
  UNION ALL SELECT 0, (SELECT count(*) FROM customers WHERE id < (SELECT min(first) FROM customer_ranges)), 'no range'
  WHERE NOT EXISTS (SELECT 1 FROM customer_ranges WHERE first = 0)`;

/** The number of customers from one id up to another, so that a deep page is found without a walk. */
export class CustomerRanges implements DerivedTable {
  readonly name = 'customer_ranges';
  private readonly rangeOf: Query<[first: OrderedId, customers: number]>;
  private readonly nextAfter: Query<[OrderedId]>;
  private readonly adjust: StatementSync;
  private readonly drop: StatementSync;
  private readonly insert: StatementSync;
  private readonly idsFrom: Query<[OrderedId]>;
  private readonly idsBetween: Query<[OrderedId]>;
  private readonly changed: StatementSync;
  /** The range of the last id; ids mostly come in order. */
  private current: { first: OrderedId; until: OrderedId | undefined; customers: number; delta: number } | undefined;

  constructor(private readonly db: DatabaseSync) {
    this.rangeOf = prepareRows(
      db,
      'SELECT first, customers FROM customer_ranges WHERE first <= ? ORDER BY first DESC LIMIT 1',
    );
    this.nextAfter = prepareRows(db, 'SELECT first FROM customer_ranges WHERE first > ? ORDER BY first LIMIT 1');
    this.adjust = db.prepare('UPDATE customer_ranges SET customers = customers + ? WHERE first = ?');
    this.drop = db.prepare('DELETE FROM customer_ranges WHERE first = ? AND first <> 0');
    this.insert = db.prepare('INSERT OR REPLACE INTO customer_ranges VALUES (?, ?)');
    this.idsFrom = prepareRows(db, 'SELECT id FROM customers WHERE id >= ? ORDER BY id');
    this.idsBetween = prepareRows(db, 'SELECT id FROM customers WHERE id >= ? AND id < ? ORDER BY id');
    this.changed = db.prepare("UPDATE meta SET value = value + 1 WHERE name = 'ranges_version'");
  }

  begin(): void {
    this.current = undefined;
  }

  record(key: number, { id, before, after }: CustomerChange): void {
    // The key of a numeric id is its number.
    if (!before !== !after) this.count(key < 0 ? id : key, after ? 1 : -1);
  }

  recordFresh(_key: number, id: OrderedId): void {
    this.count(id, 1);
  }

  /** The first id of a range is stored. */
  erase(key: number, text: string): void {
    this.flush();
    const id = key < 0 ? text : key;
    const [first, customers] = this.rangeOf.get(id) ?? [0, 0];
    if (first === 0 || first !== id) return;
    this.drop.run(first);
    this.adjust.run(customers, this.rangeOf.get(id)?.[0] ?? 0);
    this.changed.run();
  }

  flush(): void {
    if (!this.current) return;
    this.settle();
    this.changed.run();
  }

  check({ reader }: SqliteDatabase, differences: Differences): void {
    const rows = prepareRows<[first: OrderedId, counted: number, stored: number | string]>(reader, MISCOUNTED);
    for (const [first, counted, stored] of rows.iterate()) differences.add(`from ${first}`, counted, stored);
  }

  clear(): void {
    this.db.exec('DELETE FROM customer_ranges; INSERT INTO customer_ranges VALUES (0, 0)');
    this.changed.run();
  }

  private count(id: OrderedId, delta: 1 | -1): void {
    if (!this.current || !covers(this.current, id)) {
      this.settle();
      // The lowest range begins below every id.
      const [first, customers] = this.rangeOf.get(id) ?? [0, 0];
      this.current = { first, until: this.nextAfter.get(first)?.[0], customers, delta: 0 };
    }
    this.current.delta += delta;
  }

  private settle(): void {
    const range = this.current;
    this.current = undefined;
    if (!range || range.delta === 0) return;
    const customers = range.customers + range.delta;
    if (customers > RANGE_CUSTOMERS) this.split(range.first, range.until);
    else if (customers === 0 && range.first !== 0) this.drop.run(range.first);
    else this.adjust.run(range.delta, range.first);
  }

  private split(first: OrderedId, until: OrderedId | undefined): void {
    const rows = until === undefined ? this.idsFrom.iterate(first) : this.idsBetween.iterate(first, until);
    const parts: { first: OrderedId; customers: number }[] = [];
    for (const [id] of rows) {
      const last = parts.at(-1);
      if (last && last.customers < FILLED_CUSTOMERS) last.customers++;
      else parts.push({ first: parts.length === 0 ? first : id, customers: 1 });
    }
    for (const part of parts) this.insert.run(part.first, part.customers);
  }
}

/** A snapshot of the ranges with running sums. */
export class RangeIndex {
  readonly total: number;
  private readonly firsts: OrderedId[] = [];
  private readonly starts: number[] = [];

  constructor(
    readonly version: number,
    rows: Iterable<readonly [first: OrderedId, customers: number]>,
  ) {
    let total = 0;
    for (const [first, customers] of rows) {
      this.firsts.push(first);
      this.starts.push(total);
      total += customers;
    }
    this.total = total;
  }

  /** Locates the customer at `offset`: `skip` customers behind `first`. */
  locate(offset: number): { first: OrderedId; skip: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { first: this.firsts[low], skip: offset - this.starts[low] };
  }
}

/** Compares in the order of SQLite: numbers before texts. */
function covers(range: { first: OrderedId; until: OrderedId | undefined }, id: OrderedId): boolean {
  return !precedes(id, range.first) && (range.until === undefined || precedes(id, range.until));
}

function precedes(a: OrderedId, b: OrderedId): boolean {
  if (typeof a === 'number') return typeof b === 'string' || a < b;
  return typeof b === 'string' && compareCodePoints(a, b) < 0;
}
