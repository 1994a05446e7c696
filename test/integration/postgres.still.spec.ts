import { Client } from 'pg';
import { openMemory } from '../../server/storage/memory/open.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { APPLY } from '../../server/storage/postgres/database/transaction-kind.js';
import { allCustomers, attributes, event, ingestLines } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { PostgresServer } from '../support/postgres-server.js';
import { until } from '../support/until.js';

/** After which it is asked whether the database is still there. */
const STILL_MS = 200;
const LINES = [
  attributes({ name: 'a' }, { user_id: 'a' }),
  ...['e', 'f', 'e'].map((id) => event({ id, user_id: 'a' })),
  event({ id: 'e', user_id: 'b' }),
];

describe('a PostgreSQL that stands still, while no connection breaks', () => {
  let server: PostgresServer;
  let schema: PostgresSchema;
  let storage: PostgresStorage;
  let database: PostgresDatabase;

  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  beforeEach(async () => {
    schema = await newPostgresSchema(server.url);
    const options = { url: schema.url, connections: 4, stillMs: STILL_MS };
    storage = await openPostgres(options);
    database = new PostgresDatabase(options);
  });
  afterEach(async () => {
    server.thaw();
    await database.close();
    await storage.close();
  });
  afterAll(() => server.stop());

  const waiting = async (): Promise<number> =>
    (await schema.query("SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'")).length;

  /** Number of sessions that are asleep for this time: a number of its own for each test, as a server does not notice that nobody waits any more. */
  const sleeping = async (seconds: number): Promise<number> =>
    (
      await schema.query(
        `SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND query LIKE '%pg_sleep(${seconds})%'`,
      )
    ).length;

  it('is left by a merge, which is done again once it answers, and counts once', async () => {
    await ingestLines(storage, LINES.slice(0, 2));
    const locks = new Client({ connectionString: schema.url });
    await locks.connect();
    await locks.query('BEGIN; SELECT FROM customers FOR UPDATE');
    const ingestion = ingestLines(storage, LINES);
    await until(async () => (await waiting()) === 1);
    await server.freeze();
    await new Promise((resolve) => setTimeout(resolve, 4 * STILL_MS));
    server.thaw();
    // The server has not noticed that nobody waits for the first one any more.
    await until(async () => (await waiting()) === 2);
    await locks.query('COMMIT');
    await locks.end();

    const undisturbed = openMemory();
    await ingestLines(undisturbed, LINES.slice(0, 2));
    expect(await ingestion).toEqual(await ingestLines(undisturbed, LINES));
    expect(await allCustomers(storage.customers)).toEqual(await allCustomers(undisturbed.customers));
    await undisturbed.close();
  });

  it('is not taken for one that is slow', async () => {
    const write = database.write(APPLY, (client) => client.query(`SELECT pg_sleep(${(4 * STILL_MS) / 1_000})`));
    expect((await write).rowCount).toBe(1);
  });

  it('is given up by what has waited for the whole patience', async () => {
    const write = database.write({ patienceMs: 0, lockTimeout: '1s' }, (client) => client.query('SELECT pg_sleep(60)'));
    await until(async () => (await sleeping(60)) === 1);
    await server.freeze();
    await expect(write).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: 'The database does not answer: it stands still. Try again when it is back.',
    });
  });

  it('is not waited for after a stop, by nothing', async () => {
    const stopped = new PostgresDatabase({ url: schema.url, connections: 4 });
    const snapshot = stopped.snapshot((client) => client.query('SELECT pg_sleep(61)'));
    const write = stopped.write(APPLY, (client) => client.query('SELECT pg_sleep(61)'));
    await until(async () => (await sleeping(61)) === 2);
    await server.freeze();
    const since = performance.now();
    stopped.stopWaiting();
    const unavailable = { code: 'storage_unavailable' };
    await expect(snapshot).rejects.toMatchObject(unavailable);
    await expect(write).rejects.toMatchObject(unavailable);
    await expect(stopped.read('one', 'SELECT 1')).rejects.toMatchObject(unavailable);
    await stopped.close();
    // A read that waits gives up after 10 s.
    expect(performance.now() - since).toBeLessThan(9_000);
  });

  it('keeps what is under way to its end after a stop, while it answers', async () => {
    const stopped = new PostgresDatabase({ url: schema.url, connections: 4 });
    const write = stopped.write(APPLY, (client) => client.query('SELECT pg_sleep(0.6)'));
    stopped.stopWaiting();
    expect((await write).rowCount).toBe(1);
    await stopped.close();
  });
});
