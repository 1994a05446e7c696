import { Client, types, type ClientConfig, type PoolConfig } from 'pg';
import { Socket } from 'node:net';
import { LOOK_AT_CERTIFICATES, unusable } from './failure.js';

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
/** A process that stands still in a transaction holds its locks no longer than that. */
const IDLE_IN_TRANSACTION_MS = 5 * 60_000;

/** Safe: the driver's list of types is not all that there are; of another one the text stays as it is. */
const textParsers = types as { getTypeParser(oid: number): (text: string) => unknown };

const INT8 = 20;
const INT8_LIST = 1016;
/** Whole numbers come as numbers: no count or time of ours is unsafe. */
export const parsers: PoolConfig['types'] = {
  getTypeParser: (oid: number): ((text: string) => unknown) => {
    if (oid === INT8) return Number;
    if (oid === INT8_LIST) return (text) => JSON.parse(`[${text.slice(1, -1)}]`) as unknown;
    return textParsers.getTypeParser(oid);
  },
};

/** The sockets of all connections of a process to one database, from before they are connected. */
export class Sockets {
  private readonly open = new Set<Socket>();

  get count(): number {
    return this.open.size;
  }

  /**
   * What every connection to the database has in common.
   * @throws DomainError `storage_unavailable` when a file of certificates that the URL names cannot be read
   */
  connectionTo(url: string): ClientConfig {
    readFilesOf(url);
    return {
      connectionString: url,
      application_name: 'roster',
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      stream: () => this.add(new Socket()),
    };
  }

  /** Cuts all connections; who waits for an answer hears of a connection that was lost. */
  cut(reason: string): void {
    for (const socket of this.open) socket.destroy(Object.assign(new Error(reason), { code: 'ETIMEDOUT' }));
  }

  private add(socket: Socket): Socket {
    this.open.add(socket);
    return socket.once('close', () => this.open.delete(socket));
  }
}

/** Here, as later nobody could tell that failure from one of a file that is not the database's. */
function readFilesOf(url: string): void {
  try {
    new Client({ connectionString: url });
  } catch (error) {
    throw unusable(error as Error, LOOK_AT_CERTIFICATES);
  }
}
