/** Why a transaction is to be run once more from its start: somebody was faster. */
export class RunAgain extends Error {}

/** What a transaction is for: how long it may wait for the database, and for the locks of others. */
export interface TransactionKind {
  readonly patienceMs: number;
  /** As PostgreSQL takes it. */
  readonly lockTimeout: string;
  /**
   * How long one attempt may take, in milliseconds: a database may stand still without a connection breaking. Without it, for as long as the
   * database answers over another connection; the patience begins when that ends.
   */
  readonly mostMs?: number;
  /** It may be done again though it was committed: it finds nothing to do then. */
  readonly isRepeatable?: true;
}

/** A write of a request. Nobody waits for a customer longer than a minute. */
export const EDIT: TransactionKind = { patienceMs: 20_000, lockTimeout: '60s', mostMs: 80_000 };
/** What an ingestion writes. It waits for a failover, or a restart that has much to recover. */
export const MERGE: TransactionKind = { patienceMs: 10 * 60_000, lockTimeout: '10min' };
