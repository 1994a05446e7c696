import { eachBit, hasBit } from './bits.js';
import { BlockCandidates } from './block-candidates.js';
import type { Block } from './blocks.js';
import { IndexedSelection } from './candidates.js';
import { checkIndex, type OnDifference } from './check.js';
import { decodeCounts } from './document-lists.js';
import { FoundDocuments } from './found-documents.js';
import { INDEXER_OPTIONS, type IndexerOptions } from './compaction.js';
import { SearchIndexer } from './indexer.js';
import { SnapshotReader, withoutKeys } from './snapshot.js';
import type { Place } from './sort-values.js';
import { SortedDocuments } from './sorted-documents.js';
import { finished } from './steps.js';
import type { Match, Query, SearchDocument, SearchStore, Selection } from './store.js';
import { endedTerm } from './terms.js';
import { visitTimes, type TimeVisitor } from './visit-times.js';

export type { IndexerOptions } from './compaction.js';
export type { SearchIndexer } from './indexer.js';
export type { Connection, Match, SearchDocument, SearchStore } from './store.js';

/** Keys of changed documents that are read at once. */
const KEYS_AT_ONCE = 10_000;

/** A page of documents. */
export interface Found<D> {
  readonly documents: readonly D[];
  /** The number of selected documents on all pages. */
  readonly total: number;
  /** True when the index is so far behind that selected documents may be missing. */
  readonly indexing: boolean;
}

/** A page of keys of documents. */
export interface FoundKeys extends Omit<Found<unknown>, 'documents'> {
  readonly keys: Float64Array;
}

/** A search index over documents in SQLite: README.md explains it. */
export class SearchIndex<D extends SearchDocument> {
  private readonly reader: SnapshotReader<D>;

  private constructor(private readonly store: SearchStore<D>) {
    this.reader = new SnapshotReader(store);
  }

  static open<D extends SearchDocument>(store: SearchStore<D>): SearchIndex<D> {
    return new SearchIndex(store);
  }

  /**
   * Returns the selected documents from `offset` on, at most `limit`. If the query is ranked, first that whose id is the search text, then
   * those of which a value is, then all others, each group in the order of the query. Takes steps of a few ms, each of which must run within
   * a snapshot of the store: the result is that of the last one.
   * @param match must select the same documents as the query
   * @throws DamagedIndex
   */
  *search(query: Query, match: Match<D>, offset: number, limit: number): Generator<undefined, Found<D>> {
    const found = yield* this.find(query, match);
    const { taken, ...counts } = page(found, query, offset, limit, (place) => found.read(place));
    return { documents: taken, ...counts };
  }

  /**
   * Returns the keys of the documents that {@link search} returns, without reading those that the index is sure of. Takes the same steps.
   * @throws DamagedIndex
   */
  *searchKeys(query: Query, match: Match<D>, offset: number, limit: number): Generator<undefined, FoundKeys> {
    const found = yield* this.find(query, match);
    const { taken, ...counts } = page(found, query, offset, limit, (place) => found.keyAt(place));
    return { keys: Float64Array.from(taken), ...counts };
  }

  /**
   * Returns the keys of all documents that may be selected, each once, in arrays of at most a block: 8 bytes for each document.
   * @throws DamagedIndex
   */
  candidates(selection: Selection): Float64Array[] {
    return this.store.snapshot(() => {
      const pending = this.allPending();
      const indexed = new IndexedSelection(selection, this.reader);
      const blocks = this.reader.blocks.current().map((whole) => {
        const block = withoutKeys(whole, pending);
        const keys = block.column('key');
        const found: number[] = [];
        eachBit(finished(indexed.candidates(block)).maybe, (document) => found.push(keys[document]));
        return Float64Array.from(found);
      });
      return [...blocks, Float64Array.from(pending)];
    });
  }

  /**
   * The time up to which events of a name have no known time, in ms since the Unix epoch: the latest of any document. Of documents that
   * changed after they were indexed only if they are few.
   * @throws DamagedIndex
   */
  endedUpTo(name: string): number | undefined {
    return this.store.snapshot(() => {
      const { blocks, pending } = this.reader.read();
      const number = this.reader.numberOf('event', name);
      const ended = number === undefined ? [] : blocks.map((block) => latestEnded(block, number));
      for (const document of pending.documents)
        if (Object.hasOwn(document.events, name)) ended.push(document.endedEvents().get(name));
      const latest = ended.reduce<number>((most, one = -1) => Math.max(most, one), -1);
      return latest < 0 ? undefined : latest;
    });
  }

  /**
   * Visits the times of all documents in steps of a few ms, which must all run within one snapshot of the store.
   * @param from,to the range of the times of events, in ms since the Unix epoch
   * @returns true if the index is behind
   * @throws DamagedIndex
   */
  visitTimes(from: number, to: number, visitor: TimeVisitor): Generator<undefined, boolean> {
    return visitTimes(this.reader, from, to, visitor);
  }

  /** The keys of all documents that changed after they were indexed. */
  pending(): number[] {
    return this.store.snapshot(() => this.allPending());
  }

  /**
   * Compares the published blocks with the documents, at one moment. Documents that changed since they were indexed are no difference.
   * Must be called within a snapshot of the store. Keeps 16 bytes for each document, and builds one block at a time.
   * @param keys of all documents, ascending
   * @param onDifference is told the id of a document, or its key, or the name of a part of the index
   */
  check(keys: Iterable<readonly [number]>, onDifference: OnDifference): void {
    checkIndex(this.store, this.reader, keys, onDifference);
  }

  /** The writer of the index. @param signal stops it between two transactions */
  indexer(options: IndexerOptions = INDEXER_OPTIONS, signal?: AbortSignal): SearchIndexer<D> {
    return new SearchIndexer(this.reader, options, signal);
  }

  private allPending(): number[] {
    const pending: number[] = [];
    for (let after = -Infinity; ;) {
      const keys = this.reader.pendingAfter(after, KEYS_AT_ONCE);
      for (const key of keys) pending.push(key);
      if (keys.length < KEYS_AT_ONCE) return pending;
      after = keys[keys.length - 1];
    }
  }

  private *find(query: Query, match: Match<D>): Generator<undefined, FoundDocuments<D>> {
    const candidates = new BlockCandidates(query, match, this.reader);
    yield* candidates.search(() => this.reader.blocks.current());
    return new FoundDocuments(query, match, this.reader.read(), this.reader, candidates);
  }
}

function latestEnded(block: Block, name: number): number | undefined {
  const list = block.read(endedTerm(name));
  if (!list) return undefined;
  const { bits, counts } = decodeCounts(list, block.size);
  const upTo = counts();
  let i = 0;
  let latest: number | undefined;
  eachBit(bits, (document) => {
    const one = upTo[i++];
    if (hasBit(block.live, document) && (latest === undefined || one > latest)) latest = one;
  });
  return latest;
}

/** Values taken of the documents of a page, with the counts of {@link Found}. */
interface Page<T> extends Omit<Found<unknown>, 'documents'> {
  readonly taken: T[];
}

/** @param take returns what is wanted of a document; undefined when the document turns out not to be selected */
function page<D extends SearchDocument, T>(
  found: FoundDocuments<D>,
  { sort, order }: Query,
  offset: number,
  limit: number,
  take: (place: Place) => T | undefined,
): Page<T> {
  const lists = found.byRank().map((subsets) => new SortedDocuments(subsets, sort, order));
  const taken = range(lists, offset, limit)
    .map(take)
    .filter((one) => one !== undefined);
  return { taken, total: found.count(), indexing: found.behind };
}

/** The places from `offset` on of several lists in a row. */
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
