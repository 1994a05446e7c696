import { setImmediate as nextTick } from 'node:timers/promises';
import { CustomerMatcher } from '../../domain/search/customer-matcher.js';
import { OpenRecord } from '../../domain/search/open-record.js';
import type {
  AttributeName,
  CustomerCount,
  CustomerQuery,
  CustomerSelection,
  EventName,
  FoundCustomers,
} from '../../domain/search/customer-query.js';
import { CustomerScan } from '../../domain/search/customer-scan.js';
import { CustomerSearch } from '../../domain/search/customer-search.js';
import type { CustomerRecord } from '../../domain/customer/customer.js';
import { eachBit } from './search/documents.js';
import { FoundDocuments } from './search/found-documents.js';
import { findNames } from './search/names.js';
import { SnapshotReader, withoutKeys } from './search/snapshot.js';
import type { Place } from './search/part-values.js';
import { SortedDocuments } from './search/sorted-documents.js';
import { IndexedSelection } from './search/verdicts.js';
import type { SqliteDatabase } from './database/database.js';

/** Customers that are looked at to fill a page, at least, where the index alone cannot tell: 5 ms or so. */
const LOOKS = 500;
/** However deep a page is, no more are looked at. */
const MOST_LOOKS = 10_000;
/** So many of a selection are read before others have a turn. */
const SELECTED_AT_A_TIME = 200;

/** Finds customers by the index, and by a look at those that have changed since. */
export class SqliteCustomerSearch extends CustomerSearch {
  private readonly reader: SnapshotReader;

  constructor(private readonly database: SqliteDatabase) {
    super();
    this.reader = new SnapshotReader(database.reader);
  }

  override async search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers> {
    return this.database.snapshot(() => {
      if (query.ids) return this.findAmong(query, query.ids, offset, limit);
      const snapshot = this.reader.read();
      const found = new FoundDocuments(query, snapshot, this.reader);
      const lists = found.byRank().map((parts) => new SortedDocuments(parts, query.sort, query.order));
      const indexing = snapshot.behind;
      if (!found.exact) return { ...this.walk(found, lists, offset, limit), indexing };
      const places = range(lists, offset, limit);
      const customers = places.map((place) => found.look(place)).filter((record) => record !== undefined);
      return { customers, total: found.count(), totalIsMinimum: false, indexing };
    });
  }

  override async count(selection: CustomerSelection): Promise<CustomerCount> {
    const { total, totalIsMinimum, indexing } = await this.search({ ...selection, sort: 'id', order: 'asc' }, 0, 0);
    return { total, totalIsMinimum, indexing };
  }

  override async *select(selection: CustomerSelection): AsyncGenerator<string> {
    const matcher = new CustomerMatcher(selection);
    for (const keys of this.candidates(selection)) {
      for (let at = 0; at < keys.length; at += SELECTED_AT_A_TIME) {
        for (const key of keys.subarray(at, at + SELECTED_AT_A_TIME)) {
          const record = this.reader.record(key);
          if (record && matcher.match(new OpenRecord(record)) !== undefined) yield record.id;
        }
        await nextTick();
      }
    }
  }

  override async attributeNames(search: string, limit: number): Promise<AttributeName[]> {
    const names = this.database.snapshot(() => findNames('attribute', this.reader, search, limit));
    return names.map(({ name, customers }) => ({ name, customers }));
  }

  override async eventNames(search: string, limit: number): Promise<EventName[]> {
    return this.database.snapshot(() => findNames('event', this.reader, search, limit));
  }

  /** The keys of all who may be selected, each once: 8 bytes a customer at most. */
  private candidates(selection: CustomerSelection): Float64Array[] {
    return this.database.snapshot(() => {
      if (selection.ids) {
        const keys = new Set(selection.ids.map((id) => this.reader.keyOf(id)));
        return [Float64Array.from([...keys].filter((key) => key !== undefined))];
      }
      const pending: number[] = [];
      for (let after = -Infinity; ;) {
        const keys = this.reader.pendingAfter(after, 10_000);
        for (const key of keys) pending.push(key);
        if (keys.length < 10_000) break;
        after = keys[keys.length - 1];
      }
      const indexed = new IndexedSelection(selection, (kind, name) => this.reader.numberOf(kind, name));
      const blocks = this.reader.store.current().map((whole) => {
        const block = withoutKeys(whole, pending);
        const keys = block.column('key');
        const found: number[] = [];
        eachBit(indexed.verdict(block).maybe, (document) => found.push(keys[document]));
        return Float64Array.from(found);
      });
      return [...blocks, Float64Array.from(pending)];
    });
  }

  private findAmong(query: CustomerQuery, ids: readonly string[], offset: number, limit: number): FoundCustomers {
    const scan = new CustomerScan(query);
    for (const id of new Set(ids)) {
      const key = this.reader.keyOf(id);
      const record = key === undefined ? undefined : this.reader.record(key);
      if (record) scan.take(record);
    }
    const found = scan.sorted();
    const customers = found.slice(offset, offset + limit).map(({ record }) => record);
    return { customers, total: found.length, totalIsMinimum: false, indexing: false };
  }

  /** Goes through all that may be selected in their order, and looks at those of which the index is not sure. */
  private walk(
    found: FoundDocuments,
    lists: readonly SortedDocuments[],
    offset: number,
    limit: number,
  ): Omit<FoundCustomers, 'indexing'> {
    const customers: CustomerRecord[] = [];
    const enough = offset + limit;
    let hits = 0;
    let seen = 0;
    for (let step = LOOKS; seen < MOST_LOOKS && (hits < enough || seen < LOOKS);) {
      const places = range(lists, seen, step);
      for (const place of places) {
        const wanted = hits >= offset && hits < enough;
        const record = wanted || !found.isSure(place) ? found.look(place) : undefined;
        if (record && wanted) customers.push(record);
        if (record ?? (found.isSure(place) && !wanted)) hits++;
      }
      seen += places.length;
      if (places.length < step) return { customers, total: hits, totalIsMinimum: false };
    }
    return { customers, total: Math.max(hits, found.countSure()), totalIsMinimum: true };
  }
}

/** A stretch of several lists, one after another. */
function range(lists: readonly SortedDocuments[], offset: number, limit: number): Place[] {
  const places: Place[] = [];
  let start = 0;
  for (const list of lists) {
    const from = Math.max(0, offset - start);
    if (places.length < limit && from < list.total) places.push(...list.range(from, limit - places.length));
    start += list.total;
  }
  return places;
}
