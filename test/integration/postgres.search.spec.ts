import { Logger } from '@nestjs/common';
import { StorageBackground } from '../../server/storage/background.module.js';
import { limitationOf, migrate } from '../../server/storage/postgres/database/migrate.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { MIGRATIONS } from '../../server/storage/postgres/database/schema.js';
import { attributes, ingestLines } from '../support/messages.js';
import { newPostgresSchema, newRestrictedDatabase, type PostgresSchema } from '../support/postgres-schema.js';
import { until } from '../support/until.js';

let schema: PostgresSchema;
let storage: PostgresStorage;

beforeEach(async () => {
  schema = await newPostgresSchema();
  storage = await openPostgres({ url: schema.url, connections: 4 });
});
afterEach(async () => {
  await storage.close();
  await schema.drop();
});

describe('the search over PostgreSQL', () => {
  const QUERY = { filters: [], sort: 'id', order: 'asc', search: 'x.org' } as const;
  const people = (count: number): string[] =>
    Array.from({ length: count }, (_, i) =>
      attributes({ email: `${i}@${i % 2 ? 'x' : 'y'}.org` }, { user_id: `${i}` }),
    );
  const selected = async (): Promise<string[]> => {
    const ids: string[] = [];
    for await (const id of storage.search.select(QUERY)) ids.push(id);
    return ids;
  };

  it('says that customers may be missing until they are indexed, but selects all of them', async () => {
    await ingestLines(storage, people(2_500));
    expect(await storage.search.search(QUERY, 0, 5)).toMatchObject({ total: 0, indexing: true });
    expect(new Set(await selected()).size).toBe(1_250);
    const failures: string[] = [];
    storage.startBackground((failure) => failures.push(failure));
    await until(async () => !(await storage.search.count(QUERY)).indexing);
    expect(await storage.search.search(QUERY, 1_248, 5)).toMatchObject({
      total: 1_250,
      customers: [{ id: '2497' }, { id: '2499' }],
    });
    // Each customer is selected once, whether it is indexed or not.
    await ingestLines(
      storage,
      Array.from({ length: 1_200 }, (_, i) => attributes({ more: 'x.org' }, { user_id: `${i}` })),
    );
    const ids = await selected();
    expect([ids.length, new Set(ids).size]).toEqual([1_850, 1_850]);
    expect(failures).toEqual([]);
  });

  it('tells exact totals of more customers than a page may have', async () => {
    await ingestLines(storage, people(20_040));
    storage.startBackground(() => undefined);
    await until(async () => !(await storage.search.count(QUERY)).indexing);
    const exact = { total: 10_020, totalIsMinimum: false };
    expect(await storage.search.search(QUERY, 0, 1)).toMatchObject(exact);
    expect(await storage.search.count(QUERY)).toMatchObject(exact);
    expect(await storage.search.count({ filters: [] })).toMatchObject({ total: 20_040, totalIsMinimum: false });
  });

  it('has an index of trigrams if the extension is available', async () => {
    const [{ extensions }] = await schema.query(
      "SELECT count(*)::int AS extensions FROM pg_extension WHERE extname = 'pg_trgm'",
    );
    const indexes = await schema.query(
      "SELECT FROM pg_indexes WHERE schemaname = current_schema() AND indexdef LIKE '%(folded %gin_trgm_ops)'",
    );
    expect(indexes).toHaveLength(Number(extensions));
  });

  it('works without trigrams when the extension is refused, and says so once', async () => {
    const database = await newRestrictedDatabase();
    const warn = jest.spyOn(Logger.prototype, 'warn').mockReturnValue(undefined);
    try {
      const slow = await openPostgres({ url: database.url, connections: 4 });
      await ingestLines(slow, people(10));
      const background = new StorageBackground(slow);
      await background.onApplicationBootstrap();
      expect(await slow.search.search(QUERY, 0, 2)).toMatchObject({
        total: 5,
        customers: [{ id: '1' }, { id: '3' }],
      });
      expect(warn.mock.calls).toEqual([[expect.stringMatching(/^The extension pg_trgm is missing/)]]);
      await slow.close();
      expect(await database.query("SELECT FROM pg_extension WHERE extname = 'pg_trgm'")).toEqual([]);

      await database.query('CREATE EXTENSION pg_trgm');
      const connections = new PostgresDatabase({ url: database.url, connections: 1 });
      await migrate(connections, true);
      expect(await limitationOf(connections)).toBeUndefined();
      await connections.close();
    } finally {
      warn.mockRestore();
      await database.drop();
    }
  });

  it('reads every customer for a text that the joined values cannot decide', async () => {
    await ingestLines(storage, [
      attributes({ a: 'x\u001fy', b: 'x\u001ey' }),
      attributes({ a: 'x', b: 'y' }, { user_id: '2' }),
    ]);
    for (const search of ['x\u001fy', 'x\u001ey']) {
      expect(await storage.search.search({ ...QUERY, search }, 0, 5)).toMatchObject({
        total: 1,
        customers: [{ id: '1' }],
      });
    }
  });

  it('finds customers of a database that is older than the index', async () => {
    const old = await newPostgresSchema();
    await old.query(`${[MIGRATIONS[0]].flat().join(';')};
      CREATE TABLE roster_migrations (version integer PRIMARY KEY, applied_at timestamptz NOT NULL);
      INSERT INTO roster_migrations VALUES (1, now());
      INSERT INTO meta VALUES ('identity_key', '${'0'.repeat(32)}');
      INSERT INTO customers VALUES ('1', '0a1', '{"email":"a@x.org"}', '{}', '{"email":1}', 1, NULL, NULL)`);
    const upgraded = await openPostgres({ url: old.url, connections: 4 });
    expect(await upgraded.search.search(QUERY, 0, 5)).toMatchObject({ total: 1, customers: [{ id: '1' }] });
    await upgraded.close();
    await old.drop();
  });
});
