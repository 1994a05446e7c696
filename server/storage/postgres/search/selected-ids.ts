import type { ClientBase } from 'pg';
import { eventNamesWithin } from '../../../domain/search/condition.js';
import { CustomerMatcher } from '../../../domain/search/customer-matcher.js';
import type { CustomerSelection } from '../../../domain/search/customer-query.js';
import { openStored } from '../../../domain/search/open-record.js';
import { readSearchText } from '../../../domain/search/search-text.js';
import { compareCodePoints } from '../../../domain/text.js';
import { knownOf, position, type KnownColumns } from '../customers/row.js';
import { STORED } from '../customers/stored-customers.js';
import { openWithEvents, readEvents } from '../log/logged-events.js';
import { SearchConditions } from './search-conditions.js';
import { isSearchable } from './search-row.js';

/** Customers that one statement reads. */
const AT_A_TIME = 1_000;

interface IdRow {
  readonly customer_id: string;
}

/** False for the rare search text that is found only by reading every customer. */
export function isIndexed({ search }: CustomerSelection): boolean {
  return search === undefined || readSearchText(search).terms.every(isSearchable);
}

/** The selected customers behind an id by the index; undefined when customers wait to be indexed. */
export async function indexedAfter(
  client: ClientBase,
  selection: CustomerSelection,
  after: string | undefined,
  limit: number,
): Promise<string[] | undefined> {
  const { rows: pending } = await client.query('SELECT 1 FROM search_pending LIMIT 1');
  if (pending.length > 0) return undefined;
  const conditions = new SearchConditions(selection);
  conditions.add(`s.position > ${conditions.value(after === undefined ? '' : position(after))}`);
  const { rows } = await client.query<IdRow>(
    `SELECT s.customer_id FROM customer_search AS s WHERE ${conditions.text} ORDER BY s.position LIMIT ${conditions.value(limit)}`,
    conditions.values,
  );
  return rows.map((row) => row.customer_id);
}

/** Selects customers within one transaction; see {@link CustomerSearch.select}. */
export async function* selectIn(
  client: ClientBase,
  selection: CustomerSelection,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const matcher = new CustomerMatcher(selection);
  for (let after: string | undefined = ''; after !== undefined;) {
    const { ids, until }: SelectedRange = await selectRange(client, selection, matcher, after);
    signal.throwIfAborted();
    yield* ids;
    after = until;
  }
}

export interface SelectedRange {
  readonly ids: readonly string[];
  /** The last id of the range: the next range begins after it. Undefined for the last range. */
  readonly until: string | undefined;
}

/** The selected customers of the next range of ids: indexed customers by the index, the others by reading them. */
export async function selectRange(
  client: ClientBase,
  selection: CustomerSelection,
  matcher: CustomerMatcher,
  after: string,
): Promise<SelectedRange> {
  const conditions = new SearchConditions(selection);
  conditions.add(`s.customer_id > ${conditions.value(after)}`);
  const { rows: indexed } = await client.query<IdRow>(
    `SELECT s.customer_id FROM customer_search AS s WHERE ${conditions.text} ORDER BY s.customer_id LIMIT ${AT_A_TIME}`,
    conditions.values,
  );
  const { rows: pending } = await client.query<IdRow>(
    `SELECT DISTINCT customer_id FROM search_pending WHERE customer_id > $1 ORDER BY customer_id LIMIT ${AT_A_TIME}`,
    [after],
  );
  const ends = [indexed, pending].filter((rows) => rows.length === AT_A_TIME).map((rows) => rows[AT_A_TIME - 1]);
  const until = ends
    .map((row) => row.customer_id)
    .sort(compareCodePoints)
    .at(0);
  const isInside = ({ customer_id: id }: IdRow): boolean => until === undefined || compareCodePoints(id, until) <= 0;
  const ids = indexed.filter(isInside).map((row) => row.customer_id);
  const { rows } = await client.query<KnownColumns>(
    `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL`,
    [pending.filter(isInside).map((row) => row.customer_id)],
  );
  const names = eventNamesWithin(selection.filters);
  for (const customer of await openWithEvents(client, rows.map(knownOf), names)) {
    if (matcher.match(customer) !== undefined) ids.push(customer.id);
  }
  return { ids, until };
}

/** The time up to which events of a name have ended in the logs of customers that wait to be indexed, in ms; -1 if none has. */
export async function endedOfPending(client: ClientBase, name: string): Promise<number> {
  let latest = -1;
  for (let after = ''; ;) {
    const { rows: pending } = await client.query<IdRow>(
      `SELECT DISTINCT customer_id FROM search_pending WHERE customer_id > $1 ORDER BY customer_id LIMIT ${AT_A_TIME}`,
      [after],
    );
    const { rows } = await client.query<KnownColumns>(
      `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL`,
      [pending.map((row) => row.customer_id)],
    );
    const customers = rows.map(knownOf).filter((one) => openStored(one).eventCount(name) > 0);
    const found = await readEvents(client, customers, false);
    for (const events of found.values()) latest = Math.max(latest, events.ended().get(name) ?? -1);
    if (pending.length < AT_A_TIME) return latest;
    after = pending[pending.length - 1].customer_id;
  }
}
