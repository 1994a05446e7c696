import { randomInt } from 'node:crypto';
import { Client } from 'pg';
import { connectionOf, type PostgresDatabase } from './postgres-database.js';

/** The first half of the advisory locks of processes; the second is their number. */
const OWNERS = 5_021_978;
const MOST = 2 ** 31 - 1;

/** True of an ingestion whose process is there: it has said so of late, and its connection holds its lock. */
export const IS_OWNED = `(lease_until > now() AND EXISTS (
  SELECT FROM pg_locks
  WHERE locktype = 'advisory' AND classid = ${OWNERS} AND objid = owner::bigint::oid AND objsubid = 2 AND granted
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
))`;

/**
 * This process, as it signs the ingestions that it runs. It holds an advisory lock on a connection of its own, which ends with
 * the process, however it ends: another one can take over at once, on whatever machine. Whoever is cut off without the database noticing keeps
 * its ingestions until their lease ends.
 */
export class IngestionOwner {
  readonly number = randomInt(1, MOST);
  private connection: Promise<Client> | undefined;

  constructor(private readonly database: PostgresDatabase) {}

  /** Takes the lock, unless it is held; to be called before an ingestion is signed, and every few seconds. */
  async hold(): Promise<void> {
    const connection = (this.connection ??= this.connect());
    try {
      await connection;
    } catch (error) {
      if (this.connection === connection) this.connection = undefined;
      throw error;
    }
  }

  async close(): Promise<void> {
    const client = await this.connection?.catch(() => undefined);
    await client?.end();
  }

  private async connect(): Promise<Client> {
    const client = new Client(connectionOf(this.database.options));
    const forget = (): void => {
      this.connection = undefined;
    };
    client.on('error', forget).on('end', forget);
    await client.connect();
    // Shared: the one before may not have noticed yet that it was cut off.
    await client.query('SELECT pg_advisory_lock_shared($1, $2)', [OWNERS, this.number]);
    return client;
  }
}
