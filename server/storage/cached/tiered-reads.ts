import { BentoCache, bentostore, type BentoStore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisDriver } from 'bentocache/drivers/redis';
import { randomUUID } from 'node:crypto';
import type { DatedJson } from '../../domain/customer-repository.js';
import { keptRead, type KeptRead } from './kept-read.js';
import type { KeptReads } from './kept-reads.js';
import { RedisBus } from './redis-bus.js';
import type { RedisClock } from './redis-clock.js';
import { PAUSE_MS, type RedisLink } from './redis-link.js';

/** What is kept is refused by its date long before; clocks of machines, which bentocache compares, may differ by about that. */
const TTL_MS = 10_000;
/** More customers than that are told of as all. */
const MOST_IDS = 256;
/** An entry in the process needs some 300 bytes besides its text, so their number is bounded as well; room for it is taken at once. */
const LEAST_ENTRY_BYTES = 512;
/** More cannot be asked for twice before they are too old. */
const MOST_ENTRIES = 65_536;
/** So that no customer drives everything else out. */
const LARGEST_SHARE = 16;
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
  private readonly own = randomUUID();
  private readonly bento: BentoCache<{ reads: BentoStore }>;
  private readonly shared: Tiers['shared'];

  constructor({ name, bytes, shared }: Tiers) {
    this.shared = shared;
    this.bento = new BentoCache({
      default: 'reads',
      prefix: `roster:${name}`,
      ttl: TTL_MS,
      serializer: keptRead,
      suppressL2Errors: true,
      l2CircuitBreakerDuration: PAUSE_MS,
      logger: shared && failuresTo(shared.link),
      stores: { reads: storeOf(bytes, shared?.link) },
    });
    // Now, and not with the first customer: who is told of nothing keeps what is old for longer.
    this.bento.use();
  }

  async find(id: string): Promise<DatedJson | undefined> {
    // Asked before the customer, so the two go in one piece.
    const measured = this.shared?.clock.measure();
    const read = await this.bento.get<KeptRead | undefined>({ key: CUSTOMER + id });
    if (!read) return undefined;
    if (read.by === this.own) return read;
    await measured;
    const at = this.shared?.clock.here(read.date);
    return at === undefined ? undefined : { json: read.json, at };
  }

  keep(id: string, { json, at }: DatedJson): void {
    const date = this.shared?.clock.shared(at);
    const value: KeptRead = { json: textOf(json), at, date: date ?? NaN, by: this.own };
    void this.bento.set({ key: CUSTOMER + id, value, skipL2Write: date === undefined, skipBusNotify: true });
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

function storeOf(bytes: number, link: RedisLink | undefined): BentoStore {
  const store = bentostore();
  if (bytes > 0) {
    const maxItems = Math.min(Math.ceil(bytes / LEAST_ENTRY_BYTES), MOST_ENTRIES);
    store.useL1Layer(memoryDriver({ maxSize: bytes, maxEntrySize: bytes / LARGEST_SHARE, maxItems }));
  }
  if (link) store.useL2Layer(redisDriver({ connection: link.commands }));
  if (link && bytes > 0) {
    store.useBus({ options: { retryQueue: { enabled: false } }, factory: () => new RedisBus(link) });
  }
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

function textOf(json: string | Uint8Array): string {
  return typeof json === 'string' ? json : Buffer.from(json.buffer, json.byteOffset, json.byteLength).toString();
}
