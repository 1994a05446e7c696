import fc from 'fast-check';
import { WEB_ADMIN } from '../../server/domain/actor.js';
import type { CustomerEdit } from '../../server/domain/customer/customer-repository.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { restoration } from '../../server/domain/customer/trash.js';
import { eventsWithin, type Condition, type EventCondition } from '../../server/domain/search/condition.js';
import { parseFilter } from '../../server/domain/search/customer-filter.js';
import type { TimeRange } from '../../server/domain/search/filter-time.js';
import type { CustomerSelection } from '../../server/domain/search/customer-query.js';
import { resolveConditions } from '../../server/domain/search/written-query.js';
import { expectAgreement } from '../support/agreement.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { event, ingestLines, UPDATED } from '../support/messages.js';
import { NaiveLog } from '../support/naive-log.js';
import { liveMessages } from './live-messages.contract.js';

const MANY = 10_000;
const SPAN = 2 ** 31;
/** Times in ms, some at the ends of the spans in which an index may keep them. */
const TIMES = [
  664 * SPAN - 1,
  664 * SPAN,
  664 * SPAN + 1,
  665 * SPAN + 70,
  665 * SPAN + 71,
  667 * SPAN,
  668 * SPAN - 1,
];
const CUSTOMERS = 3;

type Deed = { readonly customer: number } & (
  | {
      readonly does: 'send';
      readonly id: number;
      readonly name: string;
      readonly time: number;
      readonly way: 'live' | 'file';
    }
  | { readonly does: 'patch' | 'delete'; readonly time: number }
  | { readonly does: 'restore' | 'compact' }
  | { readonly does: 'end'; readonly entries: number }
);

const customer = fc.nat(CUSTOMERS - 1);
const time = fc.constantFrom(...TIMES);
const name = fc.constantFrom('buy', 'page', 'é:');
const SENT: fc.Arbitrary<Deed> = fc.record({
  does: fc.constant('send' as const),
  customer,
  id: fc.nat(12),
  name,
  time,
  way: fc.constantFrom('live' as const, 'file' as const),
});
const PATCHED: fc.Arbitrary<Deed> = fc.record({ does: fc.constant('patch' as const), customer, time });
const DELETED: fc.Arbitrary<Deed> = fc.record({ does: fc.constant('delete' as const), customer, time });
const RESTORED: fc.Arbitrary<Deed> = fc.record({ does: fc.constant('restore' as const), customer });
const COMPACTED: fc.Arbitrary<Deed> = fc.record({ does: fc.constant('compact' as const), customer });
const ENDED: fc.Arbitrary<Deed> = fc.record({ does: fc.constant('end' as const), customer, entries: fc.nat(2) });

const range: fc.Arbitrary<TimeRange> = fc
  .tuple(time, time, fc.nat(1), fc.nat(1))
  .map(([a, b, x, y]) => ({ from: Math.min(a, b) + x, to: Math.max(a, b) + y }));
const asked: fc.Arbitrary<EventCondition> = fc.oneof(
  fc.record({
    on: fc.constant('event' as const),
    name,
    is: fc.constantFrom('at_least' as const, 'at_most' as const),
    count: fc.nat(3),
    within: range,
  }),
  fc.record({ on: fc.constant('event' as const), name, is: fc.constant('never' as const), within: range }),
);
const grouped: fc.Arbitrary<Condition> = fc.oneof(
  asked,
  fc.record({
    on: fc.constantFrom('all' as const, 'any' as const),
    of: fc.array(asked, { minLength: 1, maxLength: 3 }),
  }),
);

async function all(ids: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const id of ids) found.push(id);
  return found;
}

/** Tells whether a customer satisfies a condition, by the messages that counted. */
function satisfies(naive: NaiveLog, condition: Condition): boolean {
  if (condition.on === 'all') return condition.of.every((one) => satisfies(naive, one));
  if (condition.on === 'any') return condition.of.some((one) => satisfies(naive, one));
  if (condition.on !== 'event' || !condition.within) throw new Error('The rule is for events within a time.');
  const { from, to } = condition.within;
  const found = naive.applied.filter((one) => one.name === condition.name && one.time >= from && one.time < to).length;
  if (condition.is === 'never') return found === 0;
  return condition.is === 'at_least' ? found >= condition.count : found <= condition.count;
}

