import { randomBytes } from 'node:crypto';
import { Socket } from 'node:net';
import { Client } from 'pg';

/** An empty schema in the PostgreSQL of the tests. */
export interface PostgresSchema {
  /** A `DATABASE_URL` whose tables lie in this schema. */
  readonly url: string;
  /** Runs one statement there. */
  query(text: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** A schema whose tables can be set back to their first content, which is much faster than a new schema. */
export interface ReusableSchema extends PostgresSchema {
  reset(): Promise<void>;
}

/**
 * The database that tests may use.
 * @throws when its name does not say that it is for tests
 */
export function testDatabaseUrl(): string {
  const url = process.env.TEST_DATABASE_URL ?? '';
  const name = URL.canParse(url) ? decodeURIComponent(new URL(url).pathname.slice(1)) : '';
  if (!name.includes('test')) {
    throw new Error(`TEST_DATABASE_URL names the database "${name}". Tests write only to one with "test" in its name.`);
  }
  return url;
}

/** Begins the names of the schemas of this run. */
function schemasOfRun(): string {
  return `test_${process.env.TEST_RUN ?? ''}_`;
}

/** Drops what specs have left for each other. */
export async function dropSchemasOfRun(): Promise<void> {
  const url = testDatabaseUrl();
  const left = await run(
    url,
    `SELECT nspname AS name FROM pg_namespace WHERE starts_with(nspname, '${schemasOfRun()}')`,
  );
  for (const { name } of left) await run(url, `DROP SCHEMA ${String(name)} CASCADE`);
}

export async function newPostgresSchema(url = testDatabaseUrl()): Promise<PostgresSchema> {
  const schema = `${schemasOfRun()}${randomBytes(6).toString('hex')}`;
  await run(url, `CREATE SCHEMA ${schema}`);
  const own = new URL(url);
  // Extensions are installed in "public".
  own.searchParams.set('options', `-c search_path=${schema},public`);
  return {
    url: own.href.replaceAll('+', '%20'),
    query: (text) => run(own.href.replaceAll('+', '%20'), text),
    drop: async () => {
      await run(url, `DROP SCHEMA ${schema} CASCADE`);
    },
  };
}

/** Creates a database with a role that may create tables in it and nothing else. */
export async function newRestrictedDatabase(): Promise<PostgresSchema> {
  const url = testDatabaseUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await run(url, `CREATE DATABASE ${name}`);
  const owner = new URL(url);
  owner.pathname = `/${name}`;
  await run(owner.href, `CREATE ROLE ${name} LOGIN PASSWORD '${name}'; CREATE SCHEMA ${name} AUTHORIZATION ${name}`);
  // The schema that has the name of the role is the first in its search path.
  const restricted = new URL(owner);
  restricted.username = name;
  restricted.password = name;
  return {
    url: restricted.href,
    query: (text) => run(owner.href, text),
    drop: async () => {
      await run(url, `DROP DATABASE ${name} WITH (FORCE)`);
      await run(url, `DROP ROLE ${name}`);
    },
  };
}

async function run(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** @param schema a schema whose tables are new */
export async function reusable(schema: PostgresSchema): Promise<ReusableSchema> {
  // One connection for all: making one takes longer than a reset.
  const client = new Client({ connectionString: schema.url });
  await client.connect();
  const rowsOf = async (text: string): Promise<Record<string, unknown>[]> =>
    (await client.query(text)).rows as Record<string, unknown>[];
  const tables = await rowsOf(
    `SELECT relname AS name FROM pg_class
     WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition`,
  );
  let statements = '';
  for (const { name } of tables) {
    const table = String(name);
    const [{ rows }] = await rowsOf(`SELECT coalesce(json_agg(t)::text, '[]') AS rows FROM ${table} AS t`);
    // Triggers refuse to remove entries of the audit.
    const remove =
      table === 'audit'
        ? 'ALTER TABLE audit DISABLE TRIGGER USER; DELETE FROM audit; ALTER TABLE audit ENABLE TRIGGER USER;'
        : `DELETE FROM ${table};`;
    statements += remove;
    if (rows !== '[]')
      statements += `INSERT INTO ${table} OVERRIDING SYSTEM VALUE
        SELECT * FROM json_populate_recordset(NULL::${table}, $rows$${String(rows)}$rows$);`;
  }
  // Lets ids begin at 1 again.
  const sequences = await rowsOf('SELECT sequencename AS name FROM pg_sequences WHERE schemaname = current_schema()');
  for (const { name } of sequences) statements += `SELECT setval('${String(name)}', 1, false);`;
  // The process may end with it.
  const { stream } = client.connection;
  if (stream instanceof Socket) stream.unref();
  return {
    ...schema,
    reset: async () => {
      await client.query(statements);
    },
    drop: async () => {
      await client.end();
      await schema.drop();
    },
  };
}
