import { parseFilter } from '../../server/domain/search/customer-filter.js';
import { resolveConditions, type WrittenQuery } from '../../server/domain/search/written-query.js';
import type { CustomerQuery, CustomerSelection } from '../../server/domain/search/customer-query.js';
import { compareIds } from '../../server/domain/customer/customer-id.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { expectAgreement } from '../support/agreement.js';
import type { Cases, Engine } from '../support/engine.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';

const NOW = 1_600_000_000;
const QUERY: CustomerQuery = { filters: [], sort: 'id', order: 'asc' };

function resolved(...texts: readonly string[]): CustomerQuery['filters'] {
  return resolveConditions({ filters: texts.map(parseFilter) }, NOW * 1000);
}

/** Makes a query with the filters that the texts of a URL give. */
function filters(...texts: readonly string[]): CustomerQuery {
  return { ...QUERY, filters: resolved(...texts) };
}

function attribute(name: string, is: 'is' | 'is_not' | 'contains', value: string): CustomerQuery {
  return { ...QUERY, filters: [{ on: 'attribute', name, is, value }] };
}

function search(text: string): CustomerQuery {
  return { ...QUERY, search: text, ranked: true };
}

function customer(id: string, data: unknown, timestamp = TIME): string {
  return attributes(data, { user_id: id, timestamp });
}

const PEOPLE = [
  customer('1', { email: 'Sofia@Example.com', first_name: 'Sofia', city: 'Zürich' }),
  customer('2', { email: 'bill@example.com', referrer: 'sofia@example.com', discount: '100%' }),
  customer('11', { email: 'anna@x.org', age: 42, vip: true, tags: ['red', { n: null }], quote: 'say "hi"' }),
  customer('user:7_a', { email: 'käthe@y.org', note: 'ΟΔΟΣ ΑΘΗΝΑ', emoji: '👍🏽 fine', path: 'C:\\temp' }),
  event({ user_id: 'Only-Events' }),
];

const PLANS = [
  customer('1', { plan: 'pro', n: 5, 'odd:na%me': 'x', text: 'it\'s 100% "_" A:B' }, 100.9),
  customer('2', { plan: 'Pro', n: '5', flag: true, list: [1, 'a'] }, 200),
  customer('3', { plan: 'free', n: 50, flag: 'true', nested: { a: 'Ä' } }, 300.5),
  customer(
    '4',
    { constructor: 'yes', pair: { b: 1, a: [{ y: 2, x: 'z' }] }, long: { b: '1', a: 'x'.repeat(80) } },
    400,
  ),
  ...['1', '1', '1', '2', '4'].map((id) => event({ user_id: id, name: 'buy: it', timestamp: 50 })),
  event({ user_id: '4', name: 'toString', timestamp: 50 }),
];

