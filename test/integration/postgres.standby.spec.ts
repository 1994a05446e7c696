import { Client } from 'pg';
import type { CustomerEdit } from '../../server/domain/customer/customer-repository.js';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import type { IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { allCustomers, attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { PostgresServer } from '../support/postgres-server.js';
import { until } from '../support/until.js';

/** More than those that are lost with the primary. */
const TRANSACTIONS = 30;
const TIME_OF_EDIT = 1_600_000_000_000;
const LINES = [
  attributes({ name: 'a' }, { user_id: 'a' }),
  ...['e', 'f', 'e'].map((id) => event({ id, user_id: 'a' })),
  event({ id: 'e', user_id: 'b' }),
];

/** Counts how often it was applied. */
const add: CustomerEdit = (state, current) => {
  const { edits = 0 } = current ? (JSON.parse(current.attributes) as { edits?: number }) : {};
  patchAttributes(state, [{ name: 'edits', value: String(edits + 1) }], TIME_OF_EDIT);
};

describe('a COMMIT that waits for its synchronous standby', () => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  let schema: PostgresSchema;
  let proxy: FlakyProxy;
  let storage: PostgresStorage;

  beforeAll(async () => {
    primary = await PostgresServer.start();
    standby = await primary.withStandby();
  });
  beforeEach(async () => {
    schema = await newPostgresSchema(primary.url);
    proxy = await FlakyProxy.start(schema.url);
    storage = await openPostgres({ url: proxy.url, connections: 4 });
    await storage.customers.change('a', add, UPDATED);
  });
  afterEach(async () => {
    await storage.close();
    await proxy.close();
  });
  afterAll(async () => {
    await primary.stop();
    await standby.stop();
  });

  const waiting = async (): Promise<unknown[]> =>
    query(primary, "SELECT FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'roster'");

  /** Edits a customer and ingests messages of others; both are committed by the primary alone, and stay unanswered. */
  async function leaveUnanswered(): Promise<{ answers: Promise<[report: IngestionReport, edited: unknown]> }> {
    const { ingestions } = storage;
    const begin = ingestions.begin.bind(ingestions);
    const begun = new Promise<void>((resolve) => {
      ingestions.begin = async (source) => {
        const ingestion = await begin(source);
        await standby.crash();
        resolve();
        return ingestion;
      };
    });
    const ingestion = ingestLines(storage, LINES);
    await begun;
    const edit = storage.customers.change('c', add, UPDATED);
    await until(async () => (await waiting()).length === 2);
    return { answers: Promise.all([ingestion, edit]) };
  }

  async function expectUndisturbed(report: IngestionReport): Promise<void> {
    const undisturbed = openMemory();
    await undisturbed.customers.change('a', add, UPDATED);
    await undisturbed.customers.change('c', add, UPDATED);
    expect(report).toEqual(await ingestLines(undisturbed, LINES));
    expect(await allCustomers(storage.customers)).toEqual(await allCustomers(undisturbed.customers));
    await undisturbed.close();
  }

  it('is answered when the wait is cancelled', async () => {
    const { answers } = await leaveUnanswered();
    await query(primary, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'");
    await standby.run();
    await expectUndisturbed((await answers)[0]);
  });

  it('is found when the primary dies and comes back', async () => {
    const { answers } = await leaveUnanswered();
    await primary.crash();
    await primary.run();
    await standby.run();
    await expectUndisturbed((await answers)[0]);
  });

  it('is given up after a while: whether it is kept is not known', async () => {
    const database = new PostgresDatabase({ url: schema.url, connections: 2 });
    await standby.crash();
    const write = database.write({ patienceMs: 200, lockTimeout: '1s' }, (client) =>
      client.query("INSERT INTO meta VALUES ('a', 'b')"),
    );
    await expect(write).rejects.toMatchObject({
      code: 'storage_unavailable',
      message:
        'The database has not said whether it keeps this: the commit is still under way. Look when it is back, before you try again.',
    });
    await database.close();
    await standby.run();
  });

  // The last one: the primary does not come back.
  it('is done again when a standby without it takes over, though that has given its number to another one', async () => {
    const { answers } = await leaveUnanswered();
    await primary.crash();
    await standby.run();
    await query(standby, 'SELECT pg_promote()');
    for (let i = 0; i < TRANSACTIONS; i++) await query(standby, 'SELECT pg_current_xact_id()');
    proxy.redirect(standby.url);
    await expectUndisturbed((await answers)[0]);
  });
});

async function query({ url }: PostgresServer, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}
