import { DatabaseSync } from '@photostructure/sqlite';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { temporaryFolder, type Engine } from './engine.js';
import { openIndexed } from './indexed-engine.js';
import { newPostgresSchema } from './postgres-schema.js';

const FOLDER = join(__dirname, '../fixtures/schemas');
/** Tables that an ingestion writes to, whatever its messages say. */
const OF_INGESTIONS = ['ingestions', 'ingestion_customers', 'reject_blocks', 'last_writes', 'sqlite_sequence'];

type Row = Readonly<Record<string, unknown>>;

/** A database of an earlier schema, opened and migrated by the code of today. */
export interface MigratedDatabase extends Engine {
  /** The rows of every table but those of ingestions, in the same form at each call. */
  rows(): Promise<unknown>;
  /** The definitions of tables, columns and indexes. */
  definitions(): Promise<readonly Row[]>;
}

/** The contents of a fixture apart from the customers, which are the same in all fixtures. */
export interface SchemaExpectation {
  readonly ingestion: Row;
  /** The time of the edit of each edited customer, in seconds since the Unix epoch. */
  readonly last_updated: Readonly<Record<string, number>>;
  /** Newest first, by the id of a customer. */
  readonly history: Readonly<Record<string, readonly Row[]>>;
  readonly segments: readonly Row[];
}

export function readFixture(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** The schemas that there are databases of, in order. */
export function schemasOf(engine: string): readonly number[] {
  const versions = readdirSync(FOLDER).map((name) => new RegExp(`^${engine}-(\\d+)\\.json$`).exec(name)?.[1]);
  return versions
    .flatMap((version) => version ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}

export function expectationOf(engine: string, version: number): SchemaExpectation {
  // Safe: the script that writes fixtures writes this shape.
  return JSON.parse(readFixture(`${engine}-${version}.json`)) as SchemaExpectation;
}

function statementsOf(engine: string, version: number): string {
  return gunzipSync(readFileSync(join(FOLDER, `${engine}-${version}.sql.gz`))).toString();
}

/**
 * @param version undefined: a new database
 * @param change SQL that is run before the migration
 */
export async function openEarlierSqlite(version: number | undefined, change = ''): Promise<MigratedDatabase> {
  const folder = temporaryFolder();
  const path = join(folder.path, 'roster.db');
  if (version !== undefined) {
    const database = new DatabaseSync(path);
    database.exec(`BEGIN; ${statementsOf('sqlite', version)} ${change}; COMMIT`);
    database.close();
  }
  const read = (sql: string): Row[] => {
    const database = new DatabaseSync(path, { readOnly: true });
    try {
      // Safe: a row is an object.
      return database.prepare(sql).all() as Row[];
    } finally {
      database.close();
    }
  };
  return {
    ...(await openIndexed(undefined, folder)),
    rows: async () => {
      const tables = read("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name));
      const kept = tables.filter((table) => !OF_INGESTIONS.includes(table));
      return Object.fromEntries(kept.map((table) => [table, read(`SELECT * FROM ${table}`)]));
    },
    definitions: async () => read('SELECT type, name, sql FROM sqlite_master ORDER BY type, name'),
  };
}

const COLUMNS = `
  SELECT relname AS table, reloptions::text AS options, attname AS name, format_type(atttypid, atttypmod) AS type, attcollation::regcollation::text AS collation,
    attnotnull AS required, attidentity AS identity, attstorage AS storage, pg_get_expr(adbin, adrelid) AS default
  FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
  WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
  ORDER BY relname, attname`;
const INDEXES = `
  SELECT pg_get_indexdef(indexrelid, 0, true) AS text FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE relnamespace = current_schema()::regnamespace ORDER BY text`;
const TRIGGERS = `
  SELECT pg_get_triggerdef(pg_trigger.oid, true) AS text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
  WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal ORDER BY text`;
const SEQUENCES =
  'SELECT sequencename AS name, data_type AS type FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1';
const TABLES =
  "SELECT relname AS name FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'";

/**
 * @param version undefined: a new database
 * @param change SQL that is run before the migration
 */
export async function openEarlierPostgres(version: number | undefined, change = ''): Promise<MigratedDatabase> {
  const schema = await newPostgresSchema();
  if (version !== undefined) await schema.query(statementsOf('postgres', version));
  if (change) await schema.query(change);
  const storage = await openPostgres({ url: schema.url, connections: 4 });
  return {
    ...storage,
    close: async () => {
      await storage.close();
      await schema.drop();
    },
    rows: async () => {
      const tables = (await schema.query(TABLES)).map(({ name }) => String(name));
      const kept = tables.filter((name) => !OF_INGESTIONS.includes(name));
      const rows = kept.map((table) => `SELECT '${table}' AS name, t::text COLLATE "C" AS row FROM ${table} AS t`);
      return { rows: await schema.query(`${rows.join(' UNION ALL ')} ORDER BY name, row`) };
    },
    definitions: async () => {
      const found = [COLUMNS, INDEXES, TRIGGERS, SEQUENCES].map((text) => schema.query(text));
      return (await Promise.all(found)).flat();
    },
  };
}
