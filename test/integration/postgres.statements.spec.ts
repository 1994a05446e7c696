import type { ClientBase } from 'pg';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import { copyContents } from '../../server/storage/copy/copier.js';
import { openContents } from '../../server/storage/open-contents.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { APPLY } from '../../server/storage/postgres/database/transaction-kind.js';
import { openPostgres, type PostgresStorage } from '../../server/storage/postgres/open.js';
import { refusedStatements, unpreparedCopies, watchStatements } from '../support/citus-refusals.js';
import { event, ingestLines, UPDATED } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';

/** Citus makes a COPY of it. */
const COPY = 'INSERT INTO search_pending (customer_id) SELECT name FROM meta';

let schema: PostgresSchema;
let storage: PostgresStorage;

beforeAll(watchStatements);
beforeEach(async () => {
  schema = await newPostgresSchema();
  storage = await openPostgres({ url: schema.url, connections: 1 });
});
afterEach(async () => {
  await storage.close();
  await schema.drop();
});

function linesOf(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, at) => event({ id: `e${from + at}`, user_id: `${from + at}` }));
}

function editEach(...ids: readonly string[]) {
  return storage.customers.changeEach(
    ids,
    (state) => patchAttributes(state, [{ name: 'plan', value: '"pro"' }], 1_700_000_000_000),
    UPDATED,
  );
}

it('no two statements that a connection prepares have the same name', async () => {
  const { customers, ingestions, segments, overview } = storage;
  for (const id of ['a', 'b', 'c']) {
    expect(await ingestLines(storage, [event({ id })])).toMatchObject({ events: 1 });
    expect(await segments.list()).toEqual([]);
    expect(await ingestions.list(10)).not.toEqual([]);
    expect(await customers.get('1')).toBeDefined();
    expect(await overview.read()).toBeDefined();
  }
});

describe('no transaction copies rows into shards of Citus that it has read before, and not written', () => {
  it.each([
    ['new customers', () => ingestLines(storage, linesOf(0, 4_500))],
    [
      'new and known customers',
      async () => {
        await ingestLines(storage, linesOf(0, 3_000));
        await ingestLines(storage, linesOf(1_000, 9_000));
      },
    ],
    [
      'edits, and their entries in the history',
      async () => {
        await ingestLines(storage, linesOf(0, 3));
        await editEach('1');
        await editEach('new');
        await editEach('1', '2', 'newer');
      },
    ],
    [
      'the search index',
      async () => {
        await ingestLines(storage, linesOf(0, 30));
        await storage.search.search({ search: '1', filters: [], sort: 'id', order: 'asc' }, 0, 10);
      },
    ],
    [
      'a log that begins late, is compacted, and ends',
      async () => {
        const without = await openPostgres({ url: schema.url, connections: 1, keepsLog: false });
        await ingestLines(without, [...linesOf(0, 40), ...linesOf(100, 103)]);
        await without.close();
        const messages = Array.from({ length: 200 }, (_, at) => event({ id: `m${at}`, user_id: `${at % 40}` }));
        await ingestLines(storage, messages);
        await editEach('100', '101');
        await editEach('102');
        expect(await storage.log.compact(new AbortController().signal)).toBe(false);
        expect(await storage.log.end({ entries: 1, before: undefined })).toBe(160);
        expect(await storage.log.end({ entries: 0, before: undefined })).toBe(40);
      },
    ],
    ['what a check mends', () => storage.check.mend(['customer_search', 'statistics'])],
    [
      'a copy of everything',
      async () => {
        await ingestLines(storage, linesOf(0, 30));
        await editEach('1', '2');
        const target = await newPostgresSchema();
        const both = [schema, target].map(({ url }) => openContents({ kind: 'postgres', url }));
        const [from, to] = await Promise.all(both);
        await copyContents(from, to, () => undefined);
        for (const one of [from, to]) await one.close();
        await target.drop();
      },
    ],
  ])('%s', async (_, work) => {
    unpreparedCopies();
    await work();
    expect(unpreparedCopies()).toEqual([]);
    expect(refusedStatements()).toEqual([]);
  });

  it.each([
    ['a copy after a read', ['SELECT 1 FROM customers LIMIT 1', COPY], 1],
    [
      'a copy after a read within a savepoint',
      ['SELECT 1 FROM customers LIMIT 1', 'SAVEPOINT a', 'ROLLBACK TO a', COPY],
      1,
    ],
    ['rows of a SELECT after a read', ['SELECT 1 FROM history', COPY], 1],
    ['a copy after a write', ["DELETE FROM search_pending WHERE customer_id = ''", COPY], 0],
    [
      'a copy after a write and a read',
      ['DELETE FROM search_pending', 'SELECT 1 FROM customers', 'DELETE FROM history', COPY],
      0,
    ],
    ['a copy alone', [COPY], 0],
  ])('the watch sees %s', async (_, statements, count) => {
    unpreparedCopies();
    const database = new PostgresDatabase({ url: schema.url, connections: 1 });
    const run = async (client: ClientBase): Promise<void> => {
      for (const statement of statements) await client.query(statement);
    };
    try {
      await database.write(APPLY, run);
    } finally {
      await database.close();
    }
    expect(unpreparedCopies()).toHaveLength(count);
  });
});
