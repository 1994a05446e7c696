import { Pool, type ClientBase, type PoolClient, type QueryResultRow } from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { failPoint } from '../../../domain/fail-point.js';
import { bounded, withLockTimeout } from './bounded.js';
import { parsers, Sockets } from './connection.js';
import { codeOf, failureKind, LOCK_NOT_AVAILABLE, unknownOutcome } from './failure.js';
import { isCommitted, LastWrites, signed, type Write } from './last-writes.js';
import { LiveMark } from './live-mark.js';
import { Patience } from './patience.js';
import { syncCommits } from './sync-commits.js';
import { SideConnection } from './side-connection.js';
import type { TransactionKind } from './transaction-kind.js';

/** Time that a read waits for the database to come back, in ms. It is short, because a user waits for the answer. */
const READ_PATIENCE_MS = 10_000;
const READ_TIMEOUT_MS = 30_000;
const IDLE_MS = 30_000;
/** While a statement without a timeout runs, the database is pinged over a second connection this often, and a ping may take this long. */
const STILL_MS = 30_000;
/** Time for which statements may still run after a stop before the database is pinged, and time that this ping may take. */
const STOP_PAUSE_MS = 250;
const STOP_ANSWER_MS = 2_000;
const STANDS_STILL = 'it stands still';

export interface PostgresOptions {
  /** `postgres://USER:PASSWORD@HOST:PORT/DATABASE`. */
  readonly url: string;
  /** The maximum number of connections in the pool. */
  readonly connections: number;
  /** Lets every commit wait until it is on disk, also where the server is set to answer before that. */
  readonly syncsCommits?: boolean;
  /** Whether messages and edits get entries in the log; false by default. */
  readonly keepsLog?: boolean;
  /** Interval and timeout, in ms, of the pings to the database while a statement without a timeout runs. 30 000 by default. */
  readonly stillMs?: number;
}

/** Numbers of connections, by their state. */
export interface PoolUse {
  readonly open: number;
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/**
 * The connections of this process to one PostgreSQL database. Work that is interrupted by a lost connection, a restart, a failover, a
 * deadlock or a serialisation failure is run again, with growing pauses, until its patience ends. If the outcome of a COMMIT is unknown,
 * it is looked up first, so that no transaction is applied twice.
 */
export class PostgresDatabase {
  readonly pool: Pool;
  /** A connection for pings and leases, which must go on while every connection of the pool is busy. */
  readonly side: SideConnection;
  /** Says when live messages come to any process. */
  readonly liveMark: LiveMark;
  private readonly sockets = new Sockets();
  private readonly lastWrites = new LastWrites();
  private readonly patience = new Patience();
  private closed = false;
  private hasEnded = false;

  constructor(private readonly options: PostgresOptions) {
    const connection = this.sockets.connectionTo(options.url);
    this.side = new SideConnection(connection);
    this.liveMark = new LiveMark(this.side);
    this.pool = new Pool({
      ...connection,
      max: options.connections,
      idleTimeoutMillis: IDLE_MS,
      types: parsers,
      verify: options.syncsCommits === true ? syncCommits : undefined,
    });
    // The pool replaces a broken idle connection when the next one is needed.
    this.pool.on('error', () => undefined);
  }

  /**
   * Runs one statement that changes nothing. It is prepared once per connection.
   * @param name of the prepared statement
   * @throws DomainError `storage_unavailable`
   */
  async read<Row extends QueryResultRow>(name: string, text: string, values: unknown[] = []): Promise<Row[]> {
    return this.patiently(READ_PATIENCE_MS, async () => {
      const { rows } = await this.pool.query<Row>({ ...bounded(text, READ_TIMEOUT_MS), name, values });
      return rows;
    });
  }

