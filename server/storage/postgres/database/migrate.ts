import { randomFillSync } from 'node:crypto';
import type { ClientBase } from 'pg';
import { DomainError } from '../../../domain/errors.js';
import type { PostgresDatabase } from './database.js';
import { failureKind } from './failure.js';
import { DISTRIBUTED_TABLES, MIGRATIONS, TRIGRAM_INDEX } from './schema.js';
import type { TransactionKind } from './transaction-kind.js';

/** Advisory lock of the process that migrates. Other processes wait for it, and then find nothing left to do. */
const MIGRATION_LOCK = 5_021_977;
/** The patience is also how long opening waits for a database that is starting. */
const MIGRATION: TransactionKind = { patienceMs: 30_000, lockTimeout: '10min', isRepeatable: true };
const IDENTITY_KEY_BYTES = 16;
/** The number of the migration that creates `customer_search`. */
const TRIGRAM_MIGRATION = 2;

/** The result of a migration. */
export interface MigrationReport {
  /** The schema version before; 0 for a new database. */
  readonly from: number;
  readonly to: number;
  /** The tables that this call distributed over the nodes of Citus. */
  readonly distributed: readonly string[];
}

/**
 * Creates the tables or upgrades them to the newest schema. Several processes may do it at the same time.
 * @param distribute also distributes the tables over the nodes if the `citus` extension is installed. Tables that come new to distributed ones
 * are distributed in any case
 */
export async function migrate(database: PostgresDatabase, distribute = false): Promise<MigrationReport> {
  const upgraded = await database.write(MIGRATION, (client) => upgrade(client, distribute));
  const isUpgrade = upgraded.from > 0 && upgraded.from < upgraded.to;
  if (!distribute && !isUpgrade) return { ...upgraded, distributed: [] };
  // A second transaction, because the first one may create an extension: https://github.com/citusdata/citus/issues/8472.
  const distributed = await database.write(MIGRATION, (client) => distributeTables(client, distribute));
  return { ...upgraded, distributed };
}

async function upgrade(client: ClientBase, distribute: boolean): Promise<Omit<MigrationReport, 'distributed'>> {
  // Takes no lock when there is nothing to do, which is nearly always.
  const known = await versionOf(client);
  if (known === MIGRATIONS.length && !distribute) return { from: known, to: known };
  await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  const from = await versionOf(client);
  if (from > MIGRATIONS.length) {
    throw new DomainError(
      'invalid_request',
      `The database was written by a newer Roster (schema ${from}, this one knows ${MIGRATIONS.length}). Upgrade this one.`,
    );
  }
  if (from === 0) {
    await client.query(
      'CREATE TABLE IF NOT EXISTS roster_migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL)',
    );
  }
  for (let version = from + 1; version <= MIGRATIONS.length; version++) {
    for (const statements of [MIGRATIONS[version - 1]].flat()) await client.query(statements);
    await client.query('INSERT INTO roster_migrations VALUES ($1, now())', [version]);
  }
  if (from < TRIGRAM_MIGRATION || distribute) await createTrigramIndex(client);
  if (from === 0) {
    const key = Buffer.from(randomFillSync(new Uint8Array(IDENTITY_KEY_BYTES))).toString('hex');
    await client.query("INSERT INTO meta VALUES ('identity_key', $1)", [key]);
  }
  return { from, to: MIGRATIONS.length };
}

async function versionOf(client: ClientBase): Promise<number> {
  // Not to_regclass: it may have cached, before the lock was taken, that the table does not exist.
  const table = await client.query(
    "SELECT FROM pg_class WHERE relname = 'roster_migrations' AND relnamespace = current_schema()::regnamespace",
  );
  if (table.rowCount === 0) return 0;
  const { rows } = await client.query<{ version: number | null }>(
    'SELECT max(version) AS version FROM roster_migrations',
  );
  return rows[0].version ?? 0;
}

/** Creates the trigram index if `pg_trgm` can be had. Searches work without it, so a refusal is no failure. */
async function createTrigramIndex(client: ClientBase): Promise<void> {
  await client.query('SAVEPOINT trigrams');
  try {
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public');
    const { rows } = await client.query<{ schema: string }>(
      "SELECT quote_ident(nspname) AS schema FROM pg_extension JOIN pg_namespace AS n ON n.oid = extnamespace WHERE extname = 'pg_trgm'",
    );
    await client.query(
      `CREATE INDEX IF NOT EXISTS ${TRIGRAM_INDEX} ON customer_search USING gin (folded ${rows[0].schema}.gin_trgm_ops)`,
    );
  } catch (error) {
    if (failureKind(error) !== 'fatal') throw error;
    await client.query('ROLLBACK TO trigrams');
  }
}

/** Describes a missing index and how to get it, for the operator; undefined when nothing is missing. */
export async function limitationOf(database: PostgresDatabase): Promise<string | undefined> {
  const found = await database.read(
    'trigram_index',
    'SELECT FROM pg_class WHERE relname = $1 AND relnamespace = current_schema()::regnamespace',
    [TRIGRAM_INDEX],
  );
  if (found.length > 0) return undefined;
  return 'The extension pg_trgm is missing, so searches look at every customer. Create it, then run "npm run roster -- migrate".';
}

/**
 * @param first distributes the first table as well; else the others are distributed only if that one is
 * @returns the tables that were not distributed before
 */
async function distributeTables(client: ClientBase, first: boolean): Promise<string[]> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  const citus = await client.query("SELECT FROM pg_extension WHERE extname = 'citus'");
  if (citus.rowCount === 0) return [];
  const distributed: string[] = [];
  for (const table of DISTRIBUTED_TABLES) {
    const known = await client.query('SELECT FROM pg_dist_partition WHERE logicalrelid = $1::regclass', [table]);
    if (known.rowCount !== 0) continue;
    if (!first && table === DISTRIBUTED_TABLES[0]) return [];
    // Not 'default': that is beside a table of another program, whose column may have another collation.
    const beside = table === DISTRIBUTED_TABLES[0] ? 'none' : DISTRIBUTED_TABLES[0];
    await client.query("SELECT create_distributed_table($1::regclass, 'customer_id', colocate_with => $2)", [
      table,
      beside,
    ]);
    distributed.push(table);
  }
  return distributed;
}
