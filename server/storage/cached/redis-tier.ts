import { Redis, type RedisOptions } from 'ioredis';
import { randomUUID } from 'node:crypto';
import { MOST_AGE_MS } from './dated-customer.repository.js';
import type { SharedLook, SharedTier } from './shared-tier.js';

/** How long a reader waits for Redis before it turns to the database, in milliseconds. */
const PATIENCE_MS = 50;
/** How long Redis is left alone after it did not answer, in milliseconds: so at most one wait in that time. */
const PAUSE_MS = 1_000;
const CONNECT_TIMEOUT_MS = 2_000;
const MOST_RECONNECT_PAUSE_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;
/** More customers than that are told of as all. */
const MOST_IDS = 256;
const DATE_BYTES = 8;
const MS_PER_S = 1_000;
const MICROSECONDS_PER_MS = 1_000;

const OPTIONS: RedisOptions = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  commandTimeout: PATIENCE_MS,
  keepAlive: KEEP_ALIVE_MS,
  // A command of a time without a connection is refused at once, and none is sent twice.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  retryStrategy: (attempt) => Math.min(attempt * 100, MOST_RECONNECT_PAUSE_MS),
};

/** What is said when Redis goes away, and when it is back; once each. */
export type Report = (message: string) => void;

interface Written {
  readonly by: string;
  /** Null: nobody knows which. */
  readonly ids: readonly string[] | null;
}

/** Customers that were read lately, in a Redis that several processes share: each with its date, for a second. */
export class RedisTier implements SharedTier {
  private readonly own = randomUUID();
  private readonly redis: Redis;
  private readonly subscriber: Redis;
  private pausedUntil = 0;
  private isAway = false;
  private closed = false;

  /** @param name of the database, so that two of them may share a Redis */
  constructor(
    url: string,
    private readonly name: string,
    private readonly report: Report,
  ) {
    this.redis = new Redis(url, OPTIONS);
    this.subscriber = new Redis(url, { ...OPTIONS, commandTimeout: CONNECT_TIMEOUT_MS });
    // Without a listener an error of a connection would end the process.
    for (const connection of [this.redis, this.subscriber])
      connection.on('error', (error: Error) => this.failed(error));
  }

  async look(id: string): Promise<SharedLook | undefined> {
    if (performance.now() < this.pausedUntil || this.redis.status !== 'ready') return undefined;
    try {
      const [time, kept] = (await this.redis.pipeline().time().getBuffer(this.keyOf(id)).exec()) ?? [];
      const failure = time[0] ?? kept[0];
      if (failure) throw failure;
      this.answered();
      return { time: timeOf(time[1]), kept: keptOf(kept[1]) };
    } catch (error) {
      this.failed(error);
      return undefined;
    }
  }

  keep(id: string, json: Uint8Array, date: number): void {
    const value = Buffer.allocUnsafe(DATE_BYTES + json.length);
    value.writeDoubleLE(date);
    value.set(json, DATE_BYTES);
    this.send(() => this.redis.set(this.keyOf(id), value, 'PX', MOST_AGE_MS));
  }

  tellWritten(ids: readonly string[] | undefined): void {
    const written: Written = { by: this.own, ids: ids && ids.length <= MOST_IDS ? ids : null };
    this.send(() => this.redis.publish(this.channel, JSON.stringify(written)));
  }

  onWritten(listener: (ids: readonly string[] | undefined) => void): void {
    this.subscriber.on('message', (_channel: string, text: string) => {
      const { by, ids } = JSON.parse(text) as Written;
      if (by !== this.own) listener(ids ?? undefined);
    });
    this.subscriber.on('ready', () => {
      // What was told in between is lost; the dates of what is kept bound what that can do.
      this.subscriber.subscribe(this.channel).catch((error: unknown) => this.failed(error));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    this.redis.disconnect();
    this.subscriber.disconnect();
  }

  private get channel(): string {
    return `roster:${this.name}:written`;
  }

  private keyOf(id: string): string {
    return `roster:${this.name}:customer:${id}`;
  }

  private send(command: () => Promise<unknown>): void {
    if (performance.now() < this.pausedUntil || this.redis.status !== 'ready') return;
    command().catch((error: unknown) => this.failed(error));
  }

  private failed(error: unknown): void {
    if (this.closed) return;
    this.pausedUntil = performance.now() + PAUSE_MS;
    if (this.isAway) return;
    this.isAway = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.report(`The shared cache does not answer (${reason}); customers are read from the database until it does.`);
  }

  private answered(): void {
    if (!this.isAway) return;
    this.isAway = false;
    this.report('The shared cache answers again.');
  }
}

/** Of the answer to TIME: seconds, and microseconds of the second. */
function timeOf(answer: unknown): number {
  const [seconds, microseconds] = answer as [string | number, string | number];
  return Number(seconds) * MS_PER_S + Number(microseconds) / MICROSECONDS_PER_MS;
}

function keptOf(value: unknown): SharedLook['kept'] {
  if (!Buffer.isBuffer(value) || value.length < DATE_BYTES) return undefined;
  return { json: value.subarray(DATE_BYTES), date: value.readDoubleLE() };
}
