import { Client } from 'pg';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newPostgresSchema, testDatabaseUrl, type PostgresSchema } from './postgres-schema';

const STAND_IN = join(__dirname, 'citus-stand-in');
/** Errors of a server that has no such setting, or does not let this role set it. */
const CANNOT_SET = new Set(['42704', '42501']);
const AVAILABLE = "SELECT FROM pg_available_extensions WHERE name = 'citus'";

/** The `citus` extension on the server of the tests: the real one, the stand-in, or none. */
export type CitusKind = 'real' | 'stand-in' | 'none';

/** The kind that {@link findCitus} has found. */
export function citusKind(): CitusKind {
  const kind = process.env.TEST_CITUS;
  return kind === 'real' || kind === 'stand-in' ? kind : 'none';
}

/** Finds out for all specs whether the server has Citus, or takes the stand-in of this folder (PostgreSQL 18, same machine, superuser). */
export async function findCitus(url: string): Promise<void> {
  process.env.TEST_CITUS = await connected(url, async (client): Promise<CitusKind> => {
    if ((await client.query(AVAILABLE)).rowCount !== 0) return 'real';
    try {
      return await withStandIn(client, async () =>
        (await client.query(AVAILABLE)).rowCount === 0 ? 'none' : 'stand-in',
      );
    } catch (error) {
      if (error instanceof Error && 'code' in error && CANNOT_SET.has(String(error.code))) return 'none';
      throw error;
    }
  });
}

/** A database with the `citus` extension. */
export interface CitusDatabase {
  newSchema(): Promise<PostgresSchema>;
  drop(): Promise<void>;
}

/** Creates a separate database: in the shared one the tables of other specs would be distributed as well. */
export async function newCitusDatabase(): Promise<CitusDatabase> {
  const url = testDatabaseUrl();
  const name = `test_${randomBytes(6).toString('hex')}`;
  await connected(url, (client) => client.query(`CREATE DATABASE ${name}`));
  const own = new URL(url);
  own.pathname = `/${name}`;
  await connected(own.href, async (client) => {
    const create = () => client.query('CREATE EXTENSION citus');
    await (citusKind() === 'real' ? create() : withStandIn(client, create));
  });
  return {
    newSchema: () => newPostgresSchema(own.href),
    drop: async () => {
      await connected(url, (client) => client.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

/** Puts the stand-in into a folder that the user of the server may read, and tells the server of it. */
async function withStandIn<T>(client: Client, work: () => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'roster-citus-'));
  try {
    cpSync(STAND_IN, folder, { recursive: true });
    for (const path of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
      chmodSync(join(folder, path), 0o755);
    await client.query(`SET extension_control_path = '${folder}:$system'`);
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function connected<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
