import type { CustomerEdit } from '../../server/domain/customer/customer-repository.js';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import { noCounts } from '../../server/domain/ingestion/ingestion.js';
import { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { BatchBuilder } from '../../server/ingestion/folding/batch-builder.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { DISTRIBUTED_TABLES, MIGRATIONS } from '../../server/storage/postgres/database/schema.js';
import { FlakyProxy } from '../support/flaky-proxy.js';
import { allCustomers, attributes, event, ingestLines, shown, UPDATED } from '../support/messages.js';
import {
  newPostgresSchema,
  newRestrictedDatabase,
  testDatabaseUrl,
  type PostgresSchema,
} from '../support/postgres-schema.js';
import { until } from '../support/until.js';

const NOW = 1_600_000_000;
const FILE = { name: 'a', path: '/a', size: 1, fingerprint: 'f' };

let schema: PostgresSchema;
const opened: PostgresStorage[] = [];

/** A Roster process, as far as the database can tell. */
async function process(url = schema.url): Promise<PostgresStorage> {
  const storage = await openPostgres({ url, connections: 4 });
  opened.push(storage);
  return storage;
}

beforeEach(async () => {
  schema = await newPostgresSchema();
});
afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close();
  await schema.drop();
});

const append: CustomerEdit = (state, current) => {
  const list = current ? (JSON.parse(current.attributes) as { list: string }).list : '';
  patchAttributes(state, [{ name: 'list', value: JSON.stringify(`${list}x`) }], NOW * 1000);
};

describe('the tables', () => {
  it('are made once when several processes start at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => process()));
    expect(await schema.query('SELECT count(*)::int AS migrations FROM roster_migrations')).toEqual([
      { migrations: MIGRATIONS.length },
    ]);
    const keys = await Promise.all(opened.map(({ customers }) => customers.identityKey()));
    for (const key of keys) expect(key).toEqual(keys[0]);
  });

  it('of a newer Roster are left alone', async () => {
    await process();
    await schema.query(`INSERT INTO roster_migrations VALUES (${MIGRATIONS.length + 1}, now())`);
    await expect(process()).rejects.toThrow(/written by a newer Roster \(schema \d+, this one knows \d+\)/);
  });

  it('of a customer are keyed by its id first, and refer to no other', async () => {
    await process();
    const keys = await schema.query(`
      SELECT c.relname AS table, a.attname AS first FROM pg_index i
      JOIN pg_class c ON c.oid = i.indrelid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
      WHERE c.relnamespace = current_schema()::regnamespace AND i.indisunique
        AND EXISTS (SELECT FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attname = 'customer_id')`);
    // Tables of few rows, which stay on the coordinator.
    const few: unknown[] = ['erasing', 'notes', 'label_edits'];
    const spread = keys.filter(({ table }) => !few.includes(table));
    expect(new Set(spread.map(({ table }) => table))).toEqual(new Set(DISTRIBUTED_TABLES));
    expect(new Set(spread.map(({ first }) => first))).toEqual(new Set(['customer_id']));
    const references =
      "SELECT FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace";
    expect(await schema.query(references)).toEqual([]);
  });
});

describe('tests', () => {
  it('write only to a database that is for tests', () => {
    const url = global.process.env.TEST_DATABASE_URL;
    global.process.env.TEST_DATABASE_URL = 'postgres://db.example/production';
    try {
      expect(testDatabaseUrl).toThrow(/names the database "production"/);
    } finally {
      global.process.env.TEST_DATABASE_URL = url;
    }
  });
});

