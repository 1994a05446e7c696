import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { numericId } from '../../domain/customer/customer-id.js';
import { recordOf, type StoredCustomer } from '../../domain/customer/customer.js';
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
import { readSearchText, type SearchText } from '../../domain/search/search-text.js';
import { TimeCounter, type TimeCounts } from '../../domain/search/time-counts.js';
import { openStored, type OpenRecord } from '../../domain/search/open-record.js';
import { compareCodePoints } from '../../domain/text.js';
import { walkByScan } from '../select-by-scan.js';
import { StoredCustomerRows } from './customers/stored-customers.js';
import { prepareRows, type Query } from './database/statements.js';
import { SearchIndex } from './search/search-index.js';
import { seenBy, SqliteSearchStore, type SearchDatabase } from './search-store.js';

/** Candidates that are read before the event loop gets a turn. */
const CANDIDATES_AT_ONCE = 200;
/** Up to this many candidates of a walk are put in order. With more of them, customers are read in order instead. */
const FEW_CANDIDATES = 50_000;
/** Time that a search or a count takes before the event loop gets a turn, in ms. */
const SLICE_MS = 5;

/** Searches customers by the index. Reads customers that changed after they were indexed. */
export class SqliteCustomerSearch extends CustomerSearch {
  private readonly store: SqliteSearchStore;
  private readonly index: SearchIndex<OpenRecord>;
  private readonly rows: StoredCustomerRows;
  private readonly attributeCounts: Query<[name: string, customers: number]>;
  private readonly eventCounts: Query<[name: string, customers: number, events: number]>;

  /** @param aside reads a snapshot over a connection of its own, between other work */
  constructor(
    private readonly database: SearchDatabase,
    private readonly aside: <T>(read: (reader: DatabaseSyncInstance) => Promise<T>) => Promise<T>,
  ) {
    super();
    this.store = new SqliteSearchStore(database);
    this.index = SearchIndex.open(this.store);
    this.rows = new StoredCustomerRows(database);
    this.attributeCounts = prepareRows(database.reader, 'SELECT name, customers FROM attribute_counts');
    this.eventCounts = prepareRows(database.reader, 'SELECT name, customers, events FROM event_counts');
  }

  override async search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers> {
    if (query.ids) return this.searchAmong(query, query.ids, offset, limit);
    const matcher = new CustomerMatcher(query);
    const steps = this.index.search(indexed(query), (customer) => matcher.match(customer), offset, limit);
    const { documents, ...counts } = await inSlices(steps, (slice) => this.store.snapshot(slice));
    return { customers: documents.map(({ record }) => record), totalIsMinimum: false, ...counts };
  }

  override async searchIds(query: CustomerQuery, offset: number, limit: number): Promise<FoundIds> {
    if (query.ids) return this.idsAmong(query, query.ids, offset, limit);
    const matcher = new CustomerMatcher(query);
    const steps = this.index.searchKeys(indexed(query), (customer) => matcher.match(customer), offset, limit);
    const { keys, ...counts } = await inSlices(steps, (slice) => this.store.snapshot(slice));
    const ids = [...keys].map((key) => this.store.idOf(key)).filter((id) => id !== undefined);
    return { ids, totalIsMinimum: false, ...counts };
  }

  override async walk(
    selection: CustomerSelection,
    after: string | undefined,
    limit: number,
  ): Promise<readonly string[]> {
    const candidates = selection.ids ? [this.keysOf(selection.ids)] : this.index.candidates(indexed(selection));
    const count = candidates.reduce((sum, keys) => sum + keys.length, 0);
    // Many candidates: the next customers of the selection are not far.
    if (count > FEW_CANDIDATES)
      return walkByScan(this.rows, selection, (customer) => this.open(customer), after, limit);
    return this.matching(await this.idsBehind(after, candidates), selection, limit);
  }

  override async count(selection: CustomerSelection): Promise<CustomerCount> {
    const { total, indexing } = await this.search({ ...selection, sort: 'id', order: 'asc' }, 0, 0);
    return { total, totalIsMinimum: false, indexing };
  }

