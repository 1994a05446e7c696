import { setTimeout as wait } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import type { CustomerCount, CustomerSelection } from '../domain/search/customer-query.js';
import type { CustomerSearch } from '../domain/search/customer-search.js';
import { SelectionCounts } from '../domain/search/selection-counts.js';
import type { CachedCustomers, ReadClock } from './cached-customers.js';

/** The most counts that are kept. Each takes some 100 bytes, and its selection. */
const MOST_KEPT = 2_000;

interface DatedCount {
  readonly count: Promise<CustomerCount>;
  /** The result of `count`, once it is there. */
  found?: CustomerCount;
  /** The date of the count; undefined until it begins. */
  at?: { readonly clock: number; readonly writes: number };
}

/**
 * Counts one selection after the other, and keeps each number until any customer may have changed. An engine that counts in the calling
 * thread gives other work a turn every few ms. After each count the thread is free for as long as the count took until its first turn.
 */
export class KeptCounts extends SelectionCounts {
  private readonly counts = new LRUCache<string, DatedCount>({ max: MOST_KEPT });
  private turn: Promise<unknown> = Promise.resolve();

  /** @param clock of the engine; without one nothing is kept */
  constructor(
    private readonly search: Pick<CustomerSearch, 'count'>,
    private readonly customers: Pick<CachedCustomers, 'writes'>,
    private readonly clock: ReadClock | undefined,
  ) {
    super();
  }

  override known(selection: CustomerSelection): CustomerCount | undefined {
    const dated = this.counts.get(keyOf(selection));
    return dated && this.isFresh(dated) ? dated.found : undefined;
  }

  /** Callers that wait for the same number share it. */
  override count(selection: CustomerSelection): Promise<CustomerCount> {
    const key = keyOf(selection);
    const before = this.counts.get(key);
    if (before && (!before.at || this.isFresh(before))) return before.count;
    const dated: DatedCount = { count: this.inTurn(() => this.begin(dated, selection)) };
    this.counts.set(key, dated);
    dated.count.then(
      (found) => (dated.found = found),
      () => this.counts.get(key) === dated && this.counts.delete(key),
    );
    return dated.count;
  }

  private isFresh({ at }: DatedCount): boolean {
    return this.clock !== undefined && at?.writes === this.customers.writes && at.clock >= this.clock.freshSince();
  }

  private begin(dated: DatedCount, selection: CustomerSelection): Promise<CustomerCount> {
    dated.at = { clock: this.clock?.now() ?? 0, writes: this.customers.writes };
    return this.search.count(selection);
  }

  private inTurn(begin: () => Promise<CustomerCount>): Promise<CustomerCount> {
    const begun = this.turn.then(() => {
      const before = performance.now();
      const count = begin();
      return { count, ms: performance.now() - before };
    });
    this.turn = begun.then(({ count, ms }) => Promise.allSettled([count, wait(ms)]));
    return begun.then(({ count }) => count);
  }
}

function keyOf({ search, filters, ids }: CustomerSelection): string {
  return JSON.stringify([search, filters, ids]);
}
