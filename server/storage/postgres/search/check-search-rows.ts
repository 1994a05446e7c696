import type { ClientBase } from 'pg';
import { isDeepStrictEqual } from 'node:util';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import type { Differences } from '../../check/differences.js';
import { knownOf, type KnownColumns } from '../customers/row.js';
import { STORED } from '../customers/stored-customers.js';
import { rowsOf } from '../database/cursor.js';
import { readEvents } from '../log/logged-events.js';
import { EVENT_COLUMNS, eventRows, type EventRow } from './event-rows.js';
import { SEARCH_COLUMNS, searchValues, type SearchValues } from './search-row.js';

/** Customers whose rows are compared at once. */
const CUSTOMERS_AT_ONCE = 200;

const IS_PENDING = 'EXISTS (SELECT 1 FROM search_pending AS p WHERE p.customer_id = c.customer_id)';
const SETTLED = `SELECT ${STORED} FROM customers AS c WHERE attributes IS NOT NULL AND NOT ${IS_PENDING}`;
/** Rows of customers who are gone. */
const straysIn = (
  table: string,
): string => `SELECT DISTINCT c.customer_id FROM ${table} AS c WHERE NOT ${IS_PENDING} AND NOT EXISTS (
  SELECT 1 FROM customers AS known WHERE known.customer_id = c.customer_id AND known.attributes IS NOT NULL)`;
/** JSON is compared by its value. */
const FOUND = `SELECT ${SEARCH_COLUMNS} FROM customer_search WHERE customer_id = ANY($1)`;

type JsonValue = Readonly<Record<string, unknown>>;
interface FoundRow {
  readonly customer_id: string;
  readonly position: string;
  readonly folded: string;
  readonly attributes: JsonValue;
  readonly folded_attributes: JsonValue;
  readonly numbers: JsonValue;
  readonly times: JsonValue;
  readonly events: JsonValue;
  readonly labels: readonly string[];
  readonly email: string | null;
  readonly created_at: number | null;
  readonly last_updated: number;
}

/** Compares the rows of `customer_search` with the customers that do not wait to be indexed. */
export async function checkSearchRows(client: ClientBase, differences: Differences): Promise<void> {
  let expected: SearchValues[] = [];
  let customers: StoredCustomer[] = [];
  const compare = async (): Promise<void> => {
    const { rows } = await client.query<FoundRow>(FOUND, [expected.map(([id]) => id)]);
    const found = new Map(rows.map((row) => [row.customer_id, row]));
    for (const values of expected) compareRow(values, found.get(values[0]), differences);
    await compareEvents(client, customers, differences);
    [expected, customers] = [[], []];
  };
  for await (const row of rowsOf<KnownColumns>(client, SETTLED)) {
    const customer = knownOf(row);
    customers.push(customer);
    expected.push(searchValues(customer));
    if (expected.length === CUSTOMERS_AT_ONCE) await compare();
  }
  await compare();
  for (const table of ['customer_search', 'event_times'])
    for await (const { customer_id: id } of rowsOf<{ customer_id: string }>(client, straysIn(table)))
      differences.add(id, 'no row', 'a row of a customer that is gone');
}

/** Compares the times of events with those in the logs of some customers. */
async function compareEvents(
  client: ClientBase,
  customers: readonly StoredCustomer[],
  differences: Differences,
): Promise<void> {
  const expected = await readEvents(client, customers);
  const { rows } = await client.query<EventRow & { readonly customer_id: string }>(
    `SELECT ${EVENT_COLUMNS} FROM event_times WHERE customer_id = ANY($1)`,
    [customers.map(({ id }) => id)],
  );
  const texts = (some: readonly EventRow[]): string[] =>
    some.map(({ name, span, times }) => JSON.stringify([name, span, times.map(Number)])).sort();
  for (const [id, events] of expected) {
    if (!isDeepStrictEqual(texts(eventRows(events)), texts(rows.filter((row) => row.customer_id === id))))
      differences.add(id, 'the times of the events in the log', 'other ones');
  }
}

function compareRow(expected: SearchValues, found: FoundRow | undefined, differences: Differences): void {
  const [id, place, folded, attributes, others, numbers, times, events, labels, ...rest] = expected;
  const [email, createdAt, lastUpdated] = rest;
  if (!found) {
    differences.add(id, 'indexed, or waiting for it', 'neither');
    return;
  }
  const columns: readonly (readonly [name: keyof FoundRow, value: unknown])[] = [
    ['position', place],
    ['folded', folded],
    ['attributes', JSON.parse(attributes)],
    ['folded_attributes', JSON.parse(others)],
    ['numbers', JSON.parse(numbers)],
    ['times', JSON.parse(times)],
    ['events', JSON.parse(events)],
    ['labels', JSON.parse(labels)],
    ['email', email],
    ['created_at', createdAt],
    ['last_updated', lastUpdated],
  ];
  for (const [name, value] of columns) {
    if (!isDeepStrictEqual(value, found[name])) differences.add(id, `the ${name} of the customer`, 'another one');
  }
}
