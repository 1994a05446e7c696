import { Pool, types, type ClientBase, type PoolClient, type PoolConfig, type QueryResultRow } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { bounded } from './bounded.js';
import { codeOf, explained, failureKind, LOCK_NOT_AVAILABLE, unknownOutcome } from './failure.js';
import { isCommitted, LastWrites, signed, type Write } from './last-writes.js';

/** How long a read waits for the database to come back, in milliseconds: a person is waiting, too. */
const READ_PATIENCE_MS = 10_000;
/** How long a write of a request does. */
export const EDIT_PATIENCE_MS = 20_000;
/** How long an ingestion does: a failover, or a restart that has much to recover. */
export const MERGE_PATIENCE_MS = 10 * 60_000;
const FIRST_PAUSE_MS = 20;
const MOST_PAUSE_MS = 2_000;

const CONNECT_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 10_000;
const IDLE_MS = 30_000;
/**
 * Of every session. A process that stands still in a transaction holds its locks no longer than that; nobody waits for a
 * customer longer than a minute, an ingestion ten.
 */
const SESSION = { idleInTransaction: '5min', editLock: '60s', mergeLock: '10min' };

/** Safe: the driver's list of types is not all that there are; of another one the text stays as it is. */
const textParsers = types as { getTypeParser(oid: number): (text: string) => unknown };

const INT8 = 20;
const INT8_LIST = 1016;
/** Whole numbers come as numbers: no count or time of ours is unsafe. */
const parsers: PoolConfig['types'] = {
  getTypeParser: (oid: number): ((text: string) => unknown) => {
    if (oid === INT8) return Number;
    if (oid === INT8_LIST) return (text) => JSON.parse(`[${text.slice(1, -1)}]`) as unknown;
    return textParsers.getTypeParser(oid);
  },
};

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  readonly url: string;
  /** Connections at most. */
  readonly connections: number;
}

/** Why a transaction is to be run once more from its start: somebody was faster. */
export class RunAgain extends Error {}

/** What a transaction is for: how long it may wait for the database, and for the locks of others. */
export interface TransactionKind {
  readonly patienceMs: number;
  /** As PostgreSQL takes it. */
  readonly lockTimeout: string;
  /** How long one attempt may take, in milliseconds: a database may stand still without a connection breaking. Without it, for ever. */
  readonly mostMs?: number;
  /** It may be done again though it was committed: it finds nothing to do then. */
  readonly isRepeatable?: true;
}

export const EDIT: TransactionKind = { patienceMs: EDIT_PATIENCE_MS, lockTimeout: SESSION.editLock, mostMs: 80_000 };
export const MERGE: TransactionKind = { patienceMs: MERGE_PATIENCE_MS, lockTimeout: SESSION.mergeLock };

/** How busy the connections are. */
export interface PoolUse {
  readonly open: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/**
 * The connections of this process to one PostgreSQL database. What a lost connection, a restart, a failover, a deadlock or a
 * serialisation failure interrupts is run again, with pauses that grow, until its patience ends; a transaction of which
 * nobody knows whether it was committed is asked for, so that none is applied twice.
 */
export class PostgresDatabase {
  readonly pool: Pool;
  private readonly lastWrites = new LastWrites();
  private isStopping = false;
  private closed = false;

  constructor(readonly options: PostgresOptions) {
    this.pool = new Pool({
      ...connectionOf(options),
      max: options.connections,
      idleTimeoutMillis: IDLE_MS,
      types: parsers,
    });
    // An idle connection that breaks is replaced when it is needed.
    this.pool.on('error', () => undefined);
  }

  /**
   * Runs one statement that changes nothing. It is prepared once a connection.
   * @param name of the prepared statement
   * @throws DomainError `storage_unavailable`
   */
  async read<Row extends QueryResultRow>(name: string, text: string, values: unknown[] = []): Promise<Row[]> {
    return this.patiently(READ_PATIENCE_MS, async () => {
      const { rows } = await this.pool.query<Row>({ ...bounded(text, READ_TIMEOUT_MS), name, values });
      return rows;
    });
  }

  /** Runs several reads as of one moment. */
  async snapshot<T>(read: (client: ClientBase) => Promise<T>): Promise<T> {
    return this.patiently(READ_PATIENCE_MS, () =>
      this.using(async (client) => {
        await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
        const result = await read(client);
        await client.query('COMMIT');
        return result;
      }),
    );
  }

