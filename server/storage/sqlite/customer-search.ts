import { setImmediate as nextTurn } from 'node:timers/promises';
import { CustomerMatcher } from '../../domain/search/customer-matcher.js';
import type {
  AttributeName,
  CustomerCount,
  CustomerQuery,
  CustomerSelection,
  EventName,
  FoundCustomers,
  FoundIds,
} from '../../domain/search/customer-query.js';
import { bestNames, CustomerScan } from '../../domain/search/customer-scan.js';
import { CustomerSearch } from '../../domain/search/customer-search.js';
import type { OpenRecord } from '../../domain/search/open-record.js';
import { prepareRows, type Query } from './database/statements.js';
import { SearchIndex } from './search/search-index.js';
import { SqliteSearchStore, type SearchDatabase } from './search-store.js';

/** How many candidates are read before the event loop gets a turn. */
const CANDIDATES_AT_ONCE = 200;

/** Searches customers by the index. Reads customers that changed after they were indexed. */
export class SqliteCustomerSearch extends CustomerSearch {
  private readonly store: SqliteSearchStore;
  private readonly index: SearchIndex<OpenRecord>;
  private readonly attributeCounts: Query<[name: string, customers: number]>;
  private readonly eventCounts: Query<[name: string, customers: number, events: number]>;

  constructor(private readonly database: SearchDatabase) {
    super();
    this.store = new SqliteSearchStore(database);
    this.index = SearchIndex.open(this.store);
    this.attributeCounts = prepareRows(database.reader, 'SELECT name, customers FROM attribute_counts');
    this.eventCounts = prepareRows(database.reader, 'SELECT name, customers, events FROM event_counts');
  }

  override async search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers> {
    if (query.ids) return this.searchAmong(query, query.ids, offset, limit);
    const matcher = new CustomerMatcher(query);
    const { documents, ...counts } = this.index.search(query, (customer) => matcher.match(customer), offset, limit);
    return { customers: documents.map(({ record }) => record), ...counts };
  }

  override async searchIds(query: CustomerQuery, offset: number, limit: number): Promise<FoundIds> {
    if (query.ids) return this.idsAmong(query, query.ids, offset, limit);
    const matcher = new CustomerMatcher(query);
    const { keys, ...counts } = this.index.searchKeys(query, (customer) => matcher.match(customer), offset, limit);
    const ids = [...keys].map((key) => this.store.idOf(key)).filter((id) => id !== undefined);
    return { ids, ...counts };
  }

  override async count(selection: CustomerSelection): Promise<CustomerCount> {
    const { total, totalIsMinimum, indexing } = await this.search({ ...selection, sort: 'id', order: 'asc' }, 0, 0);
    return { total, totalIsMinimum, indexing };
  }

  override async *select(selection: CustomerSelection, signal?: AbortSignal): AsyncGenerator<string> {
    const matcher = new CustomerMatcher(selection);
    const candidates = selection.ids ? [this.keysOf(selection.ids)] : this.index.candidates(selection);
    for (const keys of candidates) {
      for (let at = 0; at < keys.length; at += CANDIDATES_AT_ONCE) {
        for (const key of keys.subarray(at, at + CANDIDATES_AT_ONCE)) {
          const customer = this.store.document(key);
          if (customer && matcher.match(customer) !== undefined) yield customer.id;
        }
        await nextTurn();
        signal?.throwIfAborted();
      }
    }
  }

  override async attributeNames(search: string, limit: number): Promise<AttributeName[]> {
    const names = this.attributeCounts.all().map(([name, customers]) => ({ name, customers }));
    return bestNames(names, search, limit);
  }

  override async eventNames(search: string, limit: number): Promise<EventName[]> {
    const names = this.eventCounts.all().map(([name, customers, events]) => ({ name, customers, events }));
    return bestNames(names, search, limit);
  }

  private searchAmong(query: CustomerQuery, among: readonly string[], offset: number, limit: number): FoundCustomers {
    const { ids, ...counts } = this.idsAmong(query, among, offset, limit);
    const customers = [...this.keysOf(ids)].map((key) => this.store.document(key)?.record);
    return { customers: customers.filter((customer) => customer !== undefined), ...counts };
  }

  private idsAmong(query: CustomerQuery, among: readonly string[], offset: number, limit: number): FoundIds {
    const scan = new CustomerScan(query);
    this.database.snapshot(() => {
      for (const key of this.keysOf(among)) {
        const customer = this.store.document(key);
        if (customer) scan.take(customer.record);
      }
    });
    const found = scan.sorted();
    return { ids: found.slice(offset, offset + limit), total: found.length, totalIsMinimum: false, indexing: false };
  }

  /** The keys of customers, each once. Unknown ids are left out. */
  private keysOf(ids: readonly string[]): Float64Array {
    const keys = new Set(ids.map((id) => this.store.keyOf(id)));
    return Float64Array.from([...keys].filter((key) => key !== undefined));
  }
}