describe('a line that is cut', () => {
  let proxy: FlakyProxy;

  beforeEach(async () => {
    proxy = await FlakyProxy.start(schema.url);
  });
  afterEach(() => proxy.close());

  it.each([
    ['before', 'lock_customer'],
    ['before', 'COMMIT'],
    ['after', 'COMMIT'],
  ] as const)('%s %s changes nothing twice', async (when, text) => {
    const { customers } = await process(proxy.url);
    await customers.change('1', append, UPDATED);
    proxy.cutAt(text, when);
    expect(shown(await customers.change('1', append, UPDATED))).toMatchObject({ attributes: { list: 'xx' } });
    expect(proxy.cuts).toBe(1);
    expect(shown(await customers.get('1'))).toMatchObject({ attributes: { list: 'xx' } });
    proxy.cutAll();
    expect(shown(await customers.get('1'))).toMatchObject({ attributes: { list: 'xx' } });
  });

  it.each([
    ['before', 'COPY customers'],
    ['after', 'COPY applied_messages'],
    ['before', 'COMMIT'],
    ['after', 'COMMIT'],
  ] as const)('%s %s of an ingestion counts nothing twice', async (when, text) => {
    const storage = await process(proxy.url);
    const source = [
      event({ id: 'e', user_id: 'a' }),
      attributes({ a: 1 }, { user_id: 'b' }),
      event({ id: 'e', user_id: 'a' }),
    ];
    const begin = storage.ingestions.begin.bind(storage.ingestions);
    storage.ingestions.begin = async (file) => {
      const ingestion = await begin(file);
      proxy.cutAt(text, when);
      return ingestion;
    };
    const report = await ingestLines(storage, source);
    expect(proxy.cuts).toBe(1);
    expect(report).toMatchObject({ lines: 3, events: 1, attributes: 1, duplicates: 1, customers: 2 });
    expect(await allCustomers(storage.customers)).toMatchObject([
      { id: 'a', events: { page: 1 } },
      { id: 'b', attributes: { a: 1 } },
    ]);
  });
});

describe('a database that stands still', () => {
  it('is given up, though no connection breaks', async () => {
    await process();
    const proxy = await FlakyProxy.start(schema.url);
    const database = new PostgresDatabase({ url: proxy.url, connections: 1 });
    const kind = { patienceMs: 10, lockTimeout: '1s', mostMs: 200 };
    const stalled = proxy.stallAt('SELECT 1');
    const write = database.write(kind, (client) => client.query('SELECT 1'));
    await stalled;
    await expect(write).rejects.toMatchObject({ code: 'storage_unavailable' });
    expect(await database.write(kind, async () => 'again')).toBe('again');
    await database.close();
    await proxy.close();
  });
});

describe('a transaction', () => {
  it.each(['40001', '40P01'])(
    'that has to give way to another one (%s) is done again, and counts once',
    async (code) => {
      const storage = await process();
      // Sequences stay where they are when a transaction is rolled back.
      await schema.query(`
      CREATE SEQUENCE attempts;
      CREATE FUNCTION give_way() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF nextval('attempts') % 3 <> 0 THEN RAISE EXCEPTION 'busy' USING ERRCODE = '${code}'; END IF;
          RETURN NULL;
        END $$;
      CREATE TRIGGER give_way AFTER INSERT ON customers FOR EACH STATEMENT EXECUTE FUNCTION give_way()`);
      const report = await ingestLines(storage, [event({ id: 'e' }), event({ id: 'e' }), event()]);
      expect(report).toMatchObject({ events: 2, duplicates: 1, customers: 1 });
      await storage.customers.change('new', append, UPDATED);
      expect(shown(await storage.customers.change('new', append, UPDATED))).toMatchObject({
        attributes: { list: 'xx' },
      });
      expect(await schema.query('SELECT last_value::int AS attempts FROM attempts')).toEqual([{ attempts: 9 }]);
    },
  );
});

