import { compareIds } from '../../server/domain/customer/customer-id.js';
import fc from 'fast-check';
import { join } from 'node:path';
import type { Condition } from '../../server/domain/search/condition.js';
import type { CustomerQuery } from '../../server/domain/search/customer-query.js';
import { OpenRecord } from '../../server/domain/search/open-record.js';
import { CustomerScan } from '../../server/domain/search/customer-scan.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { prepareRows } from '../../server/storage/sqlite/database/statements.js';
import { temporaryFolder } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { catchUp, indexerOf, SMALL_BLOCKS } from '../support/indexed-engine.js';
import { attributes, event, ingestLines, UPDATED } from '../support/messages.js';

const NOW = 1_600_000_000;
const ALL: CustomerQuery = { filters: [], sort: 'id', order: 'asc' };

function openIndex() {
  const folder = temporaryFolder();
  const path = join(folder.path, 'roster.db');
  const storage = openSqlite(path);
  // A connection of its own, as in the thread of the indexer.
  const database = new SqliteDatabase(path);
  const set = (id: string, name: string, value: unknown) =>
    storage.customers.change(
      id,
      (state) => patchAttributes(state, [{ name, value: value === null ? null : JSON.stringify(value) }], NOW * 1000),
      UPDATED,
    );
  const ids = async (query: Partial<CustomerQuery>, offset = 0, limit = 1_000): Promise<string[]> =>
    (await storage.search.search({ ...ALL, ...query }, offset, limit)).customers.map(({ id }) => id);
  const scanned = async (query: CustomerQuery): Promise<string[]> => {
    const scan = new CustomerScan(query);
    for (const record of (await storage.customers.page(0, 10_000)).customers) scan.take(new OpenRecord(record));
    return scan.sorted();
  };
  const count = (table: string): number =>
    prepareRows<[number]>(database.reader, `SELECT count(*) FROM ${table}`).get()?.[0] ?? -1;
  const close = async (): Promise<void> => {
    await database.close();
    await storage.close();
    folder.remove();
  };
  return { ...storage, database, set, ids, scanned, count, close };
}

type Index = ReturnType<typeof openIndex>;

