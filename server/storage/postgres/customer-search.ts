import type { ClientBase } from 'pg';
import type { Awaitable } from '../../domain/awaitable.js';
import type { CustomerSnapshot } from '../../domain/customer/stored-customers.js';
import { CustomerMatcher } from '../../domain/search/customer-matcher.js';
import { foldText } from '../../domain/search/fold-text.js';
import type {
  AttributeName,
  CustomerCount,
  CustomerQuery,
  CustomerSelection,
  EventName,
  FoundCustomers,
  FoundIds,
} from '../../domain/search/customer-query.js';
import type { CustomerRecord } from '../../domain/customer/customer.js';
import { CustomerSearch } from '../../domain/search/customer-search.js';
import { openStored } from '../../domain/search/open-record.js';
import { readSearchText } from '../../domain/search/search-text.js';
import type { TimeCounts } from '../../domain/search/time-counts.js';
import { ScanningSearch } from '../scanning-search.js';
import { toRecord, type RecordRow } from './customers/customer-reader.js';
import type { PostgresCustomerRepository } from './customers/customer.repository.js';
import type { PostgresDatabase } from './database/database.js';
import { inOrder } from './customers/row.js';
import { storedAfter } from './customers/stored-customers.js';
import { openWithEvents } from './log/logged-events.js';
import { ENDED } from './search/event-rows.js';
import { orderBy, SearchConditions } from './search/search-conditions.js';
import { countTimes } from './search/time-counts.js';
import { endedOfPending, indexedAfter, isIndexed, selectRange, type SelectedRange } from './search/selected-ids.js';
import type { SearchIndexer } from './search/search-indexer.js';
import { numbersIn, type StatisticsTable } from './customers/statistics-table.js';

/** Customers or names that one statement reads. */
const AT_A_TIME = 1_000;

interface IdRow {
  readonly customer_id: string;
}

/** Finds customers by the indexes of `customer_search`. If few customers wait to be indexed, it indexes them first. */
export class PostgresCustomerSearch extends CustomerSearch {
  /** Handles the rare search texts that the indexes cannot find. */
  private readonly scanning: ScanningSearch;

  constructor(
    private readonly customers: PostgresCustomerRepository,
    private readonly database: PostgresDatabase,
    private readonly indexer: SearchIndexer,
    private readonly statistics: StatisticsTable,
  ) {
    super();
    const stored: Pick<CustomerSnapshot, 'after'> = {
      after: (id, limit) => database.snapshot((client) => storedAfter(client, id, limit)),
    };
    this.scanning = new ScanningSearch(customers, stored, (names) => async (customer) => {
      if (names.length === 0) return openStored(customer);
      return (await database.snapshot((client) => openWithEvents(client, [customer], names)))[0];
    });
  }

  override async search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers> {
    if (!isIndexed(query)) return this.scanning.search(query, offset, limit);
    const { read, ...counts } = await this.find(query, offset, limit, recordsOf);
    return { customers: read, ...counts };
  }

  override async searchIds(query: CustomerQuery, offset: number, limit: number): Promise<FoundIds> {
    if (!isIndexed(query)) return this.scanning.searchIds(query, offset, limit);
    const { read, ...counts } = await this.find(query, offset, limit, (_client, ids) => ids);
    return { ids: read, ...counts };
  }

  override async walk(
    selection: CustomerSelection,
    after: string | undefined,
    limit: number,
  ): Promise<readonly string[]> {
    if (!isIndexed(selection)) return this.scanning.walk(selection, after, limit);
    await this.indexer.catchUp();
    const ids = await this.database.snapshot((client) => indexedAfter(client, selection, after, limit));
    return ids ?? this.scanning.walk(selection, after, limit);
  }

  override async count(selection: CustomerSelection): Promise<CustomerCount> {
    if (!isIndexed(selection)) return this.scanning.count(selection);
    await this.indexer.catchUp();
    return this.withAll(selection, await this.database.snapshot((client) => countIn(client, selection)));
  }

  override async *select(selection: CustomerSelection, signal?: AbortSignal): AsyncGenerator<string> {
    if (!isIndexed(selection)) {
      yield* this.scanning.select(selection);
      return;
    }
    const matcher = new CustomerMatcher(selection);
    for (let after: string | undefined = ''; after !== undefined;) {
      const { ids, until }: SelectedRange = await this.database.snapshot((client) =>
        selectRange(client, selection, matcher, after ?? ''),
      );
      signal?.throwIfAborted();
      yield* ids;
      after = until;
    }
  }

  protected override async eventsEndedUpTo(name: string, isThorough: boolean): Promise<number | undefined> {
    await this.indexer.catchUp();
    return this.database.snapshot(async (client) => {
      const { rows } = await client.query<{ latest: number | null }>(
        `SELECT max(e.times[1]) AS latest FROM event_times AS e WHERE e.name = $1 AND e.span = ${ENDED}
           AND NOT EXISTS (SELECT 1 FROM search_pending AS p WHERE p.customer_id = e.customer_id)`,
        [name],
      );
      const latest = rows[0].latest ?? -1;
      const most = isThorough ? Math.max(latest, await endedOfPending(client, name)) : latest;
      return most < 0 ? undefined : most;
    });
  }