  /**
   * Runs `work` in a transaction, again from its start when that has to be, so that it has no other effect. A COMMIT may take as long as
   * the patience, and so may asking what became of one that was not answered.
   * @throws DomainError `storage_unavailable`, `storage_busy`, `storage_full`
   */
  async write<T>(kind: TransactionKind, work: (client: ClientBase) => Promise<T>): Promise<T> {
    const { patienceMs, lockTimeout, isRepeatable, mostMs } = kind;
    return this.patiently(patienceMs, () =>
      this.using(async (client, giveUp) => {
        const write = isRepeatable ? undefined : this.lastWrites.begin();
        await client.query(`BEGIN; SET LOCAL lock_timeout = '${lockTimeout}'; ${write ? signed(write) : ''}`);
        const result = await work(client);
        try {
          await client.query(bounded('COMMIT', patienceMs));
        } catch (error) {
          if (!write || failureKind(error) !== 'lost') throw error;
          giveUp();
          if (!(await this.wasCommitted(write, patienceMs))) throw error;
        }
        if (write) this.lastWrites.end(write);
        return result;
      }, mostMs),
    );
  }

  /**
   * Runs `work` in a transaction that sees one moment, as the only one that writes to `table`; not at all when another process
   * holds it.
   * @param lockTimeout how long that one is waited for, as PostgreSQL takes it; not at all by default
   */
  async alone(table: string, work: (client: ClientBase) => Promise<void>, lockTimeout?: string): Promise<void> {
    await this.using(async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      if (lockTimeout !== undefined) await client.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
      try {
        // Before anything is read: what is seen then is all that was committed before.
        const noWait = lockTimeout === undefined ? 'NOWAIT' : '';
        await client.query(`LOCK TABLE ${table} IN SHARE ROW EXCLUSIVE MODE ${noWait}`);
      } catch (error) {
        if (codeOf(error) !== LOCK_NOT_AVAILABLE) throw error;
        await client.query('ROLLBACK');
        return;
      }
      await work(client);
      await client.query('COMMIT');
    });
  }

  get use(): PoolUse {
    return { open: this.pool.totalCount, idle: this.pool.idleCount, waiting: this.pool.waitingCount };
  }

  /** From now on nothing is run again that the database was not there for. */
  stopWaiting(): void {
    this.isStopping = true;
  }

  /** Waits for the statements under way. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.pool.end();
  }

  /** Runs `work` until it succeeds or fails for good. */
  async patiently<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
    const deadline = Date.now() + patienceMs;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MOST_PAUSE_MS)) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof RunAgain) continue;
        const kind = failureKind(error);
        const isOver = this.closed || (kind === 'lost' && this.isStopping) || Date.now() + pause > deadline;
        if (kind === 'fatal' || isOver) throw explained(error);
      }
      // Those that were interrupted together do not come back together.
      await sleep(pause * (0.5 + Math.random()));
    }
  }

  /**
   * A connection of its own; broken ones are thrown away.
   * @param work may give its connection up, which is used no more then
   * @param mostMs after which the connection is cut
   */
  private async using<T>(work: (client: PoolClient, giveUp: () => void) => Promise<T>, mostMs?: number): Promise<T> {
    const client = await this.pool.connect();
    const state = { broken: false, cut: false };
    const cut = (): void => {
      state.broken = state.cut = true;
      client.release(true);
    };
    const timer = mostMs === undefined ? undefined : setTimeout(cut, mostMs);
    const giveUp = (): void => {
      state.broken = true;
    };
    client.on('error', giveUp);
    try {
      return await work(client, giveUp);
    } catch (error) {
      if (failureKind(error) === 'lost') giveUp();
      if (!state.broken) await client.query('ROLLBACK').catch(giveUp);
      throw error;
    } finally {
      clearTimeout(timer);
      client.off('error', giveUp);
      if (!state.cut) client.release(state.broken);
    }
  }

  /** What became of a transaction whose COMMIT was not answered. */
  private async wasCommitted(write: Write, patienceMs: number): Promise<boolean> {
    try {
      return await this.patiently(patienceMs, () => isCommitted(this.pool, write));
    } catch (error) {
      throw unknownOutcome(error);
    }
  }
}

/** What every connection of ours has in common. */
export function connectionOf({ url }: Pick<PostgresOptions, 'url'>) {
  return {
    connectionString: url,
    application_name: 'roster',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    idle_in_transaction_session_timeout: 5 * 60_000,
  };
}
