import type { ClientBase, QueryResult } from 'pg';
import type { CustomerChange, KnownCustomer } from '../../../domain/customer/customer-change.js';
import { position, storedOf, type CustomerColumns } from './row.js';
import { ONE_HAS_LOG } from '../log/log-rows.js';
import { RunAgain } from '../database/transaction-kind.js';
import { erasedAmong } from './erased-customers.js';

/** A customer whose row, if it has one, is locked by this transaction. */
export interface LockedCustomer extends KnownCustomer {
  /** False when the customer has no row. Another process may insert one meanwhile. */
  readonly hasRow: boolean;
  /** Ingestions that have applied a message to the customer; finished ingestions may be among them. */
  readonly touchedBy: readonly number[];
  /** Whether the customer has a log. If another process has just begun it, it may be false. Absent: not asked for. */
  readonly hasLog?: boolean | undefined;
}

/** A change of a locked customer. */
export interface LockedChange {
  readonly locked: LockedCustomer;
  readonly change: CustomerChange;
}

interface Row extends CustomerColumns {
  readonly touched_by: number[] | null;
  readonly has_log?: boolean | null;
}

const COLUMNS =
  'customer_id, attributes, events, attribute_times, last_updated, labels, deleted_at, suppressed_at, touched_by';
const READ = `SELECT ${COLUMNS} FROM customers`;
/**
 * A statement that has waited for the lock sees the row as it is now, and other tables as they were before. So it says nothing of the log
 * when another transaction has changed the row meanwhile, perhaps that of a process with another LOG_ENTRIES.
 */
const READ_ONE = `SELECT ${COLUMNS}, CASE WHEN xmin = (SELECT before.xmin FROM customers AS before WHERE before.customer_id = $1)
  THEN ${ONE_HAS_LOG} END AS has_log FROM customers WHERE customer_id = $1`;
const INSERT = 'INSERT INTO customers (customer_id, position)';
/** Changes nothing, but locks: a distributed table takes no `FOR UPDATE` of more than one customer. */
const LOCK = 'ON CONFLICT (customer_id) DO UPDATE SET position = excluded.position WHERE false';

/**
 * Changes nothing, but is planned as a write to the shards of these customers. It comes before the first read of a transaction that
 * copies rows into them: Citus takes a COPY over a connection that has only read for a read as well, does not prepare it, and loses its
 * rows without an error when that node dies before the COMMIT. No change is below 0, so the primary key finds no row.
 */
export async function announceWrite(client: ClientBase, ids: readonly string[]): Promise<void> {
  // Not prepared, so that its plan is one for the rows that are there now.
  await client.query('DELETE FROM search_pending WHERE customer_id = ANY($1) AND change < 0', [ids]);
}

/** Locks the rows that exist, in the order of lists as every writer does. @returns a customer for every id */
export async function lockKnown(client: ClientBase, ids: readonly string[]): Promise<Map<string, LockedCustomer>> {
  if (ids.length === 1) {
    const text = `${READ_ONE} FOR UPDATE`;
    const result = await client.query<Row>({ name: 'lock_customer', text, values: [...ids] });
    return withErased(client, customersOf(ids, result));
  }
  await client.query({
    name: 'lock_known_customers',
    text: `${INSERT} SELECT customer_id, position FROM customers WHERE customer_id = ANY($1) ORDER BY position ${LOCK}`,
    values: [ids],
  });
  return readKnown(client, ids);
}

/** Locks rows in the order of `ids`, which is that of lists. A customer without a row gets an empty one. */
export async function lockAll(client: ClientBase, ids: readonly string[]): Promise<Map<string, LockedCustomer>> {
  await client.query({
    name: 'lock_customers',
    text: `${INSERT}
           SELECT customer_id, position FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (customer_id, position, at)
           ORDER BY at ${LOCK}`,
    values: [ids, ids.map(position)],
  });
  return readKnown(client, ids);
}

/** Reads customers without a lock. @returns a customer for every id */
export async function readKnown(client: ClientBase, ids: readonly string[]): Promise<Map<string, LockedCustomer>> {
  const text = `${READ} WHERE customer_id = ANY($1)`;
  const result = await client.query<Row>({ name: 'read_customers', text, values: [ids] });
  return withErased(client, customersOf(ids, result));
}

