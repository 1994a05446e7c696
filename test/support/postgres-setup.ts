import { Client } from 'pg';
import { PostgresServer } from './postgres-server';

const DATABASE = 'roster_test';

declare global {
  var postgresOfTests: PostgresServer | undefined;
}

/** Starts one server for the specs of all projects, unless TEST_DATABASE_URL names one. */
export default async (): Promise<void> => {
  if (process.env.TEST_DATABASE_URL) return;
  const server = await PostgresServer.start();
  globalThis.postgresOfTests = server;
  const client = new Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${DATABASE}`);
  await client.end();
  process.env.TEST_DATABASE_URL = server.url.replace(/\/postgres$/, `/${DATABASE}`);
};