describe('the search index', () => {
  let index: Index;
  beforeEach(() => {
    index = openIndex();
  });
  afterEach(() => index.close());

  it('finds, counts and orders the same customers as reading all of them, however many are indexed', async () => {
    const text = fc.constantFrom('anna', 'Ann', 'anna bo', 'BO', 'x', '12', '1', 'é', 'annex');
    const name = fc.constantFrom('email', 'plan', 'created_at', 'n');
    const id = fc.constantFrom(...Array.from({ length: 40 }, (_, i) => (i % 3 ? String(i) : `id ${i}`)));
    const edit = fc.record({ id, name, value: fc.oneof(text, fc.constantFrom(1, 12, true, null, ['x'])) });
    const filter: fc.Arbitrary<Condition> = fc.oneof(
      fc.record({
        on: fc.constant('attribute'),
        name,
        is: fc.constantFrom('is', 'is_not', 'contains', 'starts_with'),
        value: text,
      }),
      fc.record({
        on: fc.constant('attribute'),
        name,
        is: fc.constantFrom('above', 'at_least', 'below', 'at_most'),
        number: fc.constantFrom('1', '11.5', '12'),
      }),
      fc.record({ on: fc.constant('attribute'), name, is: fc.constantFrom('exists', 'not_exists') }),
      fc.record({
        on: fc.constant('event'),
        name: fc.constantFrom('page', 'buy'),
        is: fc.constantFrom('at_least', 'at_most'),
        count: fc.nat(3),
      }),
      fc.record({
        on: fc.constant('last_updated'),
        seconds: fc.constantFrom({ from: -Infinity, to: NOW }, { from: NOW, to: Infinity }),
      }),
    );
    const query = fc.record(
      {
        search: text,
        ranked: fc.boolean(),
        filters: fc.array(filter, { maxLength: 2 }),
        sort: fc.constantFrom('id', 'email', 'created_at', 'last_updated'),
        order: fc.constantFrom('asc', 'desc'),
      },
      { requiredKeys: ['filters', 'sort', 'order'] },
    ) as fc.Arbitrary<CustomerQuery>;
    const round = fc.record({
      edits: fc.array(edit, { maxLength: 12 }),
      events: fc.array(fc.record({ user_id: id, name: fc.constantFrom('page', 'buy') }), { maxLength: 6 }),
      deleted: fc.array(id, { maxLength: 2 }),
      steps: fc.nat(6),
      queries: fc.array(query, { minLength: 4, maxLength: 4 }),
    });
    const indexer = indexerOf(index.database, SMALL_BLOCKS);
    await fc.assert(
      fc.asyncProperty(round, async ({ edits, events, deleted, steps, queries }) => {
        for (const { id: user, name: attribute, value } of edits) await index.set(user, attribute, value);
        if (events.length > 0)
          await ingestLines(
            index,
            events.map((members) => event(members)),
          );
        for (let step = 0; step < steps; step++) await indexer.step();
        for (const user of deleted)
          await index.customers.change(user, (state) => deleteCustomer(state, (NOW + 1) * 1000), UPDATED);
        for (const one of queries) {
          const expected = await index.scanned(one);
          expect(await index.ids(one)).toEqual(expected);
          expect(await index.ids(one, 3, 4)).toEqual(expected.slice(3, 7));
          expect(await index.search.count(one)).toEqual({
            total: expected.length,
            totalIsMinimum: false,
            indexing: false,
          });
          const selected: string[] = [];
          for await (const user of index.search.select(one)) selected.push(user);
          expect(selected.sort()).toEqual([...expected].sort());
          const inOrder = [...expected].sort(compareIds);
          expect(await index.search.walk(one, undefined, 1_000)).toEqual(inOrder);
          expect(await index.search.walk(one, inOrder[2] ?? '17', 3)).toEqual(
            inOrder.filter((user) => compareIds(user, inOrder[2] ?? '17') > 0).slice(0, 3),
          );
        }
      }),
      runs(10),
    );
  });

  it('compacts many blocks into a few and deletes the others', async () => {
    const indexer = indexerOf(index.database, SMALL_BLOCKS);
    for (let i = 0; i < 60; i++) {
      await index.set(String(i), 'email', `a${i}@x`);
      await catchUp(indexer);
    }
    expect(index.count('search_pending')).toBe(0);
    expect(index.count('search_blocks')).toBeLessThan(15);
    expect(await index.ids({ search: '@x' })).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
    for (let i = 0; i < 60; i++)
      await index.customers.change(String(i), (state) => deleteCustomer(state, (NOW + 1) * 1000), UPDATED);
    await catchUp(indexer);
    for (const table of ['search_blocks', 'search_columns', 'search_terms', 'search_pending']) {
      expect([table, index.count(table)]).toEqual([table, 0]);
    }
  });

  it('leaves nothing of a block whose writer was stopped, and indexes its customers again', async () => {
    const stop = new AbortController();
    for (let i = 0; i < 10; i++) await index.set(String(i), 'email', `a${i}@x`);
    // Stops after the row of the block is written, and before its terms are.
    const write = index.database.write.bind(index.database);
    index.database.write = async (work) => {
      const result = await write(work);
      if (index.count('search_blocks') > 0) stop.abort();
      return result;
    };
    const stopped = indexerOf(index.database, SMALL_BLOCKS, stop.signal);
    await expect(stopped.step()).rejects.toThrow('aborted');
    index.database.write = write;
    expect([index.count('search_blocks'), index.count('search_pending')]).toEqual([1, 10]);
    expect(await index.ids({ search: 'a7@' })).toEqual(['7']);

    const indexer = indexerOf(index.database, SMALL_BLOCKS);
    await indexer.clean();
    expect([index.count('search_blocks'), index.count('search_columns')]).toEqual([0, 0]);
    await catchUp(indexer);
    expect([index.count('search_blocks'), index.count('search_pending')]).toEqual([1, 0]);
    expect(await index.ids({ search: 'a7@' })).toEqual(['7']);
  });

  it('lets only the first of two indexers publish, and the other start again', async () => {
    for (let i = 0; i < 40; i++) await index.set(String(i), 'email', `a${i}@x`);
    const other = new SqliteDatabase(index.database.path);
    try {
      const both = [indexerOf(index.database, SMALL_BLOCKS), indexerOf(other, SMALL_BLOCKS)];
      await Promise.all(both.map((indexer) => indexer.step()));
      await Promise.all(both.map((indexer) => catchUp(indexer)));
      expect(await index.ids({ search: '@x' })).toEqual(Array.from({ length: 40 }, (_, i) => String(i)));
      expect(index.count('search_pending')).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('keeps a change that is made while a customer is being indexed', async () => {
    for (let i = 0; i < 5; i++) await index.set(String(i), 'plan', 'old');
    const indexer = indexerOf(index.database, SMALL_BLOCKS);
    const step = indexer.step();
    await index.set('3', 'plan', 'new');
    await step;
    expect(await index.ids({ search: 'new' })).toEqual(['3']);
    expect(await index.ids({ search: 'old' })).toEqual(['0', '1', '2', '4']);
    await catchUp(indexer);
    expect(await index.ids({ search: 'new' })).toEqual(['3']);
    expect(await index.ids({ search: 'old' })).toEqual(['0', '1', '2', '4']);
  });

  it('says that it is behind when too many customers are not indexed, and returns only customers that match', async () => {
    const indexer = indexerOf(index.database, { blockSize: 512, leastPending: 256, compactAt: 8 });
    const user = (i: number): string => String(i + 1);
    const plans = (plan: string): string[] =>
      Array.from({ length: 1_200 }, (_, i) => attributes({ plan }, { user_id: user(i), timestamp: NOW + plan.length }));
    await ingestLines(index, plans('pro'));
    expect(await index.search.search({ ...ALL, search: 'pro' }, 0, 5)).toMatchObject({ customers: [], indexing: true });
    const selected: string[] = [];
    for await (const id of index.search.select({ search: 'pro', filters: [] })) selected.push(id);
    expect(selected).toHaveLength(1_200);
    const pro = { search: 'pro', filters: [] };
    const ids = Array.from({ length: 1_200 }, (_, i) => user(i));
    expect(await index.search.walk(pro, undefined, 2_000)).toEqual(ids);
    await catchUp(indexer);
    expect(await index.search.search({ ...ALL, search: 'pro' }, 1_000, 5)).toMatchObject({
      customers: [{ id: '1001' }, { id: '1002' }, { id: '1003' }, { id: '1004' }, { id: '1005' }],
      total: 1_200,
      indexing: false,
    });
    await ingestLines(index, plans('basic'));
    expect(await index.search.search({ ...ALL, search: 'pro' }, 0, 5)).toMatchObject({ customers: [], indexing: true });
    expect(await index.search.search({ ...ALL, search: '77' }, 0, 1)).toMatchObject({ customers: [{ id: '77' }] });
    expect(await index.search.walk(pro, undefined, 2_000)).toEqual([]);
    expect(await index.search.walk({ search: 'basic', filters: [] }, '600', 2_000)).toEqual(ids.slice(600));
  });

  it('counts times as of one moment, between other work, however often the index changes meanwhile', async () => {
    const indexer = indexerOf(index.database, SMALL_BLOCKS);
    const events = (from: number, name: string): string[] =>
      Array.from({ length: 60 }, (_, i) =>
        event({ user_id: String(from + i), name, timestamp: NOW + i, id: `${name}${i}` }),
      );
    await ingestLines(index, [...events(0, 'page'), ...events(0, 'buy')]);
    await catchUp(indexer);
    let clock = 0;
    const time = jest.spyOn(performance, 'now').mockImplementation(() => (clock += 100));
    let turns = 0;
    const counting = new AbortController();
    const others = (async () => {
      for (; !counting.signal.aborted; turns++) {
        await index.set(String(turns % 60), 'plan', turns);
        await indexer.step();
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const counts = await index.search.timeCounts([NOW * 1000, (NOW + 30) * 1000, (NOW + 60) * 1000]);
    counting.abort();
    await others;
    time.mockRestore();
    expect(counts).toMatchObject({ events: [60, 60], indexing: false });
    // Four blocks of documents with two events each: the other work gets a turn for each of them.
    expect(turns).toBeGreaterThan(8);
  });

  const contains = (name: string) => ({ on: 'attribute', name, is: 'contains', value: 'abcd' }) as const;
  const eitherName = { filters: [{ on: 'any', of: [contains('note'), contains('fresh')] }] } as const;
  it.each([
    ['searches an attribute', 6_600, eitherName, 50],
    ['searches all texts', 6_600, { search: 'abcd' }, 100],
    ['reads customers', 2_800, eitherName, 20],
  ])('%s as of one moment, between other work, however often the index changes', async (_, size, asked, leastTurns) => {
    const indexer = indexerOf(index.database, { blockSize: 256, leastPending: 1, compactAt: 3 });
    // All have the grams of "abcd", but only every second one has it. They are too long to be listed, and more than 3 000 are not read.
    const customers = Array.from({ length: size }, (_, i) => i + 1);
    const note = (i: number): string => `${i} ${i % 2 ? 'abcd' : 'abc bcd'} ${'y'.repeat(64)}`;
    const lines = customers.map((i) => attributes({ note: note(i) }, { user_id: String(i) }));
    await ingestLines(index, lines);
    await catchUp(indexer);
    let clock = 0;
    const time = jest.spyOn(performance, 'now').mockImplementation(() => (clock += 100));
    const searching = new AbortController();
    let turns = 0;
    const turn = (): void => {
      turns++;
      if (!searching.signal.aborted) setImmediate(turn);
    };
    setImmediate(turn);
    let written = 0;
    const others = (async () => {
      while (!searching.signal.aborted) {
        const i = ++written;
        // At first no block has the attribute.
        await (i % 2 ? index.set(String(i), 'note', 'none') : index.set(String(i), 'fresh', 'x abcd'));
        await indexer.step();
        await new Promise((resolve) => setImmediate(resolve));
      }
    })();
    const { customers: found, ...counts } = await index.search.search({ ...ALL, ...asked }, 0, size);
    const writes = written;
    searching.abort();
    await others;
    time.mockRestore();
    const foundAfter = (last: number): string[] => customers.filter((i) => (i % 2 === 1) !== i <= last).map(String);
    // The last write may not be there yet.
    expect([foundAfter(writes - 1), foundAfter(writes)]).toContainEqual(found.map(({ id }) => id));
    expect(counts).toEqual({ total: found.length, totalIsMinimum: false, indexing: false });
    expect(turns).toBeGreaterThan(leastTurns);
  });

  it('sorts texts that are inserted between others again and again', async () => {
    const indexer = indexerOf(index.database, SMALL_BLOCKS);
    const emails: string[] = [];
    // Each email comes right after "a" and before all others, which halves the room for labels each time.
    for (let i = 0; i < 40; i++) {
      const email = `a${'0'.repeat(i)}1@x`;
      emails.unshift(email);
      await index.set(String(i), 'email', email);
      await index.set(`t${'0'.repeat(i)}1`, 'email', 'z@x');
      if (i === 0) await index.set('1000', 'email', 'a');
      await catchUp(indexer);
    }
    const byEmail = await index.ids({ sort: 'email', search: 'a' });
    expect(byEmail).toEqual(['1000', ...Array.from({ length: 40 }, (_, i) => String(39 - i))]);
    const texts = (await index.ids({ search: 'z@x' })).filter((id) => id.startsWith('t'));
    expect(texts).toEqual(Array.from({ length: 40 }, (_, i) => `t${'0'.repeat(39 - i)}1`));
  });
});
