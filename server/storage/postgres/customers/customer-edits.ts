import type { ClientBase, QueryResult } from 'pg';
import type { CustomerEdit } from '../../../domain/customer/customer-repository.js';
import {
  toState,
  toStored,
  type CustomerRecord,
  type CustomerState,
  type StoredCustomer,
} from '../../../domain/customer/customer.js';
import { DomainError } from '../../../domain/errors.js';
import {
  actionOf,
  changesJson,
  editsBetween,
  type EditAction,
  type EditNote,
} from '../../../domain/customer/history.js';
import { Statistics } from '../../../domain/customer/statistics.js';
import { noteChanges } from './customer-ranges.js';
import { position, storedOf, type CustomerColumns } from './row.js';
import { notePending } from '../search/search-indexer.js';
import type { StatisticsTable } from './statistics-table.js';
import { RunAgain } from '../database/transaction-kind.js';

/** What an edit has made of a customer. */
export interface EditedCustomer {
  readonly id: string;
  readonly record: CustomerRecord | undefined;
  /** True when the history tells of it. */
  readonly changed: boolean;
  readonly refusal: DomainError | undefined;
}

/** A row to be written. */
interface Edited {
  readonly state: CustomerState;
  readonly stored: StoredCustomer | undefined;
  /** False for a customer that nobody has heard of. */
  readonly known: boolean;
}

interface Entry {
  readonly id: string;
  readonly action: EditAction;
  readonly changes: string;
}

/**
 * Edits customers within a transaction, with a bounded number of statements however many they are. Their rows are locked in the
 * order of lists, as those of a merge.
 * @param ids each once
 * @returns what became of each, in the order of `ids`
 */
export async function editCustomers(
  client: ClientBase,
  ids: readonly string[],
  edit: CustomerEdit,
  note: EditNote,
  table: StatisticsTable,
): Promise<EditedCustomer[]> {
  const rows = await lock(client, ids);
  const statistics = new Statistics();
  const written: Edited[] = [];
  const entries: Entry[] = [];
  const [arrived, left]: [string[], string[]] = [[], []];
  const outcomes = ids.map((id): EditedCustomer => {
    const row = rows.get(id);
    const before = row && storedOf(row);
    const state = toState(id, before, row?.deleted_at ?? undefined);
    const attributes = new Map(state.attributes);
    try {
      edit(state, before);
    } catch (error) {
      if (error instanceof DomainError) return { id, record: before, changed: false, refusal: error };
      throw error;
    }
    const stored = state.exists ? toStored(state) : undefined;
    if (stored || row) written.push({ state, stored, known: row !== undefined });
    if (stored && !before) arrived.push(position(id));
    if (!stored && before) left.push(position(id));
    const edits = editsBetween(attributes, state.attributes);
    statistics.edit(edits, before, stored);
    const action = actionOf(before !== undefined, state.exists, edits, note);
    if (action) entries.push({ id, action, changes: changesJson(edits) });
    return { id, record: stored && recordOf(stored), changed: action !== undefined, refusal: undefined };
  });
  await write(client, written);
  await append(client, note, entries);
  await notePending(
    client,
    written.map(({ state }) => state.id),
  );
  await noteChanges(client, 1, arrived);
  await noteChanges(client, -1, left);
  await table.note(client, statistics.take());
  return outcomes;
}

const READ = 'SELECT customer_id, attributes, events, attribute_times, last_updated, deleted_at FROM customers';

async function lock(client: ClientBase, ids: readonly string[]): Promise<Map<string, CustomerColumns>> {
  const { rows } = await (ids.length === 1
    ? client.query<CustomerColumns>({
        name: 'lock_customer',
        text: `${READ} WHERE customer_id = $1 FOR UPDATE`,
        values: [...ids],
      })
    : lockEach(client, ids));
  return new Map(rows.map((row) => [row.customer_id, row]));
}

