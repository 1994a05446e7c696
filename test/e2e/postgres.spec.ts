import { Client } from 'pg';
import { join } from 'node:path';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { CliProcess, ingest, type FailAt } from '../support/cli-process.js';
import {
  countsOf,
  firstDifference,
  ingestionsOf,
  serve,
  stateOf,
  unaccounted,
  type DatabaseState,
} from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { PostgresServer } from '../support/postgres-server.js';
import { roughLines } from '../support/rough-lines.js';
import { IS_THOROUGH } from '../support/thorough.js';
import { until } from '../support/until.js';
import { writeLines } from '../support/write-lines.js';

/** Little memory makes many checkpoints. */
const ENV = { INGEST_MEMORY_MB: '16', INGEST_WORKERS: '2' };
type Kept = 'nothing' | 'a span' | 'all';
const MORE_KILLS: readonly [FailAt, kept: readonly Kept[]][] = [
  ['transaction:begun@4', ['nothing']],
  ['apply:batch-written@2', ['nothing']],
];
/**
 * The fail points at which one ingestion is killed in turn, and what may be kept of its source then. Opening the database takes one
 * transaction, taking the ingestion up another, and telling the audit a third. On a slow machine the lease takes one in between.
 */
const KILLS: readonly [FailAt, kept: readonly Kept[]][] = [
  ...(IS_THOROUGH ? MORE_KILLS : []),
  ['transaction:before-commit@4', ['nothing']],
  ['transaction:after-commit@4', ['a span', 'nothing']],
  ['ingestion:before-done@1', ['all']],
];

const folder = temporaryFolder();
const database = join(folder.path, 'reference.db');
const smallDatabase = join(folder.path, 'small.db');
const ROUGH = { seed: 3, events: 2_000, customers: 500 };
/** More than the 32 MiB of a span. */
const file = join(folder.path, 'rough.data');
/** The same messages without their padding, and the first half of them. */
const small = join(folder.path, 'small.data');
const half = join(folder.path, 'half.data');
/** The result of an undisturbed ingestion into SQLite. */
let reference: DatabaseState;
let report: IngestionReport;
let schema: PostgresSchema;

beforeAll(async () => {
  writeLines(file, roughLines({ ...ROUGH, padding: 145_000 }).lines);
  const { lines } = roughLines({ ...ROUGH, padding: 0 });
  writeLines(small, lines);
  writeLines(half, lines.slice(0, lines.length / 2));
  report = await ingest([file], { env: { ...ENV, DATABASE_URL: `file:${database}` } });
  reference = await stateOf(database);
});
afterAll(() => folder.remove());
beforeEach(async () => {
  schema = await newPostgresSchema();
});
afterEach(() => schema.drop());

async function run(url: string, statement: string): Promise<number | null> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(statement)).rowCount;
  } finally {
    await client.end();
  }
}

/** Waits until a query has rows. */
async function waitsFor(url: string, query: string): Promise<void> {
  await until(async () => (await run(url, query)) !== 0);
}

/**
 * Ingests half of the file, then all of it; in the middle of a merge of that something happens to the database. What it holds in the
 * end has to be what SQLite holds.
 * @param url of the database, as the ingestions see it
 */
