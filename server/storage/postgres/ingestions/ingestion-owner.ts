import { randomInt } from 'node:crypto';
import type { Client } from 'pg';
import type { PostgresDatabase } from '../database/database.js';

/** The first half of the advisory locks of processes; the second is their number. */
const OWNERS = 5_021_978;
const MOST = 2 ** 31 - 1;
/** Nobody else wants that lock for himself. */
const LOCK_TIMEOUT_MS = 5_000;

/** True of an ingestion whose process is there: it has said so of late, and its connection holds its lock. */
export const IS_OWNED = `(lease_until > now() AND EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${OWNERS} AND objid = owner::bigint::oid AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
))`;

/**
 * This process, as it signs the ingestions that it runs. It holds an advisory lock on a connection beside the pool, which ends with
 * the process, however it ends: another one can take over at once, on whatever machine. Whoever is cut off without the database noticing keeps
 * its ingestions until their lease ends.
 */
export class IngestionOwner {
  readonly number = randomInt(1, MOST);
  /** The connection that holds the lock. */
  private holder: Client | undefined;

  constructor(private readonly database: PostgresDatabase) {}

  /** Takes the lock, unless it is held; to be called before an ingestion is signed, and every few seconds. */
  async hold(): Promise<void> {
    const { side } = this.database;
    if ((await side.open()) === this.holder) return;
    // Shared: the one before may not have noticed yet that it was cut off.
    this.holder = await side.query(`SELECT pg_advisory_lock_shared(${OWNERS}, ${this.number})`, LOCK_TIMEOUT_MS);
  }
}