  override async timeCounts(edges: readonly number[]): Promise<TimeCounts> {
    await this.indexer.catchUp();
    return this.database.snapshot((client) => countTimes(client, edges));
  }

  override async attributeNames(search: string, limit: number): Promise<AttributeName[]> {
    const found = await this.namesOf('attribute', search, limit);
    return found.map(({ name, customers }) => ({ name, customers }));
  }

  override async eventNames(search: string, limit: number): Promise<EventName[]> {
    return this.namesOf('event', search, limit);
  }

  /** @param read reads what is wanted of the customers of the page, in the same snapshot */
  private async find<T>(
    query: CustomerQuery,
    offset: number,
    limit: number,
    read: (client: ClientBase, ids: readonly string[]) => Awaitable<T>,
  ): Promise<CustomerCount & { readonly read: T }> {
    await this.indexer.catchUp();
    const found = await this.database.snapshot(async (client) => {
      const count = await countIn(client, query);
      const ids = limit > 0 ? await idsOf(client, query, offset, limit) : [];
      return { read: await read(client, ids), ...count };
    });
    return this.withAll(query, found);
  }

  /** The number of all customers is stored: they are not counted. */
  private async withAll<T extends CustomerCount>(selection: CustomerSelection, count: T): Promise<T> {
    return isAll(selection) ? { ...count, total: (await this.customers.page(0, 1)).total } : count;
  }

  /** Reads names in the order of an index, those of most customers first, until there are enough. */
  private namesOf(kind: 'attribute' | 'event', search: string, limit: number): Promise<EventName[]> {
    const folded = foldText(search);
    return this.database.snapshot(async (client) => {
      const numbers = await numbersIn(client, this.statistics);
      const found: EventName[] = [];
      for (let offset = 0; found.length < limit; offset += AT_A_TIME) {
        const { rows } = await client.query<EventName>(
          `SELECT name, customers, events FROM ${numbers} AS n WHERE kind = $1 ORDER BY customers DESC, name OFFSET $2 LIMIT $3`,
          [kind, offset, AT_A_TIME],
        );
        found.push(...rows.filter(({ name }) => foldText(name).includes(folded)));
        if (rows.length < AT_A_TIME) break;
      }
      return found.slice(0, limit);
    });
  }
}

async function countIn(client: ClientBase, selection: CustomerSelection): Promise<CustomerCount> {
  const conditions = new SearchConditions(selection);
  const total = isAll(selection) ? '0' : `(SELECT count(*) FROM customer_search AS s WHERE ${conditions.text})`;
  const { rows } = await client.query<{ total: number; indexing: boolean }>(
    `SELECT ${total} AS total, EXISTS (SELECT 1 FROM search_pending LIMIT 1) AS indexing`,
    conditions.values,
  );
  return { ...rows[0], totalIsMinimum: false };
}

function isAll({ search, filters, ids }: CustomerSelection): boolean {
  return search === undefined && filters.length === 0 && ids === undefined;
}

/** The ids of a page. If the query is ranked, first the customer whose id is the search text, then those of which a value is, then all others. */
async function idsOf(client: ClientBase, query: CustomerQuery, offset: number, limit: number): Promise<string[]> {
  const read = async (conditions: SearchConditions, order: string, skip: number, most: number): Promise<string[]> => {
    const { rows } = await client.query<IdRow>(
      `SELECT s.customer_id FROM customer_search AS s WHERE ${conditions.text} ORDER BY ${order}
       OFFSET ${conditions.value(skip)} LIMIT ${conditions.value(most)}`,
      conditions.values,
    );
    return rows.map((row) => row.customer_id);
  };
  const order = orderBy(query.sort, query.order);
  const { search, ranked } = query;
  if (search === undefined || !ranked) return read(new SearchConditions(query), order, offset, limit);
  const { exact } = readSearchText(search);
  const named = new SearchConditions(query);
  const id = named.value(exact);
  named.add(`(s.customer_id = ${id} OR ${named.exactValue(exact)})`);
  const first = await read(named, `(s.customer_id = ${id}) DESC, ${order}`, 0, offset + limit);
  const others = new SearchConditions(query);
  others.add(`s.customer_id <> ${others.value(exact)} AND NOT ${others.exactValue(exact)}`);
  const page = first.slice(offset);
  if (page.length >= limit) return page;
  return [...page, ...(await read(others, order, Math.max(0, offset - first.length), limit - page.length))];
}

async function recordsOf(client: ClientBase, ids: readonly string[]): Promise<CustomerRecord[]> {
  if (ids.length === 0) return [];
  const { rows } = await client.query<RecordRow>({
    name: 'records_of',
    text: 'SELECT customer_id, attributes, events, last_updated FROM customers WHERE customer_id = ANY($1)',
    values: [ids],
  });
  return inOrder(rows, ids).map(toRecord);
}
