import type { LiveMessageOutcome } from '../domain/customer/accept-messages.js';
import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import { ageClock, CachedCustomers, type ReadClock } from './cached-customers.js';

const MIB = 1024 * 1024;

/** A repository in which every customer has this many bytes of JSON, and that counts how often it is asked. */
class Sized {
  reads = 0;

  constructor(private readonly bytes: number) {}

  async getJson(): Promise<Uint8Array> {
    this.reads++;
    return new Uint8Array(this.bytes);
  }

  async accept(): Promise<readonly LiveMessageOutcome[]> {
    return ['accepted'];
  }

  cached(bytes: number, clock: ReadClock | undefined = ageClock(() => 0)): CachedCustomers {
    // Safe: the cache calls nothing else of it here.
    return new CachedCustomers(this as unknown as CustomerRepository, clock, bytes);
  }
}

async function readAll(cache: CachedCustomers, ids: readonly string[]): Promise<void> {
  for (const id of ids) await cache.getJson(id);
}

describe('the cache of customers', () => {
  it('never holds more bytes than it may, and drops those that were not asked for the longest', async () => {
    const inner = new Sized(1_000);
    const cache = inner.cached(MIB);
    for (let id = 1; id < 2_000; id++) await readAll(cache, ['0', String(id)]);
    const before = inner.reads;
    expect(before).toBe(2_000);
    const held = Array.from({ length: 300 }, (_, at) => String(1_999 - at));
    await readAll(cache, ['0', ...held]);
    expect(inner.reads).toBe(before);
    await readAll(cache, ['1']);
    expect(inner.reads).toBe(before + 1);
    expect(cache.reads.customer).toEqual({ cache: 1_998 + 301, database: 2_001 });
    expect(held.length * 2 * 1_000).toBeLessThan(MIB * 0.75);
    await readAll(cache, [String(1_999 - 400)]);
    expect(inner.reads).toBe(before + 2);
  });

  it('keeps its customers when live calls without a message are counted, and drops those of messages', async () => {
    const inner = new Sized(1_000);
    const cache = inner.cached(MIB);
    const call = { source: 1, arrival: 1, text: () => '' };
    await readAll(cache, ['1', '2']);
    await cache.accept([], [{ ...call, outcome: 'anonymous' }]);
    await readAll(cache, ['1', '2']);
    expect([inner.reads, cache.writes]).toEqual([2, 0]);
    const effect = { type: 'event', name: 'e', timestamp: 1 } as const;
    const entry = (): Uint8Array => new Uint8Array(0);
    await cache.accept([{ ...call, userId: '1', identity: '', effect, ifUnknown: 'create', entry }]);
    await readAll(cache, ['1', '2']);
    expect([inner.reads, cache.writes]).toEqual([3, 1]);
  });

  it('holds none that is a large part of it', async () => {
    const inner = new Sized(100_000);
    await readAll(inner.cached(MIB), ['1', '1']);
    expect(inner.reads).toBe(2);
  });

  it.each([
    ['without bytes', 0, ageClock(() => 0)],
    ['without a clock of the engine', MIB, undefined],
  ])('holds nothing %s', async (_what, bytes, clock) => {
    const inner = new Sized(10);
    const cache = new CachedCustomers(inner as unknown as CustomerRepository, clock, bytes);
    await readAll(cache, ['1', '1']);
    expect(inner.reads).toBe(2);
    expect(cache.reads.customer).toEqual({ cache: 0, database: 2 });
  });
});
