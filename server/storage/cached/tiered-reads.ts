import { BentoCache, bentostore, type BentoStore } from 'bentocache';
import { redisDriver } from 'bentocache/drivers/redis';
import type { DatedJson } from '../../domain/customer/customer-repository.js';
import { keptRead, type KeptRead } from './kept-read.js';
import type { KeptReads } from './kept-reads.js';
import { NearTier } from './near-tier.js';
import { RedisBus } from './redis-bus.js';
import type { RedisClock } from './redis-clock.js';
import { PAUSE_MS, type RedisLink } from './redis-link.js';

/** What is kept is refused by its date long before; clocks of machines, which bentocache compares, may differ by about that. */
const TTL_MS = 10_000;
/** More customers than that are told of as all. */
const MOST_IDS = 256;
const CUSTOMER = 'customer:';
const EVERYONE = 'everyone';

type Logger = NonNullable<ConstructorParameters<typeof BentoCache>[0]['logger']>;

/** The tiers: at least one. */
export interface Tiers {
  /** Of the database, so that two of them may share a Redis. */
  readonly name: string;
  /** What may be kept in the process; 0: nothing. */
  readonly bytes: number;
  /** What processes share. */
  readonly shared?: { readonly link: RedisLink; readonly clock: RedisClock };
}

/** Reads in bentocache: in the process, in a Redis that processes share, or in both, which then tell each other of what they drop. */
export class TieredReads implements KeptReads {
  private readonly memory: NearTier | undefined;
  private readonly bento: BentoCache<{ reads: BentoStore }>;
  private readonly shared: Tiers['shared'];

  constructor({ name, bytes, shared }: Tiers) {
    this.shared = shared;
    this.memory = bytes > 0 ? new NearTier(bytes) : undefined;
    this.bento = new BentoCache({
      default: 'reads',
      prefix: `roster:${name}`,
      ttl: TTL_MS,
      serializer: keptRead,
      suppressL2Errors: true,
      l2CircuitBreakerDuration: PAUSE_MS,
      logger: shared && failuresTo(shared.link),
      stores: { reads: storeOf(this.memory, shared?.link) },
    });
    // Now, and not with the first customer: who is told of nothing keeps what is old for longer.
    this.bento.use();
  }

  near(id: string): DatedJson | undefined {
    return this.memory?.find(CUSTOMER + id);
  }

  async look(id: string): Promise<DatedJson | undefined> {
    if (!this.shared) return undefined;
    const key = CUSTOMER + id;
    // What is too old here would hide what others have read since.
    this.memory?.delete(key);
    // Asked before the customer, so the two go in one piece.
    const measured = this.shared.clock.measure();
    const read = await this.bento.get<KeptRead | undefined>({ key });
    // What another reader has put here by now has its date.
    if (!read || !Number.isNaN(read.at)) return read;
    await measured;
    const at = this.shared.clock.here(read.date);
    if (at === undefined) return undefined;
    const dated: KeptRead = { ...read, at };
    this.memory?.keep(key, dated);
    return dated;
  }

  keep(id: string, json: Uint8Array, at: number): DatedJson {
    const key = CUSTOMER + id;
    const date = this.shared?.clock.shared(at);
    const text = Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
    const value: KeptRead = { json: text, at, date: date ?? NaN, from: 'database' };
    if (date !== undefined) void this.bento.set({ key, value, skipBusNotify: true });
    else this.memory?.keep(key, value);
    return value;
  }

  drop(ids: readonly string[] | undefined): void {
    const keys = ids && ids.length <= MOST_IDS ? ids.map((id) => CUSTOMER + id) : [EVERYONE];
    void this.bento.deleteMany({ keys });
  }

  onDropped(listener: (ids: readonly string[] | undefined) => void): void {
    this.bento.on('bus:message:received', ({ message: { keys } }) => {
      listener(keys.includes(EVERYONE) ? undefined : keys.map((key) => key.slice(CUSTOMER.length)));
    });
  }

  async close(): Promise<void> {
    await this.bento.disconnectAll();
    this.shared?.link.close();
  }
}

function storeOf(memory: NearTier | undefined, link: RedisLink | undefined): BentoStore {
  const store = bentostore();
  if (memory) store.useL1Layer({ options: { serialize: false }, factory: () => memory });
  if (link) store.useL2Layer(redisDriver({ connection: link.commands }));
  if (link && memory) store.useBus({ options: { retryQueue: { enabled: false } }, factory: () => new RedisBus(link) });
  return store;
}

/** What bentocache logs, of which the failures of Redis are told to the link; it makes up for them by itself. */
function failuresTo(link: RedisLink): Logger {
  const ignored = (): void => undefined;
  const logger: Logger = {
    trace: ignored,
    debug: ignored,
    info: ignored,
    warn: ignored,
    fatal: ignored,
    error: (about: unknown) => {
      if (typeof about === 'object' && about !== null && 'err' in about) link.commandFailed(about.err);
    },
    child: () => logger,
  };
  return logger;
}