/** Tests filters on events within a time, of an engine, against all messages that were applied. */
export function describeWithin(engineName: string, open: () => Promise<Engine>, examples = 12): void {
  describe(`events within a time on ${engineName}`, () => {
    let engine: Engine;
    let example = 0;

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    /** Every example has customers and events of its own. */
    const idOf = (one: number): string => (one === 0 ? String(example) : `c${example}.${one}`);
    const nameOf = (one: string): string => `${one}${example}`;
    const renamed = (condition: Condition): Condition => {
      if (condition.on === 'all' || condition.on === 'any') return { ...condition, of: condition.of.map(renamed) };
      return condition.on === 'event' ? { ...condition, name: nameOf(condition.name) } : condition;
    };

    async function act(deed: Deed, naive: NaiveLog): Promise<void> {
      const id = idOf(deed.customer);
      switch (deed.does) {
        case 'send': {
          const message = { id: `${deed.id}`, name: nameOf(deed.name) };
          const line = event({ ...message, user_id: id, timestamp: deed.time });
          if (deed.way === 'file') await ingestLines(engine, [line]);
          else await engine.customers.accept(await liveMessages(engine, [line]));
          naive.message({ ...message, type: 'event', userId: id, time: deed.time });
          break;
        }
        case 'patch': {
          const changes = [{ name: 'plan', value: '"a"' }];
          const edit = { plan: '"a"' };
          const found = await engine.customers.change(
            id,
            (state) => patchAttributes(state, changes, deed.time),
            UPDATED,
          );
          if (found) naive.patch(edit, deed.time);
          break;
        }
        case 'delete': {
          const edit: CustomerEdit = (state) => {
            if (state.exists) deleteCustomer(state, deed.time);
          };
          await engine.customers.change(id, edit, UPDATED);
          naive.delete(deed.time);
          break;
        }
        case 'restore': {
          const entry = await engine.trash.get(id);
          if (entry) await engine.customers.change(id, restoration(entry), { actor: WEB_ADMIN, action: 'restored' });
          naive.restore();
          break;
        }
        case 'compact':
          await engine.log.compact(new AbortController().signal);
          break;
        case 'end':
          await engine.log.end({ entries: deed.entries, before: undefined });
          break;
        default:
          deed satisfies never;
      }
    }

    /** Expects every way to select to find the customers of this example that the rule selects. */
    async function expectFound(naives: readonly NaiveLog[], condition: Condition): Promise<void> {
      const filters = [renamed(condition)];
      const exist = naives.flatMap((naive, one) => (naive.at(Infinity) ? [{ naive, id: idOf(one) }] : []));
      const ids = exist.map(({ id }) => id);
      const expected = exist.filter(({ naive }) => satisfies(naive, filters[0])).map(({ id }) => id);
      const ofExample = (found: readonly string[]): string[] => found.filter((id) => ids.includes(id)).sort();
      const { search, stored } = engine;
      const page = await search.searchIds({ filters, sort: 'id', order: 'asc' }, 0, MANY);
      expect(ofExample(page.ids)).toEqual([...expected].sort());
      expect(await search.count({ filters })).toEqual({
        total: page.ids.length,
        totalIsMinimum: false,
        indexing: false,
      });
      expect(ofExample(await search.walk({ filters }, undefined, MANY))).toEqual([...expected].sort());
      expect(ofExample(await all(search.select({ filters })))).toEqual([...expected].sort());
      expect((await all(search.select({ filters, ids }))).sort()).toEqual([...expected].sort());
      const { signal } = new AbortController();
      const exported = await stored.snapshot((snapshot) => all(snapshot.select({ filters }, signal)));
      expect(ofExample(exported)).toEqual([...expected].sort());
    }

    const checkAll = (
      deeds: fc.Arbitrary<readonly Deed[]>,
      check: (naives: readonly NaiveLog[], condition: Condition) => Promise<void>,
    ): Promise<void> =>
      fc.assert(
        fc.asyncProperty(deeds, fc.array(grouped, { minLength: 1, maxLength: 3 }), async (given, conditions) => {
          example++;
          const naives = Array.from({ length: CUSTOMERS }, () => new NaiveLog());
          for (const deed of given) await act(deed, naives[deed.customer]);
          for (const condition of conditions) await check(naives, condition);
        }),
        runs(examples),
      );

    it('are counted by their times, over all customers, whatever happened in whatever order', () => {
      const everyone = new Set<NaiveLog>();
      const edges = [...new Set([...TIMES, TIMES[0] + 5, TIMES[TIMES.length - 1] + 1])].sort((a, b) => a - b);
      return checkAll(
        fc.array(fc.oneof({ weight: 5, arbitrary: SENT }, PATCHED, DELETED, RESTORED, COMPACTED), { maxLength: 12 }),
        async (naives) => {
          for (const naive of naives) everyone.add(naive);
          const times = [...everyone].flatMap(({ applied }) => applied.map(({ time: one }) => one));
          const counts = await engine.search.timeCounts(edges);
          expect(counts).toMatchObject({ eventsEndedUpTo: undefined, indexing: false });
          expect(counts.events).toEqual(
            edges.slice(1).map((end, span) => times.filter((one) => one >= edges[span] && one < end).length),
          );
        },
      );
    });

    it('are those that were applied, whatever happened in whatever order', () =>
      checkAll(
        fc.array(fc.oneof({ weight: 5, arbitrary: SENT }, PATCHED, DELETED, RESTORED, COMPACTED), { maxLength: 12 }),
        async (naives, condition) => {
          await expectFound(naives, condition);
          expect(await engine.search.logIncompleteSince({ filters: [renamed(condition)] })).toBeUndefined();
        },
      ));

    it('are all known from the time on that is told, after some have ended', () =>
      checkAll(
        fc.array(fc.oneof({ weight: 5, arbitrary: SENT }, DELETED, RESTORED, ENDED, COMPACTED), { maxLength: 12 }),
        async (naives, condition) => {
          const filters = [renamed(condition)];
          const since = await engine.search.logIncompleteSince({ filters });
          expect(await engine.search.logIncompleteSince({ filters }, true)).toBe(since);
          if (since === undefined) return expectFound(naives, condition);
          expect(since).toBeGreaterThan(Math.min(...eventsWithin(filters).map(({ within }) => within.from)));
          expect(await engine.search.logIncompleteSince({ filters: [after(filters[0], since)] })).toBeUndefined();
          return expectFound(naives, after(condition, since));
        },
      ));

    it('are not known where no log was kept, or where messages have ended', async () => {
      const [early, middle, late] = [TIMES[0], TIMES[3], TIMES[5]];
      await ingestLines(engine, [
        event({ user_id: '1', name: 'buy', timestamp: early }),
        event({ user_id: '1', name: 'buy', timestamp: middle }),
        event({ user_id: '1', name: 'page', timestamp: late }),
        event({ user_id: '2', name: 'buy', timestamp: late }),
      ]);
      const never = (from: number, asks = 'buy'): CustomerSelection => ({
        filters: [{ on: 'event', name: asks, is: 'never', within: { from, to: late + 1 } }],
      });
      const since = (...of: Parameters<typeof never>): Promise<number | undefined> =>
        engine.search.logIncompleteSince(never(...of), true);
      expect(await since(0)).toBeUndefined();
      await engine.log.end({ entries: 'all', before: middle });
      expect([await since(early), await since(early + 1), await since(0, 'page')]).toEqual([
        early + 1,
        undefined,
        undefined,
      ]);
      expect(await all(engine.search.select(never(early + 1)))).toEqual([]);
      expect(await all(engine.search.select(never(middle + 1)))).toEqual(['1']);
      expect(await all(engine.search.select({ filters: [resolved('event:buy:at_least:2:within:-9999d')] }))).toEqual(
        [],
      );
      expect((await engine.search.timeCounts([0, MANY])).eventsEndedUpTo).toBe(early);
      await engine.log.end({ entries: 1, before: undefined });
      expect([await since(middle), await since(middle + 1)]).toEqual([middle + 1, undefined]);
      await engine.log.end({ entries: 0, before: undefined });
      expect([await since(late), await since(late + 1), await since(late, 'page')]).toEqual([
        late + 1,
        undefined,
        late + 1,
      ]);
      expect(await since(0, 'unknown')).toBeUndefined();
      await engine.customers.change('2', (state) => deleteCustomer(state, late), UPDATED);
      await ingestLines(engine, [event({ user_id: '2', name: 'page', timestamp: late + 1 })]);
      // The baseline of the first customer counts, and that of the second was wiped.
      await engine.customers.change('1', (state) => deleteCustomer(state, late), UPDATED);
      expect([await since(0), await since(0, 'page')]).toEqual([undefined, undefined]);
      expect(await all(engine.search.select(never(late)))).toEqual(['2']);
    });

    it('are counted from their own time on, also where it is ahead of the clock', async () => {
      const now = TIMES[5];
      const hour = 3_600_000;
      await ingestLines(engine, [
        event({ user_id: '1', name: 'buy', timestamp: now + 1 }),
        event({ user_id: '2', name: 'buy', timestamp: now }),
        event({ user_id: '3', name: 'buy', timestamp: now - 12 * hour }),
        event({ user_id: '4', name: 'buy', timestamp: now - 12 * hour - 1 }),
      ]);
      const found = (filter: string): Promise<string[]> =>
        all(engine.search.select({ filters: [resolved(filter, now)] }));
      expect((await found('event:buy:at_least:1:within:-12h')).sort()).toEqual(['2', '3']);
      expect((await found('event:buy:never:within:-12h')).sort()).toEqual(['1', '4']);
      expect((await found('event:buy:at_most:0:within:-0h')).sort()).toEqual(['1', '3', '4']);
      expect((await found('event:buy:at_least:1:within:this_year')).sort()).toEqual(['1', '2', '3', '4']);
    });
  });
}

function resolved(filter: string, now = Date.now()): Condition {
  return resolveConditions({ filters: [parseFilter(filter)] }, now)[0];
}

/** The condition on times from a time on. */
function after(condition: Condition, from: number): Condition {
  if (condition.on === 'all' || condition.on === 'any')
    return { ...condition, of: condition.of.map((one) => after(one, from)) };
  if (condition.on !== 'event' || !condition.within) return condition;
  return { ...condition, within: { from: Math.max(condition.within.from, from), to: condition.within.to } };
}
