import { RejectPacker } from '../../server/domain/ingestion/reject.js';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDatabase, type Database } from '../../server/config/config.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { noCounts } from '../../server/domain/ingestion/ingestion.js';
import { FoldedBatch } from '../../server/domain/customer/folded-batch.js';
import { BatchBuilder } from '../../server/ingestion/folding/batch-builder.js';
import { copyContents } from '../../server/storage/copy/copier.js';
import type { OpenContents } from '../../server/storage/copy/contents.js';
import type { Sums } from '../../server/storage/copy/checksum.js';
import { openContents } from '../../server/storage/open-contents.js';
import { openEngine, type Storage } from '../../server/storage/open-engine.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { fillAccess, fillImports, fillSources } from '../support/access-contents.js';
import { temporaryFolder } from '../support/engine.js';
import { catchUp, indexerOf } from '../support/indexed-engine.js';
import { allCustomers, attributes, event, ingestLines, UPDATED } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';

const NOW = 1_600_000_000;
const FILE = { name: 'a', path: '/a', size: 1, fingerprint: 'f' };
const QUERY = { filters: [], sort: 'id', order: 'asc' } as const;
const IDS = ['7', 'x:1', 'gone', '1000', 'busy'];
/** Numbers beyond 32 bits, texts, more messages of one customer than a row takes, and lines to reject. */
const LINES = [
  ...Array.from({ length: 1_500 }, (_, i) =>
    event({ user_id: i % 3 ? `${i * 4_000_000_007}` : `x:${i}`, name: `n${i % 5}` }),
  ),
  ...Array.from({ length: 900 }, (_, i) => event({ user_id: 'busy', id: `b${i}` })),
  ...IDS.map((id) => attributes({ email: `${id}@x.org`, 'ключ "1"': ['é', 1.5, { n: null }] }, { user_id: id })),
  attributes({ email: null, plan: 'gold' }, { user_id: '1000' }),
  'no json',
  '{"type":"page"}',
];

const folder = temporaryFolder();
const schemas: PostgresSchema[] = [];
let files = 0;

afterAll(async () => {
  folder.remove();
  for (const schema of schemas) await schema.drop();
});

function databaseOf(url: string): Database {
  const database = parseDatabase(url);
  if (!database) throw new Error(`${url} is no database.`);
  return database;
}

const ENGINES: Readonly<Record<string, () => Promise<Database>>> = {
  sqlite: async () => databaseOf(`file:${join(folder.path, `${++files}.db`)}`),
  postgres: async () => {
    const schema = await newPostgresSchema();
    schemas.push(schema);
    return databaseOf(schema.url);
  },
};

