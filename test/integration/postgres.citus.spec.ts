import { Client } from 'pg';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import { newestTimestamp, withDefaults } from '../../server/generation/generate.command.js';
import { MessageStream } from '../../server/generation/message-stream.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { copyContents } from '../../server/storage/copy/copier.js';
import { MigrateCommand } from '../../server/storage/migrate.command.js';
import { openContents } from '../../server/storage/open-contents.js';
import { migrate } from '../../server/storage/postgres/database/migrate.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { DISTRIBUTED_TABLES, MIGRATIONS } from '../../server/storage/postgres/database/schema.js';
import { describeAudit } from '../contracts/audit.contract.js';
import { describeLoginTries } from '../contracts/login-tries.contract.js';
import { describeCustomerSearch } from '../contracts/customer-search.contract.js';
import { describeLog } from '../contracts/log.contract.js';
import { describeLiveMessages } from '../contracts/live-messages.contract.js';
import { describeWithin } from '../contracts/within.contract.js';
import { describeRepository } from '../contracts/repository.contract.js';
import { refusedStatements, unpreparedCopies, watchStatements } from '../support/citus-refusals.js';
import { citusKind, newCitusDatabase, type CitusDatabase } from '../support/citus.js';
import { postgresEngines } from '../support/engine.js';
import { allCustomers, attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';
import { describeHistoryAndOverview } from '../contracts/history-and-overview.contract.js';

const NOW = 1_600_000_000;
/** The last schema without the tables of the log. */
const BEFORE_THE_LOG = 10;
const ALL = { filters: [], sort: 'id', order: 'asc' } as const;
const TABLES = DISTRIBUTED_TABLES.map((table) => `'${table}'`).join();
/** Says whether the tables lie beside each other, too. */
const DISTRIBUTED = `SELECT c.relname AS table, count(*) OVER (PARTITION BY p.colocationid)::int AS beside
  FROM pg_dist_partition AS p JOIN pg_class AS c ON c.oid = p.logicalrelid
  WHERE c.relnamespace = current_schema()::regnamespace AND p.partmethod = 'h'`;
const INDEXES = `SELECT indexname AS name, replace(indexdef, 'ON ONLY', 'ON') AS definition FROM pg_indexes
  WHERE schemaname = current_schema() AND tablename IN (${TABLES}) ORDER BY 1`;
const COLUMNS = `SELECT table_name, column_name, column_default, is_nullable, data_type, collation_name FROM information_schema.columns
  WHERE table_schema = current_schema() AND table_name IN (${TABLES}) ORDER BY table_name, ordinal_position`;

const KIND = citusKind();
let citus: CitusDatabase;
const opened: PostgresStorage[] = [];

afterEach(async () => {
  for (const storage of opened.splice(0)) await storage.close();
});

async function open({ url }: PostgresSchema): Promise<PostgresStorage> {
  const storage = await openPostgres({ url, connections: 4 });
  opened.push(storage);
  return storage;
}

/** Returns the output of `npm run roster -- migrate`. */
async function migrateCommand({ url }: PostgresSchema): Promise<string> {
  const before = process.env.DATABASE_URL;
  process.env.DATABASE_URL = url;
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await new MigrateCommand().run();
    return stdout.mock.calls.flat().join('');
  } finally {
    stdout.mockRestore();
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
  }
}

async function distribute({ url }: PostgresSchema): Promise<readonly string[]> {
  const database = new PostgresDatabase({ url, connections: 1 });
  try {
    return (await migrate(database, true)).distributed;
  } finally {
    await database.close();
  }
}

async function newDistributed(): Promise<PostgresSchema> {
  const schema = await citus.newSchema();
  await distribute(schema);
  return schema;
}

/** All that a reader sees. */
async function contentsOf({ customers, search, history, overview }: PostgresStorage): Promise<unknown> {
  const all = await allCustomers(customers);
  const found = await search.search({ ...ALL, search: 'ann' }, 0, 1_000);
  return { all, found, history: await history.page('7', undefined, 9), overview: await overview.read() };
}

describe('migrate without citus', () => {
  it('distributes nothing', async () => {
    const schema = await newPostgresSchema();
    expect(await migrateCommand(schema)).toMatch(/^Migrated from schema 0 to \d+\.\n$/);
    await schema.drop();
  });
});

if (KIND === 'none') describe.skip('with citus, which the server of TEST_DATABASE_URL does not take', withCitus);
else {
  describe(`with citus (${KIND})`, withCitus);
  // After the schemas of the engines, which are dropped by a hook of the file, too.
  afterAll(() => citus.drop());
}

