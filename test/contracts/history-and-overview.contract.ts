import fc from 'fast-check';
import { WEB_ADMIN } from '../../server/domain/actor.js';
import { type CustomerEdit } from '../../server/domain/customer/customer-repository.js';
import { deleteCustomer, patchAttributes, overwriteAttributes } from '../../server/domain/customer/edit.js';
import { restoration } from '../../server/domain/customer/trash.js';
import { customerNotFound } from '../../server/domain/errors.js';
import type { EditNote, HistoryEntry } from '../../server/domain/customer/history.js';
import { counted, expectAgreement } from '../support/agreement.js';
import type { Cases, Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';

const NOW = 1_600_000_000;
const DAY = 86_400;
const OVERWRITTEN: EditNote = { actor: WEB_ADMIN, action: 'overwritten' };

function set(values: Readonly<Record<string, unknown>>, now = NOW): CustomerEdit {
  return (state) => patchAttributes(state, changesOf(values), now * 1000);
}

function overwrite(values: Readonly<Record<string, unknown>>, now = NOW): CustomerEdit {
  return (state) => overwriteAttributes(state, changesOf(values), now * 1000);
}

function remove(now = NOW): CustomerEdit {
  return (state) => deleteCustomer(state, now * 1000);
}

function changesOf(values: Readonly<Record<string, unknown>>): { name: string; value: string | null }[] {
  const entries = Object.entries(values);
  return entries.map(([name, value]) => ({ name, value: value === null ? null : JSON.stringify(value) }));
}

/** Tests the history and the overview of an engine. */
export function describeHistoryAndOverview(name: string, open: () => Promise<Engine>, cases: Cases = 'all'): void {
  const itOnce = cases === 'all' ? it : () => undefined;
  describe(`the history and the overview on ${name}`, () => {
    let engine: Engine;
    const ingest = (...lines: string[]) => ingestLines(engine, lines);
    const entriesOf = async (id: string): Promise<unknown[]> =>
      (await engine.history.page(id, undefined, 100)).entries.map(read);
    const read = ({ id, source, action, changes }: HistoryEntry): unknown => [
      id,
      source,
      action,
      JSON.parse(changes) as unknown,
    ];

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    describe('the history', () => {
      it.each(['7', 'text'])(
        'of customer %s tells what each edit changed, newest first, and nothing from before a deletion',
        async (id) => {
          await ingest(event({ user_id: id }), attributes({ plan: 'free', n: 1 }, { user_id: id }));
          await engine.customers.change(id, set({ plan: 'pro', n: 1, tags: ['a', { b: null }] }), UPDATED);
          await engine.customers.change(id, overwrite({ email: 'a@b', plan: 'pro' }), OVERWRITTEN);
          expect(await entriesOf(id)).toEqual([
            [
              2,
              'admin',
              'overwritten',
              [
                { name: 'email', to: 'a@b' },
                { name: 'n', from: 1 },
                { name: 'tags', from: ['a', { b: null }] },
              ],
            ],
            [
              1,
              'api',
              'updated',
              [
                { name: 'plan', from: 'free', to: 'pro' },
                { name: 'tags', to: ['a', { b: null }] },
              ],
            ],
          ]);
          const times = (await engine.history.page(id, undefined, 9)).entries.map(({ at }) => at);
          expect(times).toEqual([NOW * 1_000, NOW * 1_000]);
          await engine.customers.change(id, remove(), { actor: WEB_ADMIN, action: 'updated' });
          expect(await entriesOf(id)).toEqual([]);
          await engine.customers.change(id, overwrite({ email: 'c@d' }, NOW + 1), OVERWRITTEN);
          await engine.customers.change(id, set({ plan: 'new' }, NOW + 2), UPDATED);
          expect(await entriesOf(id)).toEqual([
            [5, 'api', 'updated', [{ name: 'plan', to: 'new' }]],
            [4, 'admin', 'created', [{ name: 'email', to: 'c@d' }]],
          ]);
          expect(await engine.history.page(id, 5, 9)).toMatchObject({ entries: [{ id: 4 }], more: false });
        },
      );

      it('has nothing of an edit that changes nothing, and of one that is refused', async () => {
        await ingest(attributes({ a: 'x', list: [1, 2] }));
        await engine.customers.change('1', set({ a: 'x', list: [1, 2], never: null }), UPDATED);
        await engine.customers.change('unknown', remove(), UPDATED);
        const refused = engine.customers.change(
          '1',
          (state, current) => {
            set({ a: 'y' })(state, current);
            throw new Error('no');
          },
          UPDATED,
        );
        await expect(refused).rejects.toThrow('no');
        expect(await entriesOf('1')).toEqual([]);
        expect(await entriesOf('unknown')).toEqual([]);
      });

      itOnce('has an entry of a customer that was created without attributes', async () => {
        await engine.customers.change('1', set({}), UPDATED);
        expect(await entriesOf('1')).toEqual([[1, 'api', 'created', []]]);
      });

      itOnce('comes in pages', async () => {
        for (let n = 1; n <= 5; n++) await engine.customers.change('1', set({ n }), UPDATED);
        await engine.customers.change('2', set({ n: 1 }), UPDATED);
        const page = async (before: number | undefined, limit: number): Promise<unknown> => {
          const { entries, more } = await engine.history.page('1', before, limit);
          return [entries.map(({ id }) => id), more];
        };
        expect(await page(undefined, 2)).toEqual([[5, 4], true]);
        expect(await page(4, 2)).toEqual([[3, 2], true]);
        expect(await page(2, 2)).toEqual([[1], false]);
        expect(await page(1, 2)).toEqual([[], false]);
        expect(await page(undefined, 5)).toEqual([[5, 4, 3, 2, 1], false]);
      });
    });

    describe('several edits at once', () => {
      const merge: CustomerEdit = (state, current) => {
        if (!current) throw customerNotFound(state.id);
        set({ plan: 'pro' })(state, current);
      };

      it('change those that they may, and say why of the others', async () => {
        await ingest(attributes({ plan: 'free' }), attributes({ plan: 'pro' }, { user_id: 'text' }));
        expect(await engine.customers.changeEach(['1', 'nobody', '5', 'text'], merge, UPDATED)).toEqual([
          { id: '1', changed: true, refusal: undefined },
          { id: 'nobody', changed: false, refusal: customerNotFound('nobody') },
          { id: '5', changed: false, refusal: customerNotFound('5') },
          { id: 'text', changed: false, refusal: undefined },
        ]);
        expect(await entriesOf('1')).toEqual([[1, 'api', 'updated', [{ name: 'plan', from: 'free', to: 'pro' }]]]);
        expect(await entriesOf('text')).toEqual([]);
        expect((await engine.customers.page(0, 9)).total).toBe(2);
        expect(await engine.overview.read()).toEqual(await counted(engine));
      });

      it('change nothing at all when one fails without being refused', async () => {
        await ingest(attributes({ plan: 'free' }), attributes({ plan: 'free' }, { user_id: '2' }));
        const failing: CustomerEdit = (state, current) => {
          if (state.id === '2') throw new Error('no');
          merge(state, current);
        };
        await expect(engine.customers.changeEach(['1', '2'], failing, UPDATED)).rejects.toThrow('no');
        expect(await engine.customers.get('1')).toMatchObject({ attributes: '{"plan":"free"}' });
        expect(await entriesOf('1')).toEqual([]);
        await engine.customers.change('2', set({ b: 1 }), UPDATED);
        expect(await engine.overview.read()).toEqual(await counted(engine));
      });
    });

    describe('the overview', () => {
      itOnce('is empty at first', async () => {
        expect(await engine.overview.read()).toEqual({
          customers: 0,
          attributeNames: 0,
          eventNames: 0,
          events: 0,
          topEvents: [],
          topAttributes: [],
          lastUpdated: [],
        });
        expect(await engine.overview.names(10)).toEqual({ attributes: [], events: [] });
      });

      it('counts what there is, not what was', async () => {
        await ingest(
          event({ name: 'b' }),
          event({ name: 'b' }),
          event({ name: 'a', user_id: '2' }),
          attributes({ plan: 'free', old: 1 }, { user_id: '2', timestamp: TIME + DAY }),
          attributes({ plan: 'pro' }),
          attributes({ plan: 'pro', 'a"\\\n': { plan: ['}', '"'] } }, { user_id: '3' }),
        );
        await ingest(
          attributes({ old: null }, { user_id: '2', timestamp: TIME + 2 * DAY }),
          event({ name: 'b', user_id: '3' }),
        );
        await engine.customers.change('1', remove(NOW), UPDATED);
        const today = Math.floor(TIME / DAY);
        expect(await engine.overview.read()).toEqual({
          customers: 2,
          attributeNames: 2,
          eventNames: 2,
          events: 2,
          topEvents: [
            { name: 'a', customers: 1, events: 1 },
            { name: 'b', customers: 1, events: 1 },
          ],
          topAttributes: [
            { name: 'plan', customers: 2 },
            { name: 'a"\\\n', customers: 1 },
          ],
          lastUpdated: [
            { day: today, customers: 1 },
            { day: today + 2, customers: 1 },
          ],
        });
        expect(await engine.overview.names(10)).toEqual({ attributes: ['a"\\\n', 'plan'], events: ['a', 'b'] });
        expect(await engine.overview.names(1)).toEqual({ attributes: ['a"\\\n'], events: ['a'] });
      });

      it('names the most frequent ones', async () => {
        const customers = Array.from({ length: 60 }, (_, i) => String(i));
        const names = Array.from({ length: 60 }, (_, i) => `n${String(i).padStart(2, '0')}`);
        await ingest(
          ...customers.flatMap((user_id, i) => [
            attributes(Object.fromEntries(names.slice(i).map((name) => [name, i])), { user_id }),
            ...names.slice(i).map((name) => event({ user_id, name })),
          ]),
        );
        const overview = await engine.overview.read();
        expect(overview.topEvents).toHaveLength(20);
        expect(overview.topEvents[0]).toEqual({ name: 'n59', customers: 60, events: 60 });
        expect(overview.topAttributes).toHaveLength(50);
        expect(overview.topAttributes[49]).toEqual({ name: 'n10', customers: 11 });
        expect(overview).toEqual(await counted(engine));
      });

      it('is what a count of all customers comes to, after any messages, edits, deletions and replays', async () => {
        const id = fc.constantFrom('1', '2', '3', 'x', 'ÿ');
        const name = fc.constantFrom('a', 'b', '€', '"', '\\', '\\"', 'constructor', 'toString');
        const value = fc.oneof(
          fc.constantFrom(null, '', 0, 'x', '"}', true, [], { a: { b: ['{"', ']'] } }),
          fc.string(),
        );
        const values = fc.dictionary(
          name,
          value.filter((text) => typeof text !== 'string' || !text.includes('\0')),
          {
            maxKeys: 4,
          },
        );
        const timestamp = fc.constantFrom(0, DAY - 1, DAY, NOW - DAY, NOW, NOW + DAY);
        const message = fc.oneof(
          fc
            .record({ user_id: id, name, timestamp, id: fc.constantFrom('e1', 'e2', 'e3', 'e4') })
            .map((one) => event(one)),
          fc
            .tuple(id, values, timestamp)
            .map(([user_id, data, time]) => attributes(data, { user_id, timestamp: time })),
        );
        const step = fc.oneof(
          fc.array(message, { maxLength: 12 }).map((lines) => () => ingest(...lines)),
          fc.tuple(id, values, timestamp).map(
            ([one, data, time]) =>
              () =>
                engine.customers.change(one, set(data, time), UPDATED),
          ),
          fc.tuple(id, values, timestamp).map(
            ([one, data, time]) =>
              () =>
                engine.customers.change(one, overwrite(data, time), UPDATED),
          ),
          fc.tuple(id, timestamp).map(
            ([one, time]) =>
              () =>
                engine.customers.change(one, remove(time), UPDATED),
          ),
          fc.tuple(fc.uniqueArray(id), timestamp).map(
            ([ids, time]) =>
              () =>
                engine.customers.changeEach(ids, set({ a: time }, time), UPDATED),
          ),
        );
        await fc.assert(
          fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
            for (const take of steps) await take();
            expect(await engine.overview.read()).toEqual(await counted(engine));
          }),
          runs(4),
        );
      });
    });

    describe('the numbers of spans of time', () => {
      it('count customers by created_at, in seconds or milliseconds', async () => {
        const values = [NOW, String(NOW), (NOW + 5) * 1000, NOW + 9.5, NOW + 10, -5, 'soon', true, 0, 1e300];
        await ingest(
          ...values.map((value, at) => attributes({ created_at: value }, { user_id: `c${at}` })),
          attributes({ plan: 'free' }, { user_id: 'without' }),
        );
        const counts = async (edges: readonly number[]): Promise<readonly number[]> =>
          (await engine.search.timeCounts(edges)).created;
        expect(await counts([NOW, NOW + 5, NOW + 10, NOW + 11].map((edge) => edge * 1000))).toEqual([2, 2, 1]);
        await engine.customers.change('c1', remove(), UPDATED);
        await engine.customers.change('c0', set({ created_at: NOW + 10 }), UPDATED);
        await ingest(attributes({ created_at: NOW }, { user_id: 'text', timestamp: TIME + DAY }));
        expect(await counts([NOW, NOW + 5, NOW + 10, NOW + 11].map((edge) => edge * 1000))).toEqual([1, 2, 2]);
        expect(await counts([0, 1])).toEqual([1]);
      });

      it('count the edits of customers that exist or not', async () => {
        await engine.customers.change('1', overwrite({ email: 'a@b' }, 10), OVERWRITTEN);
        await engine.customers.change('1', set({ plan: 'pro' }, 20), UPDATED);
        await engine.customers.change('2', overwrite({ email: 'c@d' }, 29), OVERWRITTEN);
        await engine.customers.change('2', remove(30), UPDATED);
        const entry = await engine.trash.get('2');
        if (!entry) throw new Error('A deleted customer is in the trash.');
        await engine.customers.change('2', restoration(entry), { actor: WEB_ADMIN, action: 'restored' });
        const now = (await engine.history.newest('2'))?.at ?? 0;
        expect(await engine.history.counts([10_000, 20_000, 30_000, now + 1])).toEqual([
          { created: 1, changed: 0, deleted: 0 },
          { created: 1, changed: 1, deleted: 0 },
          { created: 0, changed: 1, deleted: 1 },
        ]);
      });
    });

    describe('customers as they are kept', () => {
      it('come in the order of lists, behind any id, with their tombstones', async () => {
        await ingest(
          attributes({ a: 'x', b: 1 }, { user_id: '2', timestamp: 5 }),
          attributes({ b: null }, { user_id: '2', timestamp: 9 }),
          ...['10', '9', 'ÿ', 'a'].map((user_id) => event({ user_id })),
        );
        const { stored } = engine;
        const after = async (id: string | undefined, limit: number): Promise<string[]> =>
          (await stored.snapshot((snapshot) => snapshot.after(id, limit))).map((customer) => customer.id);
        expect(await stored.snapshot((snapshot) => snapshot.after(undefined, 1))).toEqual([
          { id: '2', attributes: '{"a":"x"}', events: '{}', attributeTimes: '{"a":5000,"b":9000}', lastUpdated: 9000 },
        ]);
        expect(await after(undefined, 9)).toEqual(['2', '9', '10', 'a', 'ÿ']);
        expect(await after('3', 2)).toEqual(['9', '10']);
        expect(await after('10', 9)).toEqual(['a', 'ÿ']);
        expect(await after('b', 9)).toEqual(['ÿ']);
        expect(await after('ÿ', 9)).toEqual([]);
        const among = await stored.snapshot((snapshot) => snapshot.among(['ÿ', 'nobody', '10', '2', '77']));
        expect(among.map((customer) => customer.id)).toEqual(['ÿ', '10', '2']);
        expect(among[2].attributeTimes).toBe('{"a":5000,"b":9000}');
      });
    });
  });
}
