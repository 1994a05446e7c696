import { Redis, type RedisOptions } from 'ioredis';

/** How long a reader waits for Redis before it turns to the database, in milliseconds. */
const PATIENCE_MS = 50;
/** How long Redis is left alone after it did not answer, in milliseconds: so at most one wait in that time. */
export const PAUSE_MS = 1_000;
/** It is told of after so many failures in a row. */
const TOLD_FROM = 2;
const CONNECT_TIMEOUT_MS = 2_000;
const MOST_RECONNECT_PAUSE_MS = 2_000;
const KEEP_ALIVE_MS = 10_000;

const OPTIONS: RedisOptions = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  keepAlive: KEEP_ALIVE_MS,
  // A command of a time without a connection is refused at once, and none is sent twice.
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResubscribe: false,
  retryStrategy: (attempt) => Math.min(attempt * 100, MOST_RECONNECT_PAUSE_MS),
};

/** What is said when Redis goes away, and when it is back; once each. */
export type Report = (message: string) => void;

/** The connections to Redis, and whether it answers. */
export class RedisLink {
  readonly commands: Redis;
  readonly subscriber: Redis;
  private pausedUntil = 0;
  private failures = 0;
  private isAway = false;
  private closed = false;

  constructor(
    url: string,
    private readonly report: Report,
  ) {
    // What is asked for at the same time goes and comes in one piece.
    this.commands = new Redis(url, { ...OPTIONS, commandTimeout: PATIENCE_MS, enableAutoPipelining: true });
    this.subscriber = new Redis(url, { ...OPTIONS, commandTimeout: CONNECT_TIMEOUT_MS });
    // Without a listener an error of a connection would be printed.
    for (const connection of [this.commands, this.subscriber])
      connection.on('error', (error: Error) => this.failed(error));
  }

  /** False while it is left alone. */
  get answers(): boolean {
    return performance.now() >= this.pausedUntil && this.commands.status === 'ready';
  }

  /** Lets an operation go its way, and learns from it whether Redis answers. */
  async tried<T>(operation: () => Promise<T>): Promise<T> {
    try {
      const result = await operation();
      this.answered();
      return result;
    } catch (error) {
      this.commandFailed(error);
      throw error;
    }
  }

  /** Of a command; where there is no connection, that has told why. */
  commandFailed(error: unknown): void {
    if (this.commands.status === 'ready') this.failed(error);
  }

  close(): void {
    this.closed = true;
    this.commands.disconnect();
    this.subscriber.disconnect();
  }

  private failed(error: unknown): void {
    if (this.closed) return;
    this.pausedUntil = performance.now() + PAUSE_MS;
    // Once may be a moment in which this process had no time to listen.
    if (++this.failures < TOLD_FROM || this.isAway) return;
    this.isAway = true;
    const reason = error instanceof Error ? error.message : String(error);
    this.report(`The shared cache does not answer (${reason}); customers are read from the database until it does.`);
  }

  private answered(): void {
    this.failures = 0;
    if (!this.isAway) return;
    this.isAway = false;
    this.report('The shared cache answers again.');
  }
}