function withCitus(): void {
  beforeAll(async () => {
    citus = await newCitusDatabase();
    watchStatements();
  });
  afterEach(() => {
    expect(refusedStatements()).toEqual([]);
    expect(unpreparedCopies()).toEqual([]);
  });

  describe('migrate', () => {
    it('distributes the tables of customers once, beside each other, and says so', async () => {
      const schema = await citus.newSchema();
      const names = DISTRIBUTED_TABLES.join(', ');
      expect(await migrateCommand(schema)).toMatch(
        new RegExp(`^Migrated from schema 0 to \\d+\\. Distributed: ${names}\\.\\n$`),
      );
      const tables = DISTRIBUTED_TABLES.map((table) => ({ table, beside: DISTRIBUTED_TABLES.length }));
      expect(new Set(await schema.query(DISTRIBUTED))).toEqual(new Set(tables));
      expect(await migrateCommand(schema)).toMatch(/^The tables are up to date \(schema \d+\)\.\n$/);
      expect(new Set(await schema.query(DISTRIBUTED))).toEqual(new Set(tables));
    });

    it('distributes them in a database with distributed tables of another program', async () => {
      const schema = await citus.newSchema();
      await schema.query('CREATE TABLE orders (customer text PRIMARY KEY)');
      await schema.query("SELECT create_distributed_table('orders', 'customer', colocate_with => 'none')");
      expect(await distribute(schema)).toEqual(DISTRIBUTED_TABLES);
      const beside = DISTRIBUTED_TABLES.length;
      expect(await schema.query(DISTRIBUTED)).toEqual(
        expect.arrayContaining([
          { table: 'orders', beside: 1 },
          { table: 'customers', beside },
        ]),
      );
      // No other schema of this database comes beside it.
      await schema.query('DROP TABLE orders');
    });

    it('distributes them once when several do it at once', async () => {
      const schema = await citus.newSchema();
      const done = await Promise.all(Array.from({ length: 4 }, () => distribute(schema)));
      expect(done.flat()).toEqual(DISTRIBUTED_TABLES);
    });

    it('distributes the tables that come new to distributed ones, also when a server opens them', async () => {
      const schema = await citus.newSchema();
      for (const statements of MIGRATIONS.slice(0, BEFORE_THE_LOG))
        for (const statement of [statements].flat()) await schema.query(statement);
      await schema.query(
        `CREATE TABLE roster_migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL);
         INSERT INTO roster_migrations VALUES (${BEFORE_THE_LOG}, now());
         INSERT INTO meta VALUES ('identity_key', '${'00'.repeat(16)}')`,
      );
      const [first, ...others] = DISTRIBUTED_TABLES.filter(
        (table) => !table.startsWith('log_') && table !== 'event_times',
      );
      await schema.query(`SELECT create_distributed_table('${first}', 'customer_id', colocate_with => 'none')`);
      for (const table of others)
        await schema.query(`SELECT create_distributed_table('${table}', 'customer_id', colocate_with => '${first}')`);
      await open(schema);
      const beside = DISTRIBUTED_TABLES.length;
      expect(new Set(await schema.query(DISTRIBUTED))).toEqual(
        new Set(DISTRIBUTED_TABLES.map((table) => ({ table, beside }))),
      );
    });

    it('keeps customers that are there, indexes, columns and defaults', async () => {
      const schema = await citus.newSchema();
      const lines = Array.from({ length: 300 }, (_, i) => [
        attributes({ email: `ann${i}@x.org` }, { id: `a${i}`, user_id: i % 3 ? `${i}` : `x${i}` }),
        event({ id: `e${i}`, user_id: `${i}` }),
      ]).flat();
      const before = await open(schema);
      await ingestLines(before, lines);
      const edit = (storage: PostgresStorage, value: string) =>
        storage.customers.change(
          '7',
          (state) => patchAttributes(state, [{ name: 'plan', value: `"${value}"` }], NOW * 1000),
          UPDATED,
        );
      await edit(before, 'free');
      const [contents, indexes, columns] = [
        await contentsOf(before),
        await schema.query(INDEXES),
        await schema.query(COLUMNS),
      ];

      expect(await distribute(schema)).toEqual(DISTRIBUTED_TABLES);
      expect(await schema.query(INDEXES)).toEqual(indexes);
      expect(await schema.query(COLUMNS)).toEqual(columns);
      // One that was opened before, and one that was not.
      for (const storage of [before, await open(schema)]) expect(await contentsOf(storage)).toEqual(contents);
      expect(await ingestLines(before, lines)).toMatchObject({ duplicates: 600, customers: 0 });
      await edit(before, 'pro');
      expect(await before.history.page('7', undefined, 9)).toMatchObject({ entries: [{ id: 2 }, { id: 1 }] });
      if (KIND === 'stand-in') {
        const pieces = `SELECT count(DISTINCT tableoid) > 1 AS spread FROM`;
        for (const table of ['customers', 'applied_messages', 'customer_search'])
          expect(await schema.query(`${pieces} ${table}`)).toEqual([{ spread: true }]);
      }
    });
  });

  describe('create_distributed_table', () => {
    let schema: PostgresSchema;
    beforeAll(async () => {
      schema = await newDistributed();
    });

    it.each([
      [
        'a key without the column',
        'CREATE TABLE t (customer_id text, id bigint PRIMARY KEY)',
        /cannot create constraint on "t"/,
      ],
      [
        'such an index',
        'CREATE TABLE t (customer_id text, id bigint); CREATE UNIQUE INDEX ON t (id)',
        /cannot create constraint on "t"/,
      ],
      ['no such column', 'CREATE TABLE t (id bigint)', /column "customer_id" of relation "t" does not exist/],
      ['a column of another type', 'CREATE TABLE t (customer_id bigint)', /cannot colocate tables customers and t/],
      [
        'a child',
        'CREATE TABLE p (customer_id text); CREATE TABLE t () INHERITS (p)',
        /t is not a regular, foreign or partitioned table/,
      ],
      ['a temporary table', 'CREATE TEMP TABLE t (customer_id text)', /cannot distribute a temporary table/],
      ['one that is distributed', 'ALTER TABLE history RENAME TO t', /table "t" is already distributed/],
      [
        'a reference to a local table',
        'CREATE TABLE o (id text PRIMARY KEY); CREATE TABLE t (customer_id text REFERENCES o)',
        /referenced table "o" must be a distributed table or a reference table/,
      ],
      [
        'a trigger',
        'CREATE TABLE t (customer_id text); CREATE TRIGGER x BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()',
        /cannot distribute relation "t" because it has triggers/,
      ],
    ])('does not take %s', async (_, table, refusal) => {
      const client = new Client({ connectionString: schema.url });
      await client.connect();
      try {
        await client.query('BEGIN');
        await client.query(table);
        const call = "SELECT create_distributed_table('t', 'customer_id', colocate_with => 'customers')";
        await expect(client.query(call)).rejects.toThrow(refusal);
      } finally {
        // Nothing of it is kept.
        await client.end();
      }
    });

    it('is not followed by a change of the table in a query with other statements', async () => {
      await expect(schema.query('ALTER TABLE history RENAME TO t; SELECT 1')).rejects.toThrow(
        /cannot (?:execute multiple utility events|insert multiple commands into a prepared statement)/,
      );
    });
  });

  it('is ready only while every shard answers', async () => {
    const schema = await newDistributed();
    const storage = await open(schema);
    expect(await storage.unreachable()).toBeUndefined();
    const client = new Client({ connectionString: schema.url });
    await client.connect();
    try {
      const shards =
        "SELECT max(inhrelid::regclass::text) AS last FROM pg_inherits WHERE inhparent = 'customers'::regclass";
      const [{ last }] = (await client.query<{ last: string | null }>(shards)).rows;
      await client.query('BEGIN');
      await client.query(`LOCK TABLE ${last ?? 'customers'}`);
      const problem = 'The database does not answer: no answer within 2 s. Try again when it is back.';
      expect(await Promise.all([storage.unreachable(), storage.unreachable()])).toEqual([problem, problem]);
      await client.query('ROLLBACK');
    } finally {
      await client.end();
    }
    expect(await storage.unreachable()).toBeUndefined();
  });

  const openDistributed = postgresEngines('', newDistributed);
  describeRepository('distributed tables', openDistributed);
  describeLiveMessages('distributed tables', openDistributed);
  describeLog('distributed tables', openDistributed, 8);
  describeHistoryAndOverview('distributed tables', openDistributed);
  describeAudit('distributed tables', openDistributed);
  describeLoginTries('distributed tables', openDistributed);
  describeCustomerSearch('distributed tables', openDistributed);
  describeWithin('distributed tables', openDistributed, 5);

  it('holds what generated messages come to, as the memory does', async () => {
    const options = withDefaults({ seed: 11, count: 100, events: 1_000, dupes: 4, anon: 50, attrs: 6 });
    const lines = [...new MessageStream(options, newestTimestamp(options.seed, NOW)).chunks()]
      .join('')
      .trimEnd()
      .split('\n');
    const rough = lines.flatMap((line, i) => (i % 97 ? [line] : [line, '', '{"type":"page"}', line.slice(0, -1)]));
    const memory = openMemory();
    const distributed = await open(await newDistributed());
    // New customers alone; then known ones, some of whose messages were applied before; then nothing that is new.
    for (const part of [rough.slice(0, 330), rough.slice(260, 830), rough.slice(200), rough])
      expect(await ingestLines(distributed, part)).toEqual(await ingestLines(memory, part));
    expect(await allCustomers(distributed.customers)).toEqual(await allCustomers(memory.customers));
    expect(await distributed.overview.read()).toEqual(await memory.overview.read());
    const query = { ...ALL, search: 'a' };
    expect(await distributed.search.search(query, 20, 50)).toEqual(await memory.search.search(query, 20, 50));
    await memory.close();
  });

  it('is copied out of distributed tables and into them', async () => {
    const [from, to] = [await newDistributed(), await newDistributed()];
    const before = await open(from);
    await ingestLines(
      before,
      Array.from({ length: 700 }, (_, i) => attributes({ email: `ann${i}@x.org` }, { user_id: `${i}` })),
    );
    await before.ingestions.begin({ name: 'a', path: '/a', size: 1, fingerprint: 'f' });
    const contents = await contentsOf(before);
    await before.close();
    const [source, target] = await Promise.all([from, to].map(({ url }) => openContents({ kind: 'postgres', url })));
    await copyContents(source, target, () => undefined);
    for (const one of [source, target]) await one.close();
    expect(await contentsOf(await open(to))).toEqual(contents);
  });
}
