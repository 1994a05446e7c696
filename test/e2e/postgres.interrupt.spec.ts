import { Client } from 'pg';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { CliProcess, ingest } from '../support/cli-process.js';
import { stateOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { event } from '../support/messages.js';
import { PostgresServer } from '../support/postgres-server.js';
import { until } from '../support/until.js';

/** The longest time until the end after a signal. Usually it takes a second or two. */
const SOON_MS = 15_000;
const HALF = 2_000;
const lines = Array.from({ length: 2 * HALF }, (_, at) => event({ id: `e${at}`, user_id: String(at % 50) }));

describe('interrupted over PostgreSQL,', () => {
  const folder = temporaryFolder();
  const half = join(folder.path, 'half.jsonl');
  const whole = join(folder.path, 'whole.jsonl');
  let postgres: PostgresServer;

  beforeAll(async () => {
    writeFileSync(half, lines.slice(0, HALF).join('\n'));
    writeFileSync(whole, lines.join('\n'));
    postgres = await PostgresServer.start();
  });
  afterAll(async () => {
    await postgres.stop();
    folder.remove();
  });

  it.each<[what: string, leave: () => Promise<void>, comeBack: () => Promise<void>]>([
    ['stands still', () => postgres.freeze(), async () => postgres.thaw()],
    ['is away', () => postgres.crash(), () => postgres.run()],
  ])(
    'an ingestion whose database %s ends at the first signal, says what is kept, and counts nothing twice when it goes on',
    async (what, leave, comeBack) => {
      const name = what.replace(' ', '_');
      const direct = new Client({ connectionString: postgres.url });
      direct.on('error', () => undefined);
      await direct.connect();
      await direct.query(`CREATE DATABASE ${name}`);
      const url = postgres.url.replace(/\/postgres$/, `/${name}`);
      const env = { DATABASE_URL: url };
      const before = await ingest([half], { env });
      const locks = new Client({ connectionString: url });
      locks.on('error', () => undefined);
      await locks.connect();
      await locks.query('BEGIN; SELECT FROM customers FOR UPDATE');
      const process = CliProcess.start(['ingest', '--json', whole], { env });
      await until(
        async () => (await direct.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).rowCount === 1,
      );

      await leave();
      const since = performance.now();
      const { code, stdout, stderr } = await process.end('SIGINT');
      expect(performance.now() - since).toBeLessThan(SOON_MS);
      expect(code).toBe(130);
      expect(JSON.parse(stdout)).toMatchObject({ source: whole, lines: 0, events: 0 });
      const [first, second] = stderr.split('\n');
      expect(first).toMatch(/^Stopped\. The database does not answer: .+ Try again when it is back\.$/);
      expect(second).toBe(
        `At least the first 0 lines of ${whole} are kept. Run the same command again: it goes on from there, and nothing counts twice.`,
      );

      await comeBack();
      await locks.end();
      await direct.end();
      const after: IngestionReport = await ingest([whole], { env });
      expect([before.events, after.events, after.duplicates, after.lines]).toEqual([HALF, HALF, HALF, 2 * HALF]);
      const { customers, ingestions } = await stateOf(url);
      expect(ingestions.map(({ state }) => state)).toEqual(['done', 'done']);
      const counted = customers.map((customer) => (JSON.parse(customer) as { events: { page: number } }).events.page);
      expect(counted).toEqual(counted.map(() => (2 * HALF) / 50));
    },
  );

  it('an ingestion whose database has not answered yet ends at once', async () => {
    await postgres.freeze();
    const proxy = await FlakyProxy.start(postgres.url);
    const process = CliProcess.start(['ingest', whole], { env: { DATABASE_URL: proxy.url } });
    await until(async () => proxy.lines > 0);
    expect(await process.end('SIGTERM')).toMatchObject({
      code: 130,
      stdout: '',
      stderr: 'Stopped before the database was open. Nothing was read.\n',
    });
    await proxy.close();
    postgres.thaw();
  });

  it('a migration that waits for another one ends at the first signal and says that nothing is half done', async () => {
    const direct = new Client({ connectionString: postgres.url });
    await direct.connect();
    await direct.query('CREATE DATABASE migrated');
    const other = new Client({ connectionString: postgres.url.replace(/\/postgres$/, '/migrated') });
    await other.connect();
    await other.query('BEGIN; SELECT pg_advisory_xact_lock(5021977)');
    const process = CliProcess.start(['migrate'], {
      env: { DATABASE_URL: postgres.url.replace(/\/postgres$/, '/migrated') },
    });
    await until(
      async () => (await direct.query("SELECT FROM pg_stat_activity WHERE wait_event = 'advisory'")).rowCount === 1,
    );
    const { code, stdout, stderr } = await process.end('SIGINT');
    expect([code, stdout, stderr]).toEqual([
      130,
      '',
      'Stopped. Nothing is half done: run the same command again, and it does what is left.\n',
    ]);
    expect((await other.query("SELECT FROM pg_tables WHERE tablename = 'customers'")).rowCount).toBe(0);
    await other.end();
    await direct.end();
  });
});
