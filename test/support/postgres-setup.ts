import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { findCitus } from './citus';
import { testDatabaseUrl } from './postgres-schema';
import { PostgresServer } from './postgres-server';

const DATABASE = 'roster_test';
/** The server may lose acknowledged commits in a crash. Specs that crash a server start their own. */
const UNSAFE = { full_page_writes: 'off', synchronous_commit: 'off' };

declare global {
  var postgresOfTests: PostgresServer | undefined;
}

/** Starts one server for the specs of all projects, unless TEST_DATABASE_URL names one, and looks for Citus there. */
export default async (): Promise<void> => {
  process.env.TEST_RUN ??= randomBytes(3).toString('hex');
  await startServer();
  await findCitus(testDatabaseUrl());
};

async function startServer(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  const server = await PostgresServer.start(UNSAFE);
  globalThis.postgresOfTests = server;
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
  process.env.TEST_DATABASE_URL = server.url.replace(/\/postgres$/, `/${DATABASE}`);
}