async function ingestAcross(postgres: PostgresServer, url: string, event: () => Promise<void>): Promise<void> {
  const env = { ...ENV, DATABASE_URL: url };
  const before = await ingest([half], { env });
  const lockCustomers = new Client({ connectionString: postgres.url });
  lockCustomers.on('error', () => undefined);
  await lockCustomers.connect();
  await lockCustomers.query('BEGIN; SELECT FROM customers FOR UPDATE');
  const process = CliProcess.start(['ingest', '--json', small], { env });
  // It is in the middle of its transaction then.
  await waitsFor(postgres.url, "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
  await event();
  const { code, stderr, stdout } = await process.ended;
  expect([code, stderr]).toEqual([0, '']);
  const after = JSON.parse(stdout) as IngestionReport;
  expect(before.events + after.events).toBe(report.events);
  expect(before.attributes + after.attributes).toBe(report.attributes);
  const { customers } = await stateOf(url);
  expect(firstDifference(customers, reference.customers)).toBeUndefined();
}

describe('PostgreSQL', () => {
  it('holds what SQLite holds, wherever an ingestion is killed', async () => {
    const { url } = schema;
    const env = { ...ENV, DATABASE_URL: url };
    for (const [killAt, kept] of KILLS) {
      const { signal } = await CliProcess.run(['ingest', '--json', file], { env, killAt });
      const [{ lines }] = (await stateOf(url)).ingestions;
      expect([killAt, signal]).toEqual([killAt, 'SIGKILL']);
      expect(kept).toContain(lines === report.lines ? 'all' : lines > 0 ? 'a span' : 'nothing');
    }
    await ingest([file], { env });
    const { customers, ingestions } = await stateOf(url);
    expect(firstDifference(customers, reference.customers)).toBeUndefined();
    expect(ingestions.map(({ state }) => state)).toEqual(['done']);
    expect(countsOf(ingestions[0])).toEqual(countsOf(report));
    expect(ingestions.map(unaccounted)).toEqual([0]);
  });

  it('takes one file from two processes at once, and an edit through the API of a third, without counting twice', async () => {
    const { url } = schema;
    const server = await serve(url);
    try {
      const options = { env: { ...ENV, DATABASE_URL: url }, holdAt: 'ingestion:stretch-applied@1' } as const;
      const processes = [1, 2].map(() => CliProcess.start(['ingest', '--json', file], options));
      await Promise.all(processes.map((process) => process.held()));
      const created = await fetch(`${server.url}/customers`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ customer: { id: 'edited', attributes: { email: 'a@b' } } }),
      });
      expect(created.status).toBe(201);
      for (const process of processes) process.release();
      const ends = await Promise.all(processes.map(({ ended }) => ended));
      expect(ends.map(({ code, stderr }) => [code, stderr])).toEqual([
        [0, ''],
        [0, ''],
      ]);
      const [a, b] = await ingestionsOf(server.url);
      expect(a.events + b.events).toBe(report.events);
      expect(a.attributes + b.attributes).toBe(report.attributes);
      expect([unaccounted(a), unaccounted(b)]).toEqual([0, 0]);
      const { customers } = await stateOf(url);
      const others = customers.filter((customer) => !customer.startsWith('{"id":"edited"'));
      expect(customers).toHaveLength(others.length + 1);
      expect(firstDifference(others, reference.customers)).toBeUndefined();
    } finally {
      await server.stop();
    }
  });

  it('may crash and come back in the middle of a merge, which waits and is done again', async () => {
    const postgres = await PostgresServer.start();
    try {
      await ingestAcross(postgres, postgres.url, async () => {
        await postgres.crash();
        await postgres.run();
      });
    } finally {
      await postgres.stop();
    }
  });

  it('may fail over to its synchronous standby in the middle of a merge, which loses and repeats nothing', async () => {
    const primary = await PostgresServer.start();
    const standby = await primary.withStandby();
    const proxy = await FlakyProxy.start(primary.url);
    try {
      await ingestAcross(primary, proxy.url, async () => {
        await primary.crash();
        proxy.redirect(standby.url);
        // Until it is promoted it takes no writes.
        await waitsFor(standby.url, "SELECT FROM pg_stat_activity WHERE application_name = 'roster'");
        await run(standby.url, 'SELECT pg_promote()');
      });
    } finally {
      await proxy.close();
      await primary.stop();
      await standby.stop();
    }
  });

  it('takes a copy of SQLite and gives it back, whatever is killed in the middle', async () => {
    await ingest([small], { env: { ...ENV, DATABASE_URL: `file:${smallDatabase}` } });
    const proxy = await FlakyProxy.start(schema.url);
    const back = join(folder.path, 'back.db');
    try {
      const ways: [from: string, to: string, stall: string][] = [
        [`file:${smallDatabase}`, proxy.url, 'COPY applied_messages'],
        [proxy.url, `file:${back}`, 'copy_messages'],
      ];
      for (const [from, to, stall] of ways) {
        const middle = proxy.stallAt(stall);
        const killed = CliProcess.start(['copy', from, to]);
        await middle;
        expect((await killed.end('SIGKILL')).signal).toBe('SIGKILL');
        const again = proxy.stallAt(stall);
        const stopped = CliProcess.start(['copy', from, to]);
        await again;
        expect(await stopped.end('SIGINT')).toMatchObject({
          code: 130,
          stdout: '',
          stderr: 'Stopped. What is copied is kept: run the same command again, and it goes on from there.\n',
        });
        const { code, stdout, stderr } = await CliProcess.run(['copy', from, to]);
        expect([code, stderr]).toEqual([0, '']);
        expect(stdout).toMatch(/^Both databases hold the same:\n {2}ingestions .* 1\n/);
      }
    } finally {
      await proxy.close();
    }
    const before = await stateOf(smallDatabase);
    expect(firstDifference(before.customers, reference.customers)).toBeUndefined();
    expect(await stateOf(back)).toEqual(before);
    const again = await ingest([small], { env: { ...ENV, DATABASE_URL: `file:${back}` } });
    const { events, attributes, duplicates } = report;
    expect(again).toMatchObject({
      events: 0,
      attributes: 0,
      duplicates: events + attributes + duplicates,
      customers: 0,
    });
  });
});
