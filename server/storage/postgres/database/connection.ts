import { Client, types, type ClientConfig, type PoolConfig } from 'pg';
import { Socket } from 'node:net';
import { LOOK_AT_CERTIFICATES, unusable } from './failure.js';

const CONNECT_TIMEOUT_MS = 5_000;
const KEEP_ALIVE_MS = 10_000;
/** Time for which a process that hangs within a transaction keeps its locks: PostgreSQL then ends its session. */
const IDLE_IN_TRANSACTION_MS = 5 * 60_000;

/** Safe: the driver's types list fewer types than there are. For any other type its parser returns the text unchanged. */
const textParsers = types as { getTypeParser(oid: number): (text: string) => unknown };

const INT8 = 20;
const INT8_LIST = 1016;
/** Parses `bigint` into a number: every count and time that Roster stores is a safe integer. */
export const parsers: PoolConfig['types'] = {
  getTypeParser: (oid: number): ((text: string) => unknown) => {
    if (oid === INT8) return Number;
    if (oid === INT8_LIST) return (text) => JSON.parse(`[${text.slice(1, -1)}]`) as unknown;
    return textParsers.getTypeParser(oid);
  },
};

/** The sockets of all connections of a process to one database, including sockets that are not connected yet. */
export class Sockets {
  private readonly open = new Set<Socket>();

  get count(): number {
    return this.open.size;
  }

  /**
   * Returns the settings that all connections to the database share.
   * @throws DomainError `storage_unavailable` when a certificate file that the URL names cannot be read
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

  /** Cuts all connections. A statement that waits for an answer fails as on a lost connection. */
  cut(reason: string): void {
    for (const socket of this.open) socket.destroy(Object.assign(new Error(reason), { code: 'ETIMEDOUT' }));
  }

  private add(socket: Socket): Socket {
    this.open.add(socket);
    return socket.once('close', () => this.open.delete(socket));
  }
}

/** Reads the certificate files that the URL names. Later such a failure could not be told from a failure with another file. */
function readFilesOf(url: string): void {
  try {
    new Client({ connectionString: url });
  } catch (error) {
    throw unusable(error as Error, LOOK_AT_CERTIFICATES);
  }
}
