import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { join } from 'node:path';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import type { LogEntry } from '../../server/domain/log/log-entry.js';
import { recordSum } from '../../server/storage/copy/checksum.js';
import { mayHave, wantedNames } from '../../server/storage/log/block-names.js';
import { openContents } from '../../server/storage/open-contents.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { LogCompactor } from '../../server/storage/sqlite/log/log-compactor.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { liveMessages } from '../contracts/live-messages.contract.js';
import { expectAgreement } from '../support/agreement.js';
import { temporaryFolder } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { expectRefolded } from '../support/refolded.js';

const ALL = { limit: 100_000 };
const NEVER = new AbortController().signal;

let folder: ReturnType<typeof temporaryFolder>;
let path: string;
let engine: ReturnType<typeof openSqlite>;

beforeEach(() => {
  folder = temporaryFolder();
  path = join(folder.path, 'roster.db');
  engine = openSqlite(path);
});
afterEach(async () => {
  await expectAgreement(engine);
  await expectRefolded(engine);
  await engine.close();
  folder.remove();
});

const messages = (): Promise<readonly LogEntry[]> => engine.log.messages('1', ALL);

async function send(lines: readonly string[]): Promise<void> {
  await engine.customers.accept(await liveMessages(engine, lines));
}

/** Lines of events at these seconds. */
function lines(name: string, seconds: readonly number[]): string[] {
  return seconds.map((second, at) =>
    event({ id: `${name} ${at}`, timestamp: TIME + second, data: { page: `/${name}/${at}` } }),
  );
}

function blocks(): {
  readonly format: number;
  readonly entries: number;
  readonly bytes: number;
  readonly span: number;
}[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const sql =
      'SELECT format, entries, length(packed) AS bytes, last_time - first_time AS span FROM log_blocks ORDER BY last_time';
    // Safe: a row has these columns.
    return database.prepare(sql).all() as never;
  } finally {
    database.close();
  }
}

async function sum(): Promise<string> {
  const contents = await openContents({ kind: 'sqlite', path });
  try {
    return await contents.snapshot((reader) => recordSum(reader));
  } finally {
    await contents.close();
  }
}

const SECONDS = fc.array(fc.nat({ max: 500 }), { minLength: 1, maxLength: 120 });

describe('the compaction of a log', () => {
  it('changes nothing that is read, at any moment of it, whatever the order of messages', () =>
    fc.assert(
      fc.asyncProperty(fc.array(SECONDS, { minLength: 1, maxLength: 12 }), async (files) => {
        await engine.log.end({ entries: 0, before: undefined });
        const other = new SqliteDatabase(path, { keepsLog: true });
        const compactor = new LogCompactor(other);
        try {
          const batch = String(Math.random());
          for (const [at, seconds] of files.entries()) {
            await send(lines(`${batch} ${at}`, seconds));
            const expected = await messages();
            while (await compactor.step()) expect(await messages()).toEqual(expected);
            const [half] = await engine.log.messages('1', { limit: 1, before: expected[expected.length >> 1] });
            expect(half).toEqual(expected[(expected.length >> 1) + 1]);
            for (const entry of [expected[0], expected[expected.length - 1]])
              expect(await engine.log.message('1', entry)).toEqual(entry);
          }
        } finally {
          await other.close();
        }
      }),
      runs(8),
    ));

  it('leaves the sum of the database, and fewer bytes', async () => {
    await ingestLines(
      engine,
      lines(
        'a',
        Array.from({ length: 400 }, (_, at) => (at * 37) % 400),
      ),
    );
    const [before, bytes] = [await sum(), blocks().reduce((all, block) => all + block.bytes, 0)];
    expect(await engine.log.compact(NEVER)).toBe(false);
    const after = blocks();
    expect(after.every(({ format }) => format === 1)).toBe(true);
    expect(after.reduce((all, block) => all + block.bytes, 0)).toBeLessThan(bytes / 4);
    expect(await sum()).toBe(before);
    expect(await engine.log.compact(NEVER)).toBe(false);
    expect(blocks()).toEqual(after);
  });

  it('packs few entries again for each new one, in blocks that seldom overlap', async () => {
    const COUNT = 3_000;
    await ingestLines(
      engine,
      lines(
        'old',
        Array.from({ length: COUNT }, (_, at) => at * 10),
      ),
    );
    await engine.log.compact(NEVER);
    const before = blocks();
    // Late messages all over the time of many old ones.
    await ingestLines(
      engine,
      lines(
        'late',
        Array.from({ length: 40 }, (_, at) => at * 700 + 5),
      ),
    );
    await engine.log.compact(NEVER);
    const kept = new Set(before.map((block) => JSON.stringify(block)));
    expect(blocks().filter((block) => kept.has(JSON.stringify(block))).length).toBeGreaterThan(before.length - 3);
    for (let file = 0; file < 12; file++) {
      await ingestLines(
        engine,
        lines(
          `late ${file}`,
          Array.from({ length: 40 }, (_, at) => at * 700 + file),
        ),
      );
      await engine.log.compact(NEVER);
    }
    const spans = blocks().filter(({ span }) => span > (COUNT * 10 * 1_000) / 10);
    expect(spans.length).toBeLessThan(12);
    expect(await messages()).toHaveLength(COUNT + 13 * 40);
  });

  it('takes no block back that was taken away meanwhile', async () => {
    await ingestLines(
      engine,
      lines(
        'a',
        Array.from({ length: 100 }, (_, at) => at),
      ),
    );
    const other = new SqliteDatabase(path);
    const compactor = new LogCompactor(other);
    // The plan is made before the writer has its turn.
    const ended = engine.log.end({ entries: 0, before: undefined });
    const step = compactor.step();
    await Promise.all([ended, step]);
    while (await compactor.step());
    expect(blocks()).toEqual([]);
    await other.close();
  });

  it('stops when it is told to', async () => {
    await ingestLines(
      engine,
      lines(
        'a',
        Array.from({ length: 100 }, (_, at) => at),
      ),
    );
    expect(await engine.log.compact(AbortSignal.abort())).toBe(true);
    expect(blocks().some(({ format }) => format === 0)).toBe(true);
  });
});