/** Tests the search of an engine. */
export function describeCustomerSearch(name: string, open: () => Promise<Engine>, cases: Cases = 'all'): void {
  const describeOther = cases === 'all' ? describe : () => undefined;
  describe(`the search on ${name}`, () => {
    let engine: Engine;
    const ingest = (...lines: string[]) => ingestLines(engine, lines);
    const find = async (query: CustomerQuery, offset = 0, limit = 100): Promise<string[]> =>
      (await engine.search.search(query, offset, limit)).customers.map(({ id }) => id);
    const selected = async (selection: CustomerSelection): Promise<string[]> => {
      const ids: string[] = [];
      for await (const id of engine.search.select(selection)) ids.push(id);
      return ids.sort();
    };
    /** The selected customers in the order of lists, two at a time. */
    const walked = async (selection: CustomerSelection): Promise<string[]> => {
      const ids: string[] = [];
      for (;;) {
        const step = await engine.search.walk(selection, ids.at(-1), 2);
        ids.push(...step);
        if (step.length < 2) return ids;
      }
    };

    describeOther('a search', () => {
      // These tests do not change customers.
      beforeAll(async () => {
        engine = await open();
        await ingest(...PEOPLE);
      });
      afterAll(() => engine.close());

      it.each([
        ['sofia@example.com', ['2', '1']],
        ['SOFIA@EXAMPLE.COM', ['1', '2']],
        ['1', ['1', '2', '11']],
        ['11', ['11']],
        ['2', ['2', '11']],
        ['ofi', ['1', '2']],
        ['example', ['1', '2']],
        ['zürich', ['1']],
        ['ZÜRICH', ['1']],
        ['zurich', ['1']],
        ['KÄTHE', ['user:7_a']],
        ['οδος', ['user:7_a']],
        ['ΟΔΟΣ', ['user:7_a']],
        ['ος αθ', ['user:7_a']],
        ['👍', ['user:7_a']],
        ['👍🏽 f', ['user:7_a']],
        ['c:\\t', ['user:7_a']],
        ['user:7', ['user:7_a']],
        ['r:7_', ['user:7_a']],
        ['only-events', ['Only-Events']],
        ['page', []],
        ['100%', ['2']],
        ['%', ['2']],
        ['_', ['user:7_a']],
        ['"', ['11']],
        ['"hi"', ['11']],
        ["'", []],
        ['42', ['11']],
        ['true', ['11']],
        ['"n":null', ['11']],
        ['@', ['1', '2', '11', 'user:7_a']],
        ['first_name', []],
        ['comSofia', []],
        ['sofia bill', ['2']],
        ['BILL  sofia', ['2']],
        ['"sofia bill"', []],
        ['"ΟΔΌΣ αθ"', ['user:7_a']],
        ['αθηνα οδος', ['user:7_a']],
        ['"say hi"', []],
        ['say hi', ['11']],
        ['ｋａｔｈｅ', ['user:7_a']],
        ['kathe x', []],
        ['kathe 7', ['user:7_a']],
        ['\u0301', []],
        ['sofia \u0301', []],
        ['*', []],
        ['x.org OR y.org', []],
        ['nobody', []],
      ])('for %s finds %j', async (text, ids) => {
        expect(await find(search(text))).toEqual(ids);
        expect(await engine.search.count({ search: text, filters: [] })).toEqual({
          total: ids.length,
          totalIsMinimum: false,
          indexing: false,
        });
        expect(await selected({ search: text, filters: [] })).toEqual([...ids].sort());
        expect(await walked({ search: text, filters: [] })).toEqual([...ids].sort(compareIds));
      });
    });

    describeOther('a filter', () => {
      beforeAll(async () => {
        engine = await open();
        await ingest(...PLANS);
      });
      afterAll(() => engine.close());

      it.each<[string, string[]]>([
        ['attribute:plan:is:pro', ['1']],
        ['attribute:plan:is:Pro', ['2']],
        ['attribute:plan:is:pr', []],
        ['attribute:plan:is_not:pro', ['2', '3', '4']],
        ['attribute:plan:is_not:none', ['1', '2', '3', '4']],
        ['attribute:plan:contains:PR', ['1', '2']],
        ['attribute:plan:contains:r', ['1', '2', '3']],
        ['attribute:plan:contains:ro', ['1', '2']],
        ['attribute:plan:contains:x', []],
        ['attribute:plan:exists', ['1', '2', '3']],
        ['attribute:plan:not_exists', ['4']],
        ['attribute:none:exists', []],
        ['attribute:none:not_exists', ['1', '2', '3', '4']],
        ['attribute:none:is_not:x', ['1', '2', '3', '4']],
        ['attribute:n:is:5', ['1', '2']],
        ['attribute:n:is:5.0', ['1']],
        ['attribute:n:is_not:5.0', ['2', '3', '4']],
        ['attribute:n:contains:5', ['1', '2', '3']],
        ['attribute:flag:is:true', ['2', '3']],
        ['attribute:list:is:[1,"a"]', ['2']],
        ['attribute:list:is:[1.0,"a"]', ['2']],
        ['attribute:list:contains:A', ['2']],
        ['attribute:nested:is:{"a"%3A"Ä"}', ['3']],
        ['attribute:nested:contains:ä', ['3']],
        ...['{"b":1,"a":[{"y":2,"x":"z"}]}', '{ "a" : [{"x":"z","y":2.0}], "b" : 1e0 }'].flatMap(
          (pair): [string, string[]][] => [
            [`attribute:pair:is:${encodeURIComponent(pair)}`, ['4']],
            [`attribute:pair:is_not:${encodeURIComponent(pair)}`, ['1', '2', '3']],
          ],
        ),
        ['attribute:pair:is:{"b"%3A1,"a"%3A[{"y"%3A"2","x"%3A"z"}]}', []],
        [`attribute:long:is:{"a"%3A"${'x'.repeat(80)}","b"%3A"1"}`, ['4']],
        ['attribute:odd%3Ana%25me:exists', ['1']],
        ['attribute:odd%3Ana%25me:is:x', ['1']],
        ['attribute:constructor:is:yes', ['4']],
        ['attribute:constructor:not_exists', ['1', '2', '3']],
        ['attribute:toString:exists', []],
        [`attribute:text:is:${encodeURIComponent('it\'s 100% "_" A:B')}`, ['1']],
        [`attribute:text:contains:${encodeURIComponent('% "_" a:')}`, ['1']],
        ['attribute:text:contains:%25_', []],
        ['event:buy%3A it:at_least:0', ['1', '2', '3', '4']],
        ['event:buy%3A it:at_least:1', ['1', '2', '4']],
        ['event:buy%3A it:at_least:2', ['1']],
        ['event:buy%3A it:at_least:3', ['1']],
        ['event:buy%3A it:at_least:4', []],
        ['event:buy%3A it:at_most:0', ['3']],
        ['event:buy%3A it:at_most:2', ['2', '3', '4']],
        ['event:buy%3A it:never', ['3']],
        ['event:toString:at_least:1', ['4']],
        ['event:toString:never', ['1', '2', '3']],
        ['event:none:never', ['1', '2', '3', '4']],
        ['event:none:at_least:1', []],
        ['last_updated:before:100', []],
        ['last_updated:before:101', ['1']],
        ['last_updated:after:300', ['4']],
        ['last_updated:after:299', ['3', '4']],
        ['last_updated:after:0', ['1', '2', '3', '4']],
      ])('%s finds %j', async (text, ids) => {
        expect(await find(filters(text))).toEqual(ids);
        expect(await engine.search.count(filters(text))).toEqual({
          total: ids.length,
          totalIsMinimum: false,
          indexing: false,
        });
        expect(await selected(filters(text))).toEqual(ids);
        expect(await walked(filters(text))).toEqual(ids);
      });

      it.each<[string[], string | undefined, string[]]>([
        [['attribute:plan:contains:pro', 'event:buy%3A it:at_least:2'], undefined, ['1']],
        [['attribute:plan:exists', 'attribute:flag:not_exists'], undefined, ['1']],
        [['attribute:n:contains:5', 'last_updated:after:100', 'last_updated:before:300'], undefined, ['2']],
        [['attribute:plan:is:pro', 'attribute:plan:is:free'], undefined, []],
        [['attribute:plan:is_not:pro', 'attribute:plan:is_not:free'], undefined, ['2', '4']],
        [['event:buy%3A it:at_least:1', 'event:toString:never'], undefined, ['1', '2']],
        [['attribute:plan:exists'], 'pro', ['1', '2']],
        [['attribute:plan:not_exists'], '4', ['4']],
        [['attribute:plan:exists'], '4', []],
      ])('combines: %j and search %s', async (texts, text, ids) => {
        expect(await find({ ...filters(...texts), ...(text !== undefined && { search: text }) })).toEqual(ids);
      });

      it('combines with ids, and ignores unknown ones', async () => {
        const ids = ['4', '1', '1', 'unknown', '2'];
        expect(await find({ ...QUERY, ids })).toEqual(['1', '2', '4']);
        expect(await find({ ...filters('attribute:plan:exists'), ids })).toEqual(['1', '2']);
        expect(await find({ ...QUERY, ids, search: 'free' })).toEqual([]);
        expect(await selected({ filters: [], ids })).toEqual(['1', '2', '4']);
        expect(await walked({ filters: [], ids })).toEqual(['1', '2', '4']);
      });
    });

    describeOther('an order', () => {
      beforeAll(async () => {
        engine = await open();
        await ingest(
          customer('10', { email: 'b@x', created_at: '200' }, 3),
          customer('9', { email: 'A@x', created_at: 1000 }, 1),
          customer('b', { email: 'c@x', created_at: '1000' }, 2),
          customer('a', { created_at: 'soon' }, 3),
          customer('007', { email: 'B@x' }, 3),
        );
      });
      afterAll(() => engine.close());

      it.each<[CustomerQuery['sort'], CustomerQuery['order'], string[]]>([
        ['id', 'asc', ['9', '10', '007', 'a', 'b']],
        ['id', 'desc', ['b', 'a', '007', '10', '9']],
        ['email', 'asc', ['9', '10', '007', 'b', 'a']],
        ['email', 'desc', ['b', '10', '007', '9', 'a']],
        ['created_at', 'asc', ['10', '9', 'b', '007', 'a']],
        ['created_at', 'desc', ['9', 'b', '10', '007', 'a']],
        ['last_updated', 'asc', ['9', 'b', '10', '007', 'a']],
        ['last_updated', 'desc', ['10', '007', 'a', 'b', '9']],
      ])('by %s %s is %j, also over pages', async (sort, order, ids) => {
        const query = { ...QUERY, sort, order };
        expect(await find(query)).toEqual(ids);
        for (let offset = 0; offset < 6; offset++) {
          expect(await find(query, offset, 2)).toEqual(ids.slice(offset, offset + 2));
        }
        const filtered = { ...query, filters: resolved('attribute:created_at:exists') };
        expect(await find(filtered)).toEqual(ids.filter((id) => id !== '007'));
        expect(await engine.search.search(query, 1e15, 25)).toMatchObject({ customers: [], total: 5 });
      });
    });

    describe('customers of its own:', () => {
      beforeEach(async () => {
        engine = await open();
      });
      afterEach(() => expectAgreement(engine).finally(() => engine.close()));

      it('a search returns the exact id first, then exact values, in either order of ids', async () => {
        await ingest(...PEOPLE, customer('3', { email: '11' }), customer('4', { about: '11' }), customer('011', {}));
        expect(await find(search('11'))).toEqual(['11', '3', '4', '011']);
        expect(await find({ ...search('11'), order: 'desc' })).toEqual(['11', '4', '3', '011']);
        expect(await find(search('11'), 1, 2)).toEqual(['3', '4']);
      });

      it('a search sees changes, deletions and creations', async () => {
        await ingest(...PEOPLE);
        const set = (id: string, value: string | null) =>
          engine.customers.change(
            id,
            (state) => patchAttributes(state, [{ name: 'city', value }], NOW * 1000),
            UPDATED,
          );
        await set('1', '"Lausanne"');
        expect(await find(search('zürich'))).toEqual([]);
        expect(await find(search('lausanne'))).toEqual(['1']);
        await engine.customers.change('1', (state) => deleteCustomer(state, NOW * 1000), UPDATED);
        expect(await find(search('lausanne'))).toEqual([]);
        expect(await find(search('sofia'))).toEqual(['2']);
        await set('1', '"Lausanne"');
        await set('new', '"Lausanne"');
        expect(await find(search('lausanne'))).toEqual(['1', 'new']);
        expect(await find(search('sofia'))).toEqual(['2']);
      });
      it('a filter sees changes', async () => {
        await ingest(...PLANS);
        const change = { name: 'plan', value: '"free"' };
        await engine.customers.change('1', (state) => patchAttributes(state, [change], NOW * 1000), UPDATED);
        await engine.customers.change('3', (state) => deleteCustomer(state, NOW * 1000), UPDATED);
        expect(await find(attribute('plan', 'is', 'free'))).toEqual(['1']);
        expect(await find(attribute('plan', 'is', 'pro'))).toEqual([]);
        expect(await find(filters('last_updated:after:400'))).toEqual(['1']);
        await ingest(event({ user_id: '2', name: 'buy: it' }));
        expect(await find(filters('event:buy%3A it:at_least:2'))).toEqual(['1', '2']);
      });
      it('pages through many customers in every order', async () => {
        const emails = ['a@x', 'b@x', undefined, 'a@X'];
        const ids = Array.from({ length: 300 }, (_, i) => (i % 3 === 0 ? `t${i}` : String(i)));
        await ingest(
          ...ids.map((id, i) =>
            customer(id, { email: emails[i % 4], created_at: i % 7, group: `g${i % 2}` }, 100 + (i % 5)),
          ),
        );
        for (const sort of ['id', 'email', 'created_at', 'last_updated'] as const) {
          const query: CustomerQuery = { ...attribute('group', 'is', 'g1'), sort, order: 'desc' };
          const all = await find(query, 0, 1_000);
          const paged: string[] = [];
          for (let offset = 0; offset < 150; offset += 17) paged.push(...(await find(query, offset, 17)));
          expect(paged).toEqual(all);
          expect(new Set(all).size).toBe(150);
        }
      });

      describe('names', () => {
        it('come with their counts, those of most customers first', async () => {
          await ingest(
            customer('1', { plan: 'a', Place: 'x', 'odd "name"': 1 }),
            customer('2', { plan: 'b', gone: 'x' }),
            customer('2', { gone: null }),
            customer('3', { constructor: 1 }),
            ...['1', '1', '2', '3'].map((id) => event({ user_id: id, name: 'page' })),
            ...['1', '1', '1', '1', '1'].map((id) => event({ user_id: id, name: 'Purchase' })),
          );
          expect(await engine.search.attributeNames('', 10)).toEqual([
            { name: 'plan', customers: 2 },
            { name: 'Place', customers: 1 },
            { name: 'constructor', customers: 1 },
            { name: 'odd "name"', customers: 1 },
          ]);
          expect(await engine.search.attributeNames('PLA', 10)).toEqual([
            { name: 'plan', customers: 2 },
            { name: 'Place', customers: 1 },
          ]);
          expect(await engine.search.attributeNames('', 1)).toEqual([{ name: 'plan', customers: 2 }]);
          expect(await engine.search.eventNames('', 10)).toEqual([
            { name: 'page', customers: 3, events: 4 },
            { name: 'Purchase', customers: 1, events: 5 },
          ]);
          expect(await engine.search.eventNames('pur', 10)).toEqual([{ name: 'Purchase', customers: 1, events: 5 }]);
          await engine.customers.change('1', (state) => deleteCustomer(state, NOW * 1000), UPDATED);
          expect(await engine.search.attributeNames('pla', 10)).toEqual([{ name: 'plan', customers: 1 }]);
          expect(await engine.search.eventNames('', 10)).toEqual([{ name: 'page', customers: 2, events: 2 }]);
        });

        it('of as many customers are in the order of code points, however few are asked for', async () => {
          const names = ['z', 'B', 'b', 'é', 'ｚ', '😀', '\ufeffa', 'a', '_'];
          const values = Object.fromEntries(names.map((name) => [name, 1]));
          await ingest(customer('1', values), ...names.map((name) => event({ user_id: '1', name })));
          // Edits bring the names into the tables in another order.
          for (const name of ['b', '😀'])
            await engine.customers.change(
              '1',
              (state) => patchAttributes(state, [{ name, value: null }], (NOW + 1) * 1000),
              UPDATED,
            );
          for (const [at, name] of ['😀', 'b', 'A'].entries())
            await engine.customers.change(
              '1',
              (state) => patchAttributes(state, [{ name, value: '1' }], (NOW + 2 + at) * 1000),
              UPDATED,
            );
          const ordered = ['A', 'B', '_', 'a', 'b', 'z', 'é', '\ufeffa', 'ｚ', '😀'];
          const events = ordered.filter((name) => name !== 'A');
          for (let limit = 1; limit <= ordered.length; limit++) {
            const found = await engine.search.attributeNames('', limit);
            expect(found.map(({ name }) => name)).toEqual(ordered.slice(0, limit));
            const counted = await engine.search.eventNames('', limit);
            expect(counted.map(({ name }) => name)).toEqual(events.slice(0, limit));
          }
        });

        it('are none in an empty database', async () => {
          expect(await engine.search.attributeNames('', 10)).toEqual([]);
          expect(await engine.search.eventNames('', 10)).toEqual([]);
          expect(await engine.search.search(search('x'), 0, 10)).toMatchObject({ customers: [], total: 0 });
        });
      });

      describeOther('segments', () => {
        const all: WrittenQuery = { filters: [], sort: 'id', order: 'asc' };
        const query: WrittenQuery = {
          search: 'sofia "%_',
          filters: [
            { on: 'attribute', name: 'a:b', is: 'is', value: '%:"' },
            { on: 'event', name: 'é', is: 'at_most', count: 3 },
            { on: 'attribute', name: 'created_at', is: 'after', time: '-7d' },
          ],
          where: {
            any: [
              { on: 'attribute', name: 'plan', is: 'is_any_of', values: ['a', 'b:'] },
              { all: [{ on: 'attribute', name: 'age', is: 'above', number: '18.0' }] },
            ],
          },
          timeZone: 'Europe/Berlin',
          weekStart: 'sunday',
          sort: 'email',
          order: 'desc',
        };

        it('are created, listed by name, replaced and removed', async () => {
          const b = await engine.segments.create({ name: 'b', query });
          const a = await engine.segments.create({ name: 'a', query: all });
          expect(await engine.segments.list()).toEqual([a, b]);
          expect(await engine.segments.find(b.id)).toEqual({ id: b.id, name: 'b', query });
          await engine.segments.replace({ id: a.id, name: 'c', query });
          expect(await engine.segments.list()).toEqual([b, { id: a.id, name: 'c', query }]);
          await engine.segments.remove(b.id);
          expect(await engine.segments.find(b.id)).toBeUndefined();
          expect((await engine.segments.create({ name: 'b', query })).id).not.toBe(b.id);
        });

        it('have unique names', async () => {
          const a = await engine.segments.create({ name: 'a', query });
          const b = await engine.segments.create({ name: 'b', query });
          await expect(engine.segments.create({ name: 'a', query })).rejects.toMatchObject({
            code: 'segment_name_taken',
          });
          await expect(engine.segments.replace({ ...b, name: 'a' })).rejects.toMatchObject({
            code: 'segment_name_taken',
          });
          await engine.segments.replace({ ...a, query: all });
          const unknown = { id: 99, name: 'z', query };
          await expect(engine.segments.replace(unknown)).rejects.toMatchObject({ code: 'segment_not_found' });
          await expect(engine.segments.remove(99)).rejects.toMatchObject({ code: 'segment_not_found' });
          expect(await engine.segments.list()).toEqual([{ ...a, query: all }, b]);
          expect(await engine.segments.create({ name: 'c', query })).toMatchObject({ id: b.id + 1 });
        });
      });
    });
  });
}