describe('several processes', () => {
  it('ingest the same customers at once without a deadlock, and each message once', async () => {
    // Deadlocks of other specs count in the database that they share.
    await schema.drop();
    schema = await newRestrictedDatabase();
    const [a, b] = [await process(), await process()];
    const lines = Array.from({ length: 3_000 }, (_, i) =>
      event({ id: `m${i}`, user_id: `${(i * 7919) % 1000}`, name: `n${i % 3}` }),
    );
    const reports = await Promise.all([
      ingestLines(a, lines),
      ingestLines(b, lines.toReversed()),
      ingestLines(a, lines.slice(1_000)),
      ...Array.from({ length: 20 }, (_, i) => (i % 2 ? a : b).customers.change(String(i), append, UPDATED)),
    ]).then((ends) => ends.slice(0, 3) as Awaited<ReturnType<typeof ingestLines>>[]);
    expect(reports.reduce((sum, { events }) => sum + events, 0)).toBe(3_000);
    expect(reports.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(5_000);
    const page = await a.customers.page(0, 10_000);
    expect(page.total).toBe(1_000);
    const counts = page.customers.map(({ events }) => Object.values(JSON.parse(events) as Record<string, number>));
    expect(counts.flat().reduce((sum, count) => sum + count, 0)).toBe(3_000);
    const deadlocks = 'SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()';
    expect(await schema.query(deadlocks)).toEqual([{ deadlocks: 0 }]);
  });

  it('see what the others have just written, also in deep pages', async () => {
    const [a, b] = [await process(), await process()];
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => (i % 2 ? a : b).customers.change(`c${i + 10}`, append, UPDATED)),
    );
    for (const storage of [a, b]) {
      expect(await storage.customers.page(38, 5)).toMatchObject({
        total: 40,
        customers: [{ id: 'c48' }, { id: 'c49' }],
      });
    }
    await ingestLines(
      a,
      Array.from({ length: 5_000 }, (_, i) => event({ user_id: String(i) })),
    );
    expect(await b.customers.page(5_039, 9)).toMatchObject({ total: 5_040, customers: [{ id: 'c49' }] });
    await a.customers.change('0', (state) => (state.exists = false), UPDATED);
    expect(await b.customers.page(0, 1)).toMatchObject({ total: 5_039, customers: [{ id: '1' }] });
    expect(await schema.query('SELECT count(*) > 5 AS split, sum(customers)::int FROM customer_ranges')).toEqual([
      { split: true, sum: 5_040 },
    ]);
  });

  it('take over the ingestion of one that is gone, and keep that one out', async () => {
    const [a, b] = [await process(), await process()];
    const { id } = await a.ingestions.begin(FILE);
    expect(await b.ingestions.runOf(FILE)).toBe('running');
    // The connections of "a" break, as those of a machine that is cut off; it does not know yet.
    await schema.query(`
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity JOIN pg_locks USING (pid)
      WHERE locktype = 'advisory' AND objid = (SELECT owner FROM ingestions)::bigint::oid`);
    await until(async () => !(await b.ingestions.runOf(FILE)));
    expect(await b.ingestions.begin(FILE)).toMatchObject({ id, state: 'running' });

    const batch = new FoldedBatch(new BatchBuilder(await a.customers.identityKey()).finish(true));
    const checkpoint = { ingestionId: id, counts: { ...noCounts(), lines: 1, blank: 1 }, rejects: [] };
    await expect(a.customers.apply([batch], checkpoint)).rejects.toThrow(/taken over ingestion/);
    expect(await a.ingestions.finish(id, { state: 'failed', failure: 'taken over' })).toMatchObject({
      state: 'running',
    });
    await b.customers.apply([batch], checkpoint);
    expect(await b.ingestions.finish(id, { state: 'done' })).toMatchObject({ state: 'done', counts: { lines: 1 } });
  });

  it('take over when the lease has ended, though the connection stands', async () => {
    const [a, b] = [await process(), await process()];
    const { id } = await a.ingestions.begin(FILE);
    await schema.query("UPDATE ingestions SET lease_until = now() - interval '1 second'");
    expect(await b.ingestions.runOf(FILE)).toBeUndefined();
    await a.ingestions.keepAlive(id);
    expect(await b.ingestions.runOf(FILE)).toBe('running');
  });
});
