import { LRUCache } from 'lru-cache';
import { andThen, type Awaitable } from '../domain/awaitable.js';
import {
  CustomerRepository,
  type CustomerEdit,
  type CustomerPage,
  type CustomerPageJson,
  type EditOutcome,
  type FoldedBatches,
  type FoundCustomer,
  type RunAfter,
  type RunAmong,
} from '../domain/customer/customer-repository.js';
import type { LiveMessage, LiveMessageOutcome } from '../domain/customer/accept-messages.js';
import type { KnownCustomer } from '../domain/customer/customer-change.js';
import type { CustomerRecord } from '../domain/customer/customer.js';
import type { Erasures, ErasureNote, SourceOfCustomer } from '../domain/customer/erasure.js';
import type { EditNote } from '../domain/customer/history.js';
import type { ImportRow, RowOutcome } from '../domain/import/accept-rows.js';
import type { Checkpoint, IngestionCounts } from '../domain/ingestion/ingestion.js';
import type { LiveNote } from '../domain/sources/live-calls.js';

/** The clock of an engine, by which a cache dates its reads. Each engine has its own unit; the time never goes back. */
export interface ReadClock {
  /** The date of a read that begins now. */
  now(): number;
  /** A read of this date or later may be served again: no write of another process makes it stale. */
  freshSince(): number;
}

/**
 * Age limit, in ms, of a cached read over a database to which other processes write unseen. Their writes have to show within a second;
 * the rest of that second is for sending the answer.
 */
export const MAX_AGE_MS = 900;

/** The clock of a database to which other processes write unseen. @param now a time in ms that never goes back */
export function ageClock(now = (): number => performance.now()): ReadClock {
  return { now, freshSince: () => now() - MAX_AGE_MS };
}

/** The clock for an engine that has none: no read is fresh. */
const NO_CLOCK: ReadClock = { now: () => 0, freshSince: () => Infinity };

/** Bytes of an entry besides its JSON and its key: objects, map slots, list links. */
const ENTRY_BYTES = 500;
/** Copies of the JSON: the bytes, and the answer that the API renders from them and keeps as long as they live. */
const COPIES = 2;
/** Part of the cache that single customers may fill; pages have the rest. */
const CUSTOMERS_SHARE = 0.75;
/** Part of its cache that one entry may fill, so that a page of ten thousand customers does not empty it. */
const LARGEST_SHARE = 1 / 16;

/**
 * Caches reads as JSON while they are fresh, within a limit of bytes, and passes every other call on. It works over any repository whose
 * engine has a clock.
 *
 * A write through this repository drops what it changes before it is acknowledged, so a reader in this process never sees an older
 * customer after that. The clock tells whether other processes may have written.
 */
export class CachedCustomers extends CustomerRepository {
  /** Counts answered reads by what they show and where they came from. */
  readonly reads = { customer: { cache: 0, database: 0 }, page: { cache: 0, database: 0 } };
  /** Grows when a write through this repository ends. */
  writes = 0;
  private readonly customers: ReadCache<Uint8Array | undefined>;
  private readonly pages: ReadCache<CustomerPageJson>;

  /**
   * @param clock of the engine; without one nothing is cached
   * @param bytes of memory to use at most; 0 caches nothing
   * @param erasures are told who was erased
   */
  constructor(
    private readonly inner: CustomerRepository,
    clock: ReadClock | undefined,
    bytes: number,
    private readonly erasures?: Erasures,
  ) {
    super();
    const room = clock ? bytes : 0;
    const forCustomers = Math.floor(room * CUSTOMERS_SHARE);
    const { customer, page } = this.reads;
    this.customers = new ReadCache(clock ?? NO_CLOCK, forCustomers, customer, (json) => json?.length);
    this.pages = new ReadCache(
      clock ?? NO_CLOCK,
      room - forCustomers,
      page,
      (read) => read.customers.length || undefined,
    );
  }

  override getJson(id: string): Awaitable<Uint8Array | undefined> {
    return this.customers.read(id, () => this.inner.getJson(id));
  }

  override pageJson(offset: number, limit: number): Awaitable<CustomerPageJson> {
    return this.pages.read(`${offset}/${limit}`, () => this.inner.pageJson(offset, limit));
  }

  override labels(id: string): Promise<readonly string[] | undefined> {
    return this.inner.labels(id);
  }

