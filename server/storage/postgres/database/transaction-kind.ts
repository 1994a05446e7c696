/** Thrown by a transaction that has to run again from its start, because another transaction was faster. */
export class RunAgain extends Error {}

/** Times that a kind of transaction may wait for the database and for locks of other transactions. */
export interface TransactionKind {
  /** Time for which the database may be away. */
  readonly patienceMs: number;
  /** A PostgreSQL interval, such as `60s`. */
  readonly lockTimeout: string;
  /**
   * Time that one attempt may take, in ms, because a database may hang without breaking a connection. Without it, an attempt may take as
   * long as the database answers pings over another connection, and the patience begins with the first failure.
   */
  readonly mostMs?: number;
  /** Idempotent: when the outcome of COMMIT is unknown, it may simply be run again. */
  readonly isRepeatable?: true;
}

/** A write of a request. It waits for the lock of a customer for at most a minute. */
export const EDIT: TransactionKind = { patienceMs: 20_000, lockTimeout: '60s', mostMs: 80_000 };
/** A write of live messages, whose sender waits, and sends again what was not answered in time. */
export const LIVE: TransactionKind = { patienceMs: 8_000, lockTimeout: '8s', mostMs: 12_000 };
/** A write of an ingestion. It is patient enough for a failover, or for a restart that has much to recover. */
export const APPLY: TransactionKind = { patienceMs: 10 * 60_000, lockTimeout: '10min' };
/** A step of work that nobody waits for, and that may be done twice. */
export const BACKGROUND: TransactionKind = { patienceMs: 10_000, lockTimeout: '5s', isRepeatable: true };