  /** Runs several reads that see the same snapshot of the database. */
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
   * Runs `work` in a transaction. After a failure that may pass it runs `work` again from its start, so `work` must have no effect outside
   * the transaction. A COMMIT may take as long as the patience, and so may looking up the outcome of a COMMIT that was not answered.
   * @throws DomainError `storage_unavailable`, `storage_busy`, `storage_full`
   */
  async write<T>(kind: TransactionKind, work: (client: ClientBase) => Promise<T>): Promise<T> {
    const { patienceMs, lockTimeout, isRepeatable, mostMs } = kind;
    const attempt = async (client: PoolClient, giveUp: () => void): Promise<T> => {
      const write = isRepeatable ? undefined : this.lastWrites.begin();
      await client.query(`BEGIN; ${withLockTimeout(lockTimeout)}; ${write ? signed(write) : ''}`);
      failPoint('transaction:begun');
      const result = await work(client);
      failPoint('transaction:before-commit');
      try {
        await client.query(bounded('COMMIT', patienceMs));
        failPoint('transaction:after-commit');
      } catch (error) {
        if (!write || failureKind(error) !== 'lost') throw error;
        giveUp();
        if (!(await this.wasCommitted(write, patienceMs))) throw error;
      }
      if (write) this.lastWrites.end(write);
      return result;
    };
    return this.patiently(patienceMs, () => this.using(attempt, mostMs), mostMs === undefined);
  }

  /**
   * Runs `work` in a transaction on one snapshot, while no other transaction writes to `table`. Does nothing if the table is locked.
   * @param lockTimeout how long to wait for the lock, as a PostgreSQL interval; by default it does not wait
   */
  async alone(table: string, work: (client: ClientBase) => Promise<void>, lockTimeout?: string): Promise<void> {
    await this.using(async (client) => {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
      if (lockTimeout !== undefined) await client.query(withLockTimeout(lockTimeout));
      try {
        // The lock comes before the first read, so the snapshot contains every write that was committed before the lock.
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

  get keepsLog(): boolean {
    return this.options.keepsLog === true;
  }

  get use(): PoolUse {
    return { open: this.pool.totalCount, idle: this.pool.idleCount, waiting: this.pool.waitingCount };
  }

  /** From now on no work waits for a database that is away: it is not run again, and a silent database is not waited for. */
  stopWaiting(): void {
    if (this.patience.isStopped) return;
    this.patience.end();
    void this.leaveWhenGone();
  }

  /** Waits for the statements under way. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.patience.close();
    this.stopWaiting();
    await this.pool.end();
    this.hasEnded = true;
    // A database that does not respond does not acknowledge the end of a connection either.
    setTimeout(() => this.sockets.cut(STANDS_STILL), STOP_PAUSE_MS).unref();
    await this.side.close();
  }

  /** See {@link Patience.run}. */
  patiently<T>(patienceMs: number, work: () => Promise<T>, sinceFailure = false): Promise<T> {
    return this.patience.run(patienceMs, work, sinceFailure);
  }

  /**
   * Runs `work` with a connection of its own, which is discarded if it breaks.
   * @param work may give its connection up, which then does not return to the pool
   * @param mostMs cuts the connection after this time; without it, all connections are cut when the database does not answer a ping
   */
  private async using<T>(work: (client: PoolClient, giveUp: () => void) => Promise<T>, mostMs?: number): Promise<T> {
    const client = await this.pool.connect();
    const state = { broken: false, cut: false };
    const cut = (): void => {
      state.broken = state.cut = true;
      client.release(true);
    };
    const stillMs = this.options.stillMs ?? STILL_MS;
    const timer = mostMs === undefined ? setInterval(() => void this.look(stillMs), stillMs) : setTimeout(cut, mostMs);
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
      clearInterval(timer);
      client.off('error', giveUp);
      if (!state.cut) client.release(state.broken);
    }
  }

  /** Pings the database, and cuts all connections if it does not answer in time. @returns true if it answered */
  private async look(withinMs: number): Promise<boolean> {
    const isThere = await this.side.answers(withinMs);
    if (!isThere) this.sockets.cut(STANDS_STILL);
    return isThere;
  }

  private async leaveWhenGone(): Promise<void> {
    for (let isThere = true; !this.hasEnded;) {
      await sleep(STOP_PAUSE_MS, undefined, { ref: false });
      if (isThere) isThere = await this.look(STOP_ANSWER_MS);
      else this.sockets.cut(STANDS_STILL);
    }
  }

  /** Looks up whether a transaction was committed whose COMMIT was not answered. */
  private async wasCommitted(write: Write, patienceMs: number): Promise<boolean> {
    try {
      return await this.patiently(patienceMs, () => isCommitted(this.pool, write));
    } catch (error) {
      throw unknownOutcome(error);
    }
  }
}