  override async *select(selection: CustomerSelection, signal?: AbortSignal): AsyncGenerator<string> {
    const matcher = new CustomerMatcher(selection);
    const candidates = selection.ids ? [this.keysOf(selection.ids)] : this.index.candidates(indexed(selection));
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

  protected override async eventsEndedUpTo(name: string, isThorough: boolean): Promise<number | undefined> {
    let latest = this.index.endedUpTo(name);
    for (const [at, key] of (isThorough ? this.index.pending() : []).entries()) {
      if (at % CANDIDATES_AT_ONCE === CANDIDATES_AT_ONCE - 1) await nextTurn();
      const customer = this.store.document(key);
      const ended = customer?.eventCount(name) ? customer.endedEvents().get(name) : undefined;
      if (ended !== undefined) latest = Math.max(latest ?? 0, ended);
    }
    return latest;
  }

  override timeCounts(edges: readonly number[]): Promise<TimeCounts> {
    return this.aside(async (reader) => {
      const counter = new TimeCounter(edges);
      const index = SearchIndex.open(new SqliteSearchStore(seenBy(reader)));
      const steps = index.visitTimes(edges[0], edges[edges.length - 1], counter);
      return counter.counts(await inSlices(steps, (slice) => slice()));
    });
  }

  override async attributeNames(search: string, limit: number): Promise<AttributeName[]> {
    const names = this.attributeCounts.all().map(([name, customers]) => ({ name, customers }));
    return bestNames(names, search, limit);
  }

  override async eventNames(search: string, limit: number): Promise<EventName[]> {
    const names = this.eventCounts.all().map(([name, customers, events]) => ({ name, customers, events }));
    return bestNames(names, search, limit);
  }

  /** The ids of some customers behind an id, in the order of lists. */
  private async idsBehind(after: string | undefined, candidates: readonly Float64Array[]): Promise<string[]> {
    const number = after === undefined ? -1 : numericId(after);
    const numbers: number[] = [];
    const texts: string[] = [];
    for (const keys of candidates) {
      for (const [at, key] of keys.entries()) {
        if (at % CANDIDATES_AT_ONCE === CANDIDATES_AT_ONCE - 1) await nextTurn();
        // The key of a numeric id is its number. Any other key is negative, and its id comes behind all numbers.
        if (key > (number ?? Infinity)) numbers.push(key);
        const text = key < 0 ? this.store.idOf(key) : undefined;
        if (text !== undefined && (number !== undefined || compareCodePoints(text, after ?? '') > 0)) texts.push(text);
      }
    }
    return [...numbers.sort((a, b) => a - b).map(String), ...texts.sort(compareCodePoints)];
  }

  /** The first of some customers that are selected, at most `limit`. */
  private async matching(ids: readonly string[], selection: CustomerSelection, limit: number): Promise<string[]> {
    const matcher = new CustomerMatcher(selection);
    const found: string[] = [];
    for (let at = 0; at < ids.length && found.length < limit; at++) {
      if (at % CANDIDATES_AT_ONCE === CANDIDATES_AT_ONCE - 1) await nextTurn();
      const customer = this.documentOf(ids[at]);
      if (customer && matcher.match(customer) !== undefined) found.push(customer.id);
    }
    return found;
  }

  private open(customer: StoredCustomer): OpenRecord {
    const key = this.store.keyOf(customer.id);
    return key === undefined ? openStored(customer) : this.store.open(key, recordOf(customer), customer.labels);
  }

  private documentOf(id: string): OpenRecord | undefined {
    const key = this.store.keyOf(id);
    return key === undefined ? undefined : this.store.document(key);
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
        if (customer) scan.take(customer);
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

/** The query as the index takes it. */
function indexed<S extends CustomerSelection>({ search, ...query }: S): Omit<S, 'search'> & { search?: SearchText } {
  return { ...query, ...(search !== undefined && { search: readSearchText(search) }) };
}

/**
 * Takes all steps in slices of some ms, between which other work gets a turn.
 * @param run calls a slice
 */
async function inSlices<T>(
  steps: Generator<undefined, T>,
  run: (slice: () => IteratorResult<undefined, T>) => IteratorResult<undefined, T>,
): Promise<T> {
  for (;;) {
    const last = run(() => {
      const end = performance.now() + SLICE_MS;
      for (;;) {
        const step = steps.next();
        if (step.done || performance.now() >= end) return step;
      }
    });
    if (last.done) return last.value;
    await nextTurn();
  }
}