/** Reads of each customer of which nothing else is known whether it was erased. */
async function withErased(
  client: ClientBase,
  customers: Map<string, LockedCustomer>,
): Promise<Map<string, LockedCustomer>> {
  const unknown = [...customers.values()].filter(({ stored, deletedAt }) => !stored && deletedAt === undefined);
  const ids = unknown.map(({ id }) => id);
  for (const [id, erasedUntil] of await erasedAmong(client, ids)) {
    const customer = customers.get(id);
    if (customer) customers.set(id, { ...customer, erasedUntil });
  }
  return customers;
}

function customersOf(ids: readonly string[], { rows }: QueryResult<Row>): Map<string, LockedCustomer> {
  const unknown = { stored: undefined, deletedAt: undefined, suppressedAt: undefined, hasRow: false, touchedBy: [] };
  const customers = new Map<string, LockedCustomer>(ids.map((id) => [id, { id, ...unknown }]));
  for (const row of rows) {
    customers.set(row.customer_id, {
      id: row.customer_id,
      stored: storedOf(row),
      deletedAt: row.deleted_at ?? undefined,
      suppressedAt: row.suppressed_at ?? undefined,
      hasRow: true,
      touchedBy: row.touched_by ?? [],
      hasLog: row.has_log ?? undefined,
    });
  }
  return customers;
}

const WANTED = `SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[])
  AS wanted (customer_id, position, attributes, events, attribute_times, last_updated, deleted_at, suppressed_at, labels)`;
const UPSERT = `INSERT INTO customers (customer_id, position, attributes, events, attribute_times, last_updated, deleted_at, suppressed_at, labels)
  ${WANTED} ORDER BY position COLLATE "C" ON CONFLICT (customer_id)`;

/**
 * Writes the rows of edited customers with at most two statements.
 * @throws RunAgain when another process has inserted or erased one of them since it was looked for
 */
export async function writeEdited(client: ClientBase, edited: readonly LockedChange[]): Promise<void> {
  const known = edited.filter(({ locked }) => locked.hasRow);
  if (known.length > 0) {
    await client.query({
      name: 'update_customers',
      text: `${UPSERT} DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
               attribute_times = excluded.attribute_times, last_updated = excluded.last_updated, deleted_at = excluded.deleted_at,
               suppressed_at = excluded.suppressed_at, labels = excluded.labels`,
      values: columnsOf(known),
    });
  }
  const unknown = edited.filter(
    ({ locked, change }) => !locked.hasRow && (change.after ?? change.deletedAt ?? change.suppressedAt) !== undefined,
  );
  if (unknown.length === 0) return;
  // Not the count of rows: https://github.com/citusdata/citus/issues/3377.
  const { rows } = await client.query({
    name: 'insert_customers',
    text: `${UPSERT} DO NOTHING RETURNING customer_id`,
    values: columnsOf(unknown),
  });
  if (rows.length !== unknown.length) throw new RunAgain();
  // From here on an erasure waits for these rows.
  const ids = unknown.map(({ change: { id } }) => id);
  const erased = await erasedAmong(client, ids);
  if (unknown.some(({ locked: { id, erasedUntil } }) => erased.get(id) !== erasedUntil)) throw new RunAgain();
}

function columnsOf(edited: readonly LockedChange[]): unknown[] {
  const changes = edited.map(({ change }) => change);
  return [
    changes.map(({ id }) => id),
    changes.map(({ id }) => position(id)),
    changes.map(({ after }) => after?.attributes ?? null),
    changes.map(({ after }) => after?.events ?? null),
    changes.map(({ after }) => after?.attributeTimes ?? null),
    changes.map(({ after }) => after?.lastUpdated ?? null),
    changes.map(({ deletedAt }) => deletedAt ?? null),
    edited.map(({ locked, change }) =>
      change.suppressedAt === undefined ? (locked.suppressedAt ?? null) : change.suppressedAt,
    ),
    changes.map(({ after }) => after?.labels ?? null),
  ];
}
