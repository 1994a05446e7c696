import fc from 'fast-check';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import type { CustomerSort, SortOrder } from '../../server/domain/search/customer-query.js';
import { parseFilter } from '../../server/domain/search/customer-filter.js';
import { resolveConditions } from '../../server/domain/search/written-query.js';
import { expectAgreement } from '../support/agreement.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, shown, TIME, UPDATED } from '../support/messages.js';

/** A moment within the second {@link TIME}, in ms since the Unix epoch. */
const at = (milliseconds: number): number => TIME * 1000 + milliseconds;
const customer = (values: Readonly<Record<string, unknown>>, seconds = TIME, events = {}): unknown => ({
  id: '1',
  attributes: values,
  events,
  last_updated: seconds,
});

interface Update {
  readonly id: string;
  readonly time: number;
  readonly data: Readonly<Record<string, string | null>>;
}

/** Describes the order of messages within a second, and the forms of their times, for every engine and every way to ingest. */
export function describeTimes(name: string, open: () => Promise<Engine>): void {
  describe(`times on ${name}`, () => {
    let engine: Engine;
    const ingest = (...lines: string[]) => ingestLines(engine, lines);
    const find = async (): Promise<unknown> => shown(await engine.customers.get('1'));

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    it('order the messages of one second, in one source and across sources', async () => {
      await ingest(
        attributes({ a: 'third', b: 'third' }, { timestamp: at(3) }),
        attributes({ a: 'second', c: 'second' }, { timestamp: TIME + 0.002 }),
        attributes({ a: 'first', b: null, c: 'first', d: 'first' }, { timestamp: new Date(at(1)).toISOString() }),
      );
      expect(await find()).toEqual(customer({ a: 'third', b: 'third', c: 'second', d: 'first' }));
      await ingest(attributes({ a: 'before', d: null, e: 'before' }, { timestamp: TIME }));
      expect(await find()).toEqual(customer({ a: 'third', b: 'third', c: 'second', d: 'first', e: 'before' }));
      await ingest(attributes({ a: 'last', e: null }, { timestamp: at(999) }));
      expect(await find()).toEqual(customer({ a: 'last', b: 'third', c: 'second', d: 'first' }));
    });

    it('that are equal to the millisecond let the later message win', async () => {
      const [first, second] = [{ timestamp: at(500) }, { timestamp: TIME + 0.5 }];
      await ingest(attributes({ a: 1, b: 1 }, first), attributes({ a: 2 }, second));
      expect(await find()).toEqual(customer({ a: 2, b: 1 }));
      await ingest(attributes({ b: 3 }, { timestamp: `${new Date(at(500)).toISOString().slice(0, -1)}999z` }));
      expect(await find()).toEqual(customer({ a: 2, b: 3 }));
    });

    it('in any of their forms make the same message', async () => {
      const forms = [at(120), TIME + 0.12, new Date(at(120)).toISOString(), '2015-04-03 15:17:30.12+02:00'];
      const lines = forms.map((timestamp) => attributes({ a: 'x' }, { id: 'a', timestamp }));
      expect(await ingest(...lines, ...lines)).toMatchObject({ attributes: 1, duplicates: 7 });
      const others = [TIME, at(119), at(121)].map((timestamp) => attributes({ a: 'x' }, { id: 'a', timestamp }));
      expect(await ingest(...others)).toMatchObject({ attributes: 3, duplicates: 0 });
      const digits = attributes({ a: 'x' }, { id: 'b', timestamp: TIME }).replace(
        String(TIME),
        `${TIME}.9999999999999999`,
      );
      expect(await ingest(digits)).toMatchObject({ attributes: 1 });
      expect(await ingest(attributes({ a: 'x' }, { id: 'b', timestamp: at(999) }))).toMatchObject({ duplicates: 1 });
      expect((await engine.customers.get('1'))?.lastUpdated).toBe(at(999));
    });

    it('of a deletion within a second divide the messages of that second', async () => {
      await ingest(event({ timestamp: at(0) }));
      await engine.customers.change('1', (state) => deleteCustomer(state, at(500)), UPDATED);
      const old = [event({ timestamp: at(499) }), event({ timestamp: at(500) }), event({ timestamp: TIME })];
      expect(await ingest(...old)).toMatchObject({ stale: 3, events: 0 });
      expect(await find()).toBeUndefined();
      expect(await ingest(event({ timestamp: TIME + 0.501 }), ...old)).toMatchObject({ stale: 3, events: 1 });
      expect(await find()).toEqual(customer({}, TIME, { page: 1 }));
    });

    it('of an edit within a second stand between the messages of that second', async () => {
      await engine.customers.change(
        '1',
        (state) => patchAttributes(state, [{ name: 'a', value: '"edited"' }], at(500)),
        UPDATED,
      );
      await ingest(attributes({ a: 'old', b: 'old' }, { timestamp: at(499) }));
      expect(await find()).toEqual(customer({ a: 'edited', b: 'old' }));
      await ingest(attributes({ a: 'new' }, { timestamp: at(501) }));
      expect(await find()).toEqual(customer({ a: 'new', b: 'old' }));
    });

    it('from 1970 to one day from now are taken, and kept to the millisecond', async () => {
      const latest = Date.now() + 86_400_000;
      const taken = [0, 0.001, 99_999_999.999, 100_000_000_000, '1970-01-01T00:00:00Z', latest - 5_000];
      for (const timestamp of taken) await ingest(event({ timestamp }));
      expect(await find()).toEqual(customer({}, Math.floor((latest - 5_000) / 1000), { page: taken.length }));
      const refused = [-1, 99_999_999_999, latest + 600_000, '2015-02-29T00:00:00Z', '2015-04-03', String(TIME), null];
      const report = await ingest(...refused.map((timestamp) => event({ timestamp })));
      expect(report.rejected).toEqual({ invalid_timestamp: refused.length });
    });

    it('of last updates are served, filtered and sorted by in whole seconds', async () => {
      const times = { a: at(-1), b: at(0), c: at(999), d: at(1000), e: at(5) };
      await ingest(...Object.entries(times).map(([user_id, timestamp]) => event({ user_id, timestamp })));
      const found = async (sort: CustomerSort, order: SortOrder, ...filters: string[]): Promise<string[]> => {
        const query = { filters: resolveConditions({ filters: filters.map(parseFilter) }, 0), sort, order };
        return (await engine.search.search(query, 0, 9)).customers.map(({ id }) => id);
      };
      expect(await found('last_updated', 'asc')).toEqual(['a', 'b', 'c', 'e', 'd']);
      expect(await found('last_updated', 'desc')).toEqual(['d', 'b', 'c', 'e', 'a']);
      expect(await found('id', 'asc', `last_updated:before:${TIME}`)).toEqual(['a']);
      expect(await found('id', 'asc', `last_updated:after:${TIME}`)).toEqual(['d']);
      expect(await found('id', 'asc', `last_updated:after:${TIME - 1}`)).toEqual(['b', 'c', 'd', 'e']);
      const json = Buffer.from((await engine.customers.pageJson(0, 9)).customers).toString();
      expect([...json.matchAll(/"last_updated":(\d+)\}/g)].map(([, seconds]) => Number(seconds) - TIME)).toEqual([
        -1, 0, 0, 1, 0,
      ]);
      expect(Buffer.from((await engine.customers.getJson('c')) ?? []).toString()).toContain(`"last_updated":${TIME}}`);
    });

    it('decide what any messages come to, in any order and in any sources', async () => {
      const update = fc.record({
        id: fc.constantFrom('1', '2', '3'),
        time: fc.constantFrom(0, 1, 999, 1000, 1001).map(at),
        data: fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('x', 'y', null), { minKeys: 1, maxKeys: 2 }),
      });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(update, { maxLength: 8 }), { minLength: 1, maxLength: 3 }),
          fc.uuid(),
          async (sources, user_id) => {
            const lines = ({ id, time, data }: Update): string => attributes(data, { id, user_id, timestamp: time });
            for (const source of sources) await ingest(...source.map(lines));
            const record = await engine.customers.get(user_id);
            expect(record && [JSON.parse(record.attributes), record.lastUpdated]).toEqual(expectedOf(sources.flat()));
          },
        ),
        runs(4),
      );
    });
  });
}

/** The first of equal messages, by time, then by arrival. @returns the attributes and the latest time */
function expectedOf(updates: readonly Update[]): unknown {
  if (updates.length === 0) return undefined;
  const key = ({ id, time, data }: Update): string => JSON.stringify([id, time, Object.entries(data).sort()]);
  const seen = new Set<string>();
  const first = updates.filter((update) => !seen.has(key(update)) && seen.add(key(update)));
  const values = new Map<string, string | null>();
  for (const { data } of first.sort((a, b) => a.time - b.time))
    for (const [name, value] of Object.entries(data)) values.set(name, value);
  return [
    Object.fromEntries([...values].filter(([, value]) => value !== null)),
    Math.max(...updates.map(({ time }) => time)),
  ];
}