/** Upserts that write nothing: a distributed table takes no `FOR UPDATE` for more than one customer. */
async function lockEach(client: ClientBase, ids: readonly string[]): Promise<QueryResult<CustomerColumns>> {
  await client.query({
    name: 'lock_known_customers',
    text: `INSERT INTO customers (customer_id, position)
           SELECT customer_id, position FROM customers WHERE customer_id = ANY($1) ORDER BY position
           ON CONFLICT (customer_id) DO UPDATE SET position = excluded.position WHERE false`,
    values: [ids],
  });
  return client.query({ name: 'read_customers', text: `${READ} WHERE customer_id = ANY($1)`, values: [ids] });
}

const WANTED = `SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[])
  AS wanted (customer_id, position, attributes, events, attribute_times, last_updated, deleted_at)`;
const INSERT = `INSERT INTO customers (customer_id, position, attributes, events, attribute_times, last_updated, deleted_at)
  ${WANTED} ORDER BY position COLLATE "C" ON CONFLICT (customer_id)`;

async function write(client: ClientBase, edited: readonly Edited[]): Promise<void> {
  const known = edited.filter((one) => one.known);
  if (known.length > 0) {
    await client.query({
      name: 'update_customers',
      text: `${INSERT} DO UPDATE SET attributes = excluded.attributes, events = excluded.events,
               attribute_times = excluded.attribute_times, last_updated = excluded.last_updated, deleted_at = excluded.deleted_at`,
      values: columnsOf(known),
    });
  }
  const unknown = edited.filter((one) => !one.known);
  if (unknown.length === 0) return;
  // Not the count of rows: https://github.com/citusdata/citus/issues/3377.
  const { rows } = await client.query({
    name: 'insert_customers',
    text: `${INSERT} DO NOTHING RETURNING customer_id`,
    values: columnsOf(unknown),
  });
  // Somebody else has started one of these customers since it was looked for.
  if (rows.length !== unknown.length) throw new RunAgain();
}

function columnsOf(edited: readonly Edited[]): unknown[] {
  return [
    edited.map(({ state }) => state.id),
    edited.map(({ state }) => position(state.id)),
    edited.map(({ stored }) => stored?.attributes ?? null),
    edited.map(({ stored }) => stored?.events ?? null),
    edited.map(({ stored }) => stored?.attributeTimes ?? null),
    edited.map(({ stored }) => stored?.lastUpdated ?? null),
    edited.map(({ state }) => state.deletedAt ?? null),
  ];
}

const APPEND = `INSERT INTO history (customer_id, id, at, source, action, changes)
  SELECT customer_id, 1 + coalesce(last, 0), floor(extract(epoch FROM clock_timestamp()) * 1000), $2, action, changes
  FROM unnest($1::text[], $3::text[], $4::text[]) AS edits (customer_id, action, changes)`;
/** Of one customer the last number is at the end of an index, however many there are. */
const APPEND_ONE = `WITH known AS MATERIALIZED (SELECT max(id) AS last FROM history WHERE customer_id = $5)
  ${APPEND} CROSS JOIN known`;
const APPEND_EACH = `WITH known AS MATERIALIZED (
    SELECT customer_id, max(id) AS last FROM history WHERE customer_id = ANY($1) GROUP BY customer_id
  ) ${APPEND} LEFT JOIN known USING (customer_id)`;

/** Entries are numbered while the row of their customer is locked. */
async function append(client: ClientBase, { source }: EditNote, entries: readonly Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const isOne = entries.length === 1;
  await client.query({
    name: isOne ? 'append_entry' : 'append_history',
    text: isOne ? APPEND_ONE : APPEND_EACH,
    values: [
      entries.map(({ id }) => id),
      source,
      entries.map(({ action }) => action),
      entries.map(({ changes }) => changes),
      ...(isOne ? [entries[0].id] : []),
    ],
  });
}

function recordOf({ id, attributes, events, lastUpdated }: StoredCustomer): CustomerRecord {
  return { id, attributes, events, lastUpdated };
}
