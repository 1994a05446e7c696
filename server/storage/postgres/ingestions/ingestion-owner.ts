import { randomInt } from 'node:crypto';
import type { Client } from 'pg';
import type { PostgresDatabase } from '../database/database.js';

/** The first half of the key of a process's advisory lock; the second half is the number of the process. */
const OWNERS = 5_021_978;
const MOST = 2 ** 31 - 1;
/** Short, because the lock is shared and so always free. */
const LOCK_TIMEOUT_MS = 5_000;

/** SQL condition: the process of the ingestion is alive. Its lease has not ended, and its connection holds its lock. */
export const IS_OWNED = `(lease_until > now() AND EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${OWNERS} AND objid = owner::bigint::oid AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
))`;

/**
 * Identifies this process as the owner of the ingestions that it runs. It holds an advisory lock on a connection outside the pool. The
 * lock ends with the process, so another process, on any machine, can take over at once. A process that is cut off without the database
 * noticing keeps its ingestions until their lease ends.
 */
export class IngestionOwner {
  readonly number = randomInt(1, MOST);
  /** The connection that holds the lock. */
  private holder: Client | undefined;

  constructor(private readonly database: PostgresDatabase) {}

  /** Takes the lock unless it is held. The caller does this before it begins an ingestion, and every few seconds after. */
  async hold(): Promise<void> {
    const { side } = this.database;
    if ((await side.open()) === this.holder) return;
    // A shared lock: the database may not have noticed yet that the connection before was cut off, and still hold its lock.
    this.holder = await side.query(`SELECT pg_advisory_lock_shared(${OWNERS}, ${this.number})`, LOCK_TIMEOUT_MS);
  }
}