describe('a log', () => {
  it('begins with the record where a customer was there before it was kept', async () => {
    await engine.close();
    engine = openSqlite(path, {}, { keepsLog: false });
    await send([event({ id: 'a' }), attributes({ plan: 'pro' }, { id: 'b' })]);
    expect(await messages()).toEqual([]);
    await engine.close();
    engine = openSqlite(path);
    await send([event({ id: 'c', timestamp: TIME + 1 })]);
    expect((await messages()).map(({ id }) => id)).toEqual(['c']);
    const { baseline } = await engine.log.customer('1');
    expect(baseline).toMatchObject({ time: TIME * 1_000, events: new Map([['page', 1]]) });
  });

  it('ends where a customer changes while none is kept, and is not mixed with a later one', async () => {
    await send([event({ id: 'a' }), event({ id: 'x', user_id: 'other' })]);
    await engine.close();
    engine = openSqlite(path, {}, { keepsLog: false });
    await send([event({ id: 'b' })]);
    expect(await engine.log.customer('1')).toMatchObject({ exists: false });
    expect(await engine.log.customer('other')).toMatchObject({ exists: true });
    expect(await engine.log.end({ entries: 0, before: undefined })).toBe(1);
    expect(await engine.log.customer('other')).toMatchObject({ exists: false });
    await engine.close();
    engine = openSqlite(path);
    await send([event({ id: 'c' })]);
  });

  it('opens only the compacted blocks that have a name', async () => {
    const seconds = Array.from({ length: 6_000 }, (_, at) => at);
    const rare = [
      attributes({ 'r\u00e4re': 1 }, { timestamp: TIME + 3_000 }),
      event({ name: 'räre', timestamp: TIME + 10 }),
    ];
    await ingestLines(engine, [...lines('a', seconds), ...rare]);
    await engine.log.compact(NEVER);
    const found = await engine.log.messages('1', { limit: 5, name: 'räre' });
    expect(found.map(({ kind, time }) => [kind, time])).toEqual([
      ['attributes', (TIME + 3_000) * 1_000],
      ['event', (TIME + 10) * 1_000],
    ]);
    // A copy in which all other blocks cannot be read.
    const copy = join(folder.path, 'copy.db');
    const database = new DatabaseSync(path);
    database.exec(`VACUUM INTO '${copy}'`);
    database.close();
    const broken = new DatabaseSync(copy);
    // Safe: a row has these columns.
    const rows = broken.prepare('SELECT place, names FROM log_blocks').all() as { place: number; names: Uint8Array }[];
    const others = rows.filter(({ names }) => !mayHave(names, wantedNames({ name: 'räre' })));
    expect(others.length).toBeGreaterThan(rows.length * 0.8);
    const spoil = broken.prepare("UPDATE log_packed SET packed = x'00' WHERE place = ?");
    for (const { place } of others) spoil.run(place);
    broken.close();
    const reader = openSqlite(copy);
    try {
      expect(await reader.log.messages('1', { limit: 5, name: 'räre' })).toEqual(found);
      expect(await reader.log.messages('1', { limit: 5, name: 'räre', kinds: ['attributes'] })).toEqual([found[0]]);
      await expect(reader.log.messages('1', ALL)).rejects.toThrow();
    } finally {
      await reader.close();
    }
  });

  it('of a deleted customer stays', async () => {
    await send([event({ id: 'a' })]);
    await engine.customers.change('1', (state) => deleteCustomer(state, (TIME + 9) * 1_000), UPDATED);
    expect((await messages()).map(({ id }) => id)).toEqual(['a']);
    expect((await engine.log.customer('1')).edits).toMatchObject([{ kind: 'deleted', deletedAt: (TIME + 9) * 1_000 }]);
  });

  it('reads a customer of many blocks as one of few', async () => {
    const seconds = Array.from({ length: 9_000 }, (_, at) => at);
    await ingestLines(engine, lines('a', seconds));
    const edit = [{ name: 'plan', value: '"pro"' }];
    await engine.customers.change('1', (state) => patchAttributes(state, edit, (TIME + 9_000) * 1_000), UPDATED);
    expect(blocks().length).toBeGreaterThan(100);
    const found = await messages();
    expect(found.map(({ time }) => time)).toEqual(seconds.map((second) => (TIME + second) * 1_000).reverse());
    const rare = await engine.log.messages('1', { limit: 3, kinds: ['attributes'] });
    expect(rare).toEqual([]);
    const edges = [0, 1_000, 5_000, 8_999].map((second) => (TIME + second) * 1_000);
    const counted = [1_000, 4_000, 3_999].map((event) => ({ event, attributes: 0 }));
    expect(await engine.log.counts('1', { edges, afterMoment: -1 })).toEqual(counted);
    await engine.log.compact(NEVER);
    expect(await engine.log.counts('1', { edges, afterMoment: -1 })).toEqual(counted);
    expect(await messages()).toEqual(found);
    expect(await engine.log.end({ entries: 10, before: undefined })).toBe(8_990);
    expect(await messages()).toEqual(found.slice(0, 10));
  });
});