async function using<T>(database: Database, use: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openEngine({ database, databaseConnections: 4 });
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

async function copy(
  from: Database,
  to: Database,
  change: (target: OpenContents) => void = () => undefined,
  onRows: (rows: number, total: number) => void = () => undefined,
): Promise<Sums> {
  const [source, target] = [await openContents(from), await openContents(to)];
  change(target);
  try {
    return await copyContents(source, target, onRows);
  } finally {
    await source.close();
    await target.close();
  }
}

async function fill(database: Database): Promise<void> {
  await using(database, async (storage) => {
    await ingestLines(storage, LINES);
    const { customers, ingestions, segments } = storage;
    await customers.change(
      '7',
      (state) => patchAttributes(state, [{ name: 'plan', value: '"pro"' }], NOW * 1000),
      UPDATED,
    );
    for (const id of ['gone', 'x:1']) await customers.change(id, (state) => deleteCustomer(state, NOW * 1000), UPDATED);
    await customers.change(
      'x:1',
      (state) => patchAttributes(state, [{ name: 'back', value: 'true' }], (NOW + 1) * 1000),
      UPDATED,
    );
    await segments.create({ name: 'é', query: { ...QUERY, search: 'x' } });
    const last = await segments.create({ name: 'removed', query: QUERY });
    await segments.remove(last.id);
    const { id } = await ingestions.begin(FILE);
    const [batch, counts] = [await batchOf(storage), { ...noCounts(), bytes: 1, lines: 1 }];
    const packer = new RejectPacker(Infinity);
    packer.add({ line: 1, offset: 0, reason: 'invalid_utf8', bytes: Buffer.of(0xff), isTruncated: false });
    await customers.apply([batch], { ingestionId: id, counts, rejects: packer.blocks() });
    await ingestions.finish(id, { state: 'interrupted' });
    // The oldest messages of the busy customer end in a baseline.
    await storage.log.end({ entries: 800, before: undefined });
    await fillAccess(storage.access);
    await fillSources(storage);
    await fillImports(storage);
  });
}

let filledFile: Promise<string> | undefined;

/** Makes a database that holds everything. Those of SQLite are copies of one file. */
async function filled(engine: string): Promise<Database> {
  const database = await ENGINES[engine]();
  if (database.kind === 'sqlite') {
    filledFile ??= (async () => {
      const first = join(folder.path, 'filled.db');
      await fill(databaseOf(`file:${first}`));
      return first;
    })();
    copyFileSync(await filledFile, database.path);
  } else await fill(database);
  return database;
}

/** One event of one customer. */
async function batchOf({ customers }: Storage): Promise<FoldedBatch> {
  const builder = new BatchBuilder(await customers.identityKey());
  builder.add({ type: 'event', id: 'half', userId: 'half', name: 'page', timestamp: NOW * 1000 });
  return new FoldedBatch(builder.finish(true));
}

/** The greatest moment in the log. */
async function lastMoment({ log }: Storage): Promise<number> {
  const moments = await Promise.all(
    IDS.map(async (id) => {
      const { baseline, edits } = await log.customer(id);
      const messages = await log.messages(id, { limit: 10_000 });
      return [...edits, ...messages, ...(baseline ? [baseline] : [])].map(({ moment }) => moment);
    }),
  );
  return Math.max(...moments.flat());
}

/** All that anybody can see of a database. */
async function seen({
  customers,
  ingestions,
  segments,
  history,
  log,
  overview,
  search,
  access,
  sources,
}: Storage): Promise<unknown> {
  const runs = await ingestions.list(100);
  const rejects: unknown[] = [];
  for (const { id } of runs) for await (const reject of ingestions.rejects(id)) rejects.push([id, reject]);
  // An index may still have to be built.
  const found: string[] = [];
  for await (const id of search.select({ filters: [], search: '@x.org' })) found.push(id);
  return {
    customers: await allCustomers(customers),
    deep: (await customers.page(1_490, 3)).customers,
    runs,
    rejects,
    segments: await segments.list(),
    histories: await Promise.all(IDS.map((id) => history.page(id, undefined, 100))),
    logs: await Promise.all(IDS.map((id) => log.customer(id))),
    messages: await Promise.all(IDS.map((id) => log.messages(id, { limit: 10_000 }))),
    overview: await overview.read(),
    found: found.sort(),
    access: [await access.state(), await access.users(), await access.tokens(), await access.audit({ limit: 1_000 })],
    sources: [await sources.sources(), await sources.counts(0), await sources.rejects(1, 1_000)],
  };
}

const SUMS = {
  ingestions: { count: 2 },
  customers: { count: 1_508 },
  messages: { count: 2_407 },
  history: { count: 4 },
  log_blocks: { count: 2_305 },
  log_edits: { count: 4 },
  log_baselines: { count: 1 },
  rejects: { count: 2 },
  segments: { count: 1 },
  users: { count: 2 },
  sessions: { count: 2 },
  tokens: { count: 2 },
  one_time_codes: { count: 1 },
  login_failures: { count: 130 },
  audit: { count: 20 },
  access_state: { count: 1 },
  sources: { count: 2 },
  source_counts: { count: 12 },
  source_rejects: { count: 104 },
  remembered_ids: { count: 1 },
  source_state: { count: 1 },
};

describe.each([
  ['sqlite', 'postgres'],
  ['postgres', 'sqlite'],
  ['postgres', 'postgres'],
  ['sqlite', 'sqlite'],
] as const)('a copy from %s to %s', (from, to) => {
  let [source, target] = [{} as Database, {} as Database];
  beforeAll(async () => {
    source = await filled(from);
  });
  beforeEach(async () => {
    target = await ENGINES[to]();
  });

  it('holds all that there is, and goes on where it was', async () => {
    const progress: number[] = [];
    expect(await copy(source, target, undefined, (rows, total) => progress.push(rows / total))).toMatchObject(SUMS);
    expect(progress.at(-1)).toBe(1);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const before = await using(source, seen);
    await using(target, async (storage) => {
      expect(await seen(storage)).toEqual(before);
      // A message that was applied there is a duplicate here, and a deleted customer stays deleted.
      const report = await ingestLines(storage, LINES);
      expect(report).toMatchObject({ events: 0, attributes: 0, duplicates: 2_404, stale: 2 });
      expect(await storage.customers.get('gone')).toBeUndefined();
      // An ingestion that was not done is taken up, and counts no customer twice.
      const { id, counts } = await storage.ingestions.begin(FILE);
      expect([id, counts.customers]).toEqual([2, 1]);
      const checkpoint = { ingestionId: id, counts: noCounts(), rejects: [] };
      await storage.customers.apply([await batchOf(storage)], checkpoint);
      expect(await storage.ingestions.finish(id, { state: 'done' })).toMatchObject({
        counts: { customers: 1, duplicates: 1 },
      });
      const segment = await storage.segments.create({ name: 'next', query: QUERY });
      expect(segment.id).toBe(3);
    });
  });

  it('can be copied itself, and goes on with later ids and moments than all that it holds', async () => {
    await copy(source, target);
    const second = await ENGINES[from]();
    const breakOff = (open: OpenContents): void => {
      const write = open.writer.write.bind(open.writer);
      open.writer.write = async (...args) => {
        if (args[0] === 'log_edits') throw new Error('It broke off.');
        return write(...args);
      };
    };
    await expect(copy(target, second, breakOff)).rejects.toThrow('It broke off.');
    await copy(target, second);
    for (const database of [target, second])
      await using(database, async (storage) => {
        const { check, customers, ingestions, log, segments } = storage;
        expect((await check?.run())?.filter(({ differences }) => differences > 0)).toEqual([]);
        const last = await lastMoment(storage);
        await ingestLines(storage, [event({ user_id: 'busy', id: 'later', timestamp: NOW })]);
        await customers.change(
          'busy',
          (state) => patchAttributes(state, [{ name: 'plan', value: '"late"' }], NOW * 1000),
          UPDATED,
        );
        const [message] = await log.messages('busy', { limit: 1 });
        const [edit] = (await log.customer('busy')).edits.slice(-1);
        expect(message.id).toBe('later');
        expect(message.moment).toBeGreaterThan(last);
        expect(edit.moment).toBeGreaterThan(message.moment);
        expect((await check?.run())?.filter(({ differences }) => differences > 0)).toEqual([]);
        expect((await segments.create({ name: 'next', query: QUERY })).id).toBe(3);
        expect((await ingestions.begin({ ...FILE, name: 'b', path: '/b', fingerprint: 'g' })).id).toBe(4);
      });
  });

  it('has every customer in its search index', async () => {
    await copy(source, target);
    if (target.kind === 'sqlite') {
      const database = new SqliteDatabase(target.path);
      await catchUp(indexerOf(database));
      await database.close();
    }
    await using(target, async ({ search }) => {
      const found = await search.search({ ...QUERY, sort: 'last_updated' }, 0, 1);
      expect(found).toMatchObject({ total: 1_505 });
    });
  });

  it.each([
    ['at its fourth write', (writes: number) => writes === 4],
    ['in the audit', (_writes: number, section: string) => section === 'audit'],
  ])('that broke off %s goes on, and is no database before its end', async (_when, breaks) => {
    let writes = 0;
    const breakOff = (open: OpenContents): void => {
      const write = open.writer.write.bind(open.writer);
      open.writer.write = async (...args) => {
        if (breaks(++writes, args[0])) throw new Error('It broke off.');
        return write(...args);
      };
    };
    await expect(copy(source, target, breakOff)).rejects.toThrow('It broke off.');
    await expect(using(target, seen)).rejects.toThrow(/in the middle of a copy/);
    await expect(copy(target, await ENGINES[to]())).rejects.toThrow(/itself in the middle of a copy/);
    await expect(copy(await ENGINES[from](), target)).rejects.toThrow(/in the middle of a copy from another database/);
    await copy(source, target);
    expect(await using(target, seen)).toEqual(await using(source, seen));
    await expect(copy(source, target)).rejects.toThrow(/is not empty/);
  });
});

describe('a copy', () => {
  it('is refused while somebody ingests into its source', async () => {
    const source = await ENGINES.sqlite();
    await using(source, async ({ ingestions }) => {
      await ingestions.begin(FILE);
      await expect(copy(source, await ENGINES.postgres())).rejects.toThrow(/A process ingests/);
    });
  });

  it('is not done when its source has changed meanwhile', async () => {
    const [source, target] = [await filled('sqlite'), await ENGINES.postgres()];
    const edit = (open: OpenContents): void => {
      const derive = open.writer.derive.bind(open.writer);
      open.writer.derive = async (...args) => {
        const set = [{ name: 'plan', value: '"late"' }];
        await using(source, ({ customers }) =>
          customers.change('7', (state) => patchAttributes(state, set, NOW * 1000), UPDATED),
        );
        return derive(...args);
      };
    };
    await expect(copy(source, target, edit)).rejects.toThrow(
      /not the same: customers \(not the same\), history \(5 and 4\)/,
    );
    await expect(using(target, seen)).rejects.toThrow(/in the middle of a copy/);
  });

  it('is made by one process at a time', async () => {
    const [source, target] = [await filled('sqlite'), await ENGINES.postgres()];
    const meanwhile = (open: OpenContents): void => {
      const derive = open.writer.derive.bind(open.writer);
      open.writer.derive = async (...args) => {
        await copy(source, target);
        return derive(...args);
      };
    };
    await expect(copy(source, target, meanwhile)).rejects.toThrow(/Another process copies/);
  });

  it('of a database in memory is refused', async () => {
    await expect(openContents({ kind: 'memory' })).rejects.toThrow(/gone with its process/);
  });
});