  override change(id: string, edit: CustomerEdit, note: EditNote): Promise<CustomerRecord | undefined> {
    return this.written([id], this.inner.change(id, edit, note));
  }

  override changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<readonly EditOutcome[]> {
    return this.written(ids, this.inner.changeEach(ids, edit, note));
  }

  override async erase(id: string, note: ErasureNote): Promise<readonly SourceOfCustomer[] | undefined> {
    const sources = await this.written([id], this.inner.erase(id, note));
    if (sources) this.erasures?.tell(id);
    return sources;
  }

  override apply(batches: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts> {
    return this.written(undefined, this.inner.apply(batches, checkpoint));
  }

  override accept(
    messages: readonly LiveMessage[],
    notes?: readonly LiveNote[],
  ): Promise<readonly LiveMessageOutcome[]> {
    const accepted = this.inner.accept(messages, notes);
    if (messages.length === 0) return accepted;
    const ids = messages.map(({ userId }) => userId);
    return this.written(ids, accepted);
  }

  override acceptRows(
    rows: readonly ImportRow[],
    progress: (outcomes: readonly RowOutcome[]) => Checkpoint,
    ingestionId: number,
  ): Promise<readonly RowOutcome[]> {
    const ids = rows.map(({ userId }) => userId);
    return this.written(ids, this.inner.acceptRows(rows, progress, ingestionId));
  }

  override look(
    ids: readonly string[],
    identitiesOf: (known: KnownCustomer) => Uint8Array,
  ): Promise<readonly FoundCustomer[]> {
    return this.inner.look(ids, identitiesOf);
  }

  override get(id: string): Promise<CustomerRecord | undefined> {
    return this.inner.get(id);
  }

  override page(offset: number, limit: number): Promise<CustomerPage> {
    return this.inner.page(offset, limit);
  }

  /** Not cached, as a long list would empty the cache. */
  override runAfter(id: string | undefined, limit: number, bytes: number): Awaitable<RunAfter> {
    return this.inner.runAfter(id, limit, bytes);
  }

  override runAmong(ids: readonly string[], bytes: number): Promise<RunAmong> {
    return this.inner.runAmong(ids, bytes);
  }

  override identityKey(): Promise<Uint32Array> {
    return this.inner.identityKey();
  }

  /**
   * Drops the cached reads that a write may have changed. A failed write counts, because its commit may have succeeded.
   * @param ids of the changed customers; undefined if they are not known
   */
  private async written<T>(ids: readonly string[] | undefined, write: Promise<T>): Promise<T> {
    try {
      return await write;
    } finally {
      this.writes++;
      this.customers.drop(ids);
      this.pages.drop();
    }
  }
}

/** A read with its date. */
interface DatedRead<T> {
  readonly at: number;
  readonly found: T;
}

/** The reads of one kind. */
class ReadCache<T> {
  private readonly entries: LRUCache<string, DatedRead<T>> | undefined;
  /** Grows with every write, so that a read which began before a write and ends after it is not cached. */
  private drops = 0;

  /** @param bytesOf returns the length of the JSON of a read; undefined for a read that found nothing, which is not cached */
  constructor(
    private readonly clock: ReadClock,
    bytes: number,
    private readonly counts: { cache: number; database: number },
    private readonly bytesOf: (found: T) => number | undefined,
  ) {
    if (bytes > 0) this.entries = new LRUCache({ maxSize: bytes, maxEntrySize: Math.ceil(bytes * LARGEST_SHARE) });
  }

  read(key: string, fromDatabase: () => Awaitable<T>): Awaitable<T> {
    const cached = this.entries?.get(key);
    if (cached && cached.at >= this.clock.freshSince()) {
      this.counts.cache++;
      return cached.found;
    }
    const { drops } = this;
    const at = this.clock.now();
    return andThen(fromDatabase(), (found) => {
      const bytes = this.bytesOf(found);
      if (bytes === undefined) return found;
      this.counts.database++;
      const size = COPIES * bytes + 2 * key.length + ENTRY_BYTES;
      if (drops === this.drops) this.entries?.set(key, { at, found }, { size });
      return found;
    });
  }

  /** @param keys undefined drops everything */
  drop(keys?: readonly string[]): void {
    this.drops++;
    if (keys) for (const key of keys) this.entries?.delete(key);
    else this.entries?.clear();
  }
}
