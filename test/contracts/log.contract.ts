import fc from 'fast-check';
import { WEB_ADMIN } from '../../server/domain/actor.js';
import type { CustomerEdit } from '../../server/domain/customer/customer-repository.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { restoration } from '../../server/domain/customer/trash.js';
import { forEachMember } from '../../server/domain/json-members.js';
import type { LogEntry } from '../../server/domain/log/log-entry.js';
import type { LogQuery, LogRepository, WholeLog } from '../../server/domain/log/log-repository.js';
import { recordAt } from '../../server/domain/log/read-log.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, TIME, UPDATED } from '../support/messages.js';
import { readNaively, type NaiveMessage } from '../support/naive-lines.js';
import { NaiveLog, type NaiveCustomer } from '../support/naive-log.js';
import { expectRefolded } from '../support/refolded.js';
import { liveMessages } from './live-messages.contract.js';

/** The seconds after {@link TIME} at which things happen: few, so that there are ties. */
const SECONDS = 8;

type Line = Readonly<Record<string, unknown>> & { readonly type: 'event' | 'attributes' };

/** Something that happens to a customer, at a second. */
type Deed =
  | { readonly does: 'send'; readonly lines: readonly Line[]; readonly way: 'live' | 'file' }
  | { readonly does: 'patch'; readonly values: Readonly<Record<string, string | null>>; readonly second: number }
  | { readonly does: 'delete'; readonly second: number }
  | { readonly does: 'restore' }
  | { readonly does: 'end'; readonly entries: number };

const SECOND = fc.nat({ max: SECONDS });
const TIMESTAMP = SECOND.map((second) => TIME + second);
const NAME = fc.constantFrom('plan', 'n', 'é');
const VALUE = fc.constantFrom<unknown>(null, '', 'a', 'b', 1, { deep: [1] });
const LINE: fc.Arbitrary<Line> = fc.oneof(
  fc.record({
    type: fc.constant('event' as const),
    id: fc.nat({ max: 9 }),
    name: fc.constantFrom('page', 'buy'),
    timestamp: TIMESTAMP,
    data: fc.constantFrom<unknown>(1.5, null, { a: 'b' }),
  }),
  fc.record({
    type: fc.constant('attributes' as const),
    id: fc.nat({ max: 3 }),
    timestamp: TIMESTAMP,
    data: fc.dictionary(NAME, VALUE),
  }),
);
const SENT = fc.record({
  does: fc.constant('send' as const),
  lines: fc.array(LINE, { minLength: 1, maxLength: 6 }),
  way: fc.constantFrom('live' as const, 'file' as const),
});
const PATCHED = fc.record({
  does: fc.constant('patch' as const),
  values: fc.dictionary(NAME, fc.constantFrom(null, '"a"', '"c"', '1.0')),
  second: SECOND,
});
const DELETED = fc.record({ does: fc.constant('delete' as const), second: SECOND });
const RESTORED = fc.record({ does: fc.constant('restore' as const) });
const ENDED = fc.record({ does: fc.constant('end' as const), entries: fc.integer({ min: 1, max: 3 }) });
const DEED: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: SENT },
  { weight: 2, arbitrary: PATCHED },
  { weight: 1, arbitrary: DELETED },
  { weight: 1, arbitrary: RESTORED },
);

const ms = (second: number): number => (TIME + second) * 1_000;
const MOMENTS = [-1, ...Array.from({ length: SECONDS + 3 }, (_, second) => second)].map(ms);

/** Tests the log of an engine. */
export function describeLog(name: string, open: () => Promise<Engine>, examples = 20): void {
  describe(`the log on ${name}`, () => {
    let engine: Engine;
    let log: LogRepository;
    /** The customer of a test; a property takes another one for each example. */
    let id: string;
    let customers = 0;

    beforeEach(async () => {
      engine = await open();
      ({ log } = engine);
      id = '1';
    });
    afterEach(() => expectRefolded(engine).finally(() => engine.close()));

    const send = async (lines: readonly string[], way: 'live' | 'file' = 'live'): Promise<void> => {
      if (way === 'file') await ingestLines(engine, lines);
      else await engine.customers.accept(await liveMessages(engine, lines));
    };
    const patch = (values: Readonly<Record<string, string | null>>, second: number): Promise<unknown> => {
      const changes = Object.entries(values).map(([attribute, value]) => ({ name: attribute, value }));
      return engine.customers.change(id, (state) => patchAttributes(state, changes, ms(second)), UPDATED);
    };
    const remove = (second: number): Promise<unknown> => {
      const edit: CustomerEdit = (state) => {
        if (state.exists) deleteCustomer(state, ms(second));
      };
      return engine.customers.change(id, edit, UPDATED);
    };
    const restore = async (): Promise<void> => {
      const entry = await engine.trash.get(id);
      if (entry) await engine.customers.change(id, restoration(entry), { actor: WEB_ADMIN, action: 'restored' });
    };
    const at = async (time: number): Promise<NaiveCustomer | 'incomplete' | undefined> => {
      const found = await log.whole(id, (...whole) => recordAt(id, time, ...whole));
      if (!found || found === 'incomplete') return found;
      const values: Record<string, string> = {};
      forEachMember(found.attributes, (attribute, value) => (values[attribute] = value));
      const events = JSON.parse(found.events) as Record<string, number>;
      return { attributes: values, events, lastUpdated: found.lastUpdated };
    };
    const all = (query: Partial<LogQuery> = {}): Promise<readonly LogEntry[]> =>
      log.messages(id, { limit: 1_000, ...query });
    const ids = async (query: Partial<LogQuery> = {}): Promise<string[]> => (await all(query)).map((one) => one.id);

    async function act(deed: Deed, naive: NaiveLog): Promise<void> {
      switch (deed.does) {
        case 'send': {
          const lines = deed.lines.map((line) => JSON.stringify({ ...line, user_id: id }));
          await send(lines, deed.way);
          for (const line of lines) naive.message(naiveMessage(line));
          break;
        }
        case 'patch':
          await patch(deed.values, deed.second);
          naive.patch(deed.values, ms(deed.second));
          break;
        case 'delete':
          await remove(deed.second);
          naive.delete(ms(deed.second));
          break;
        case 'restore':
          await restore();
          naive.restore();
          break;
        case 'end':
          await log.end({ entries: deed.entries, before: undefined });
          break;
        default:
          deed satisfies never;
      }
    }

    const checkAll = (deeds: fc.Arbitrary<readonly Deed[]>, check: (naive: NaiveLog) => Promise<void>): Promise<void> =>
      fc.assert(
        fc.asyncProperty(deeds, async (given) => {
          id = `customer ${++customers}`;
          const naive = new NaiveLog();
          for (const deed of given) await act(deed, naive);
          await check(naive);
        }),
        runs(examples),
      );

    it('tells the customer at any moment, whatever happened in whatever order', () =>
      checkAll(fc.array(DEED, { maxLength: 8 }), async (naive) => {
        for (const time of MOMENTS) expect([time, await at(time)]).toEqual([time, naive.at(time)]);
      }));

    it('has each message that was applied, once, by time and then by arrival', () =>
      checkAll(fc.array(SENT, { maxLength: 6 }), async (naive) => {
        const expected = [...naive.applied].reverse().sort((a, b) => b.time - a.time);
        const entries = await all();
        expect(entries.map((entry) => [entry.kind, entry.id, entry.time, entry.name])).toEqual(
          expected.map((message) => [message.type, message.id, message.time, message.name]),
        );
        for (const entry of entries) expect(await log.message(id, entry)).toEqual(entry);
        for (const [place, before] of entries.entries()) {
          expect(await all({ before, limit: 2 })).toEqual(entries.slice(place + 1, place + 3));
        }
      }));

    it('keeps what a message holds, and no duplicate of it', async () => {
      const lines = [
        event({ id: 'e', name: 'é', data: { n: 1.5 } }),
        attributes({ plan: 'pro', gone: null }, { id: 'a', timestamp: TIME + 1 }),
      ];
      await send(lines);
      const entries = await all();
      const source = { kind: 'live', source: 1 };
      expect(entries).toMatchObject([
        { kind: 'attributes', id: 'a', time: ms(1), name: undefined, data: '{"plan":"pro","gone":null}', source },
        { kind: 'event', id: 'e', time: ms(0), name: 'é', data: '{"n":1.5}', source },
      ]);
      await send([...lines].reverse());
      await send(lines, 'file');
      expect(await all()).toEqual(entries);
      expect(await log.message(id, { ...entries[0], time: 1 })).toBeUndefined();
      expect(await log.messages('unknown', { limit: 1 })).toEqual([]);
    });

    it('finds messages by kind, name, time and moment', async () => {
      await send([event({ id: 'one' }), attributes({ plan: 1, 'e\u0301': 2 }, { id: 'two', timestamp: TIME + 1 })]);
      await send([event({ id: 'three', name: 'plan', timestamp: TIME + 2 }), attributes({ id: 7 }, { id: 'four' })]);
      expect(await ids()).toEqual(['three', 'two', 'four', 'one']);
      expect(await ids({ kinds: ['event'] })).toEqual(['three', 'one']);
      expect(await ids({ kinds: ['event', 'attributes'], limit: 1 })).toEqual(['three']);
      expect(await ids({ name: 'plan' })).toEqual(['three', 'two']);
      expect(await ids({ name: 'plan', kinds: ['attributes'] })).toEqual(['two']);
      expect(await ids({ name: 'e\u0301' })).toEqual(['two']);
      expect(await ids({ name: 'id' })).toEqual([]);
      expect(await ids({ since: ms(1) })).toEqual(['three', 'two']);
      expect(await ids({ until: ms(1) })).toEqual(['two', 'four', 'one']);
      const [{ moment }] = await log.messages(id, { limit: 1, name: 'page' });
      expect(await ids({ afterMoment: moment })).toEqual(['three', 'four']);
    });

    it('reads the logs of several customers as that of each one', async () => {
      const ids = ['text', '1', 'unknown', 'long', 'no\u0000body', '2'];
      for (const one of ['1', '2', 'text'])
        await send([event({ user_id: one, id: one }), attributes({ n: one }, { user_id: one, id: `a ${one}` })]);
      await send([event({ user_id: 'long', data: 'x'.repeat(70_000) })]);
      await patch({ plan: '"a"' }, 1);
      await log.end({ entries: 1, before: undefined });
      const read: [string, unknown][] = [];
      const take = async (...[own, messages, record]: WholeLog): Promise<unknown> => {
        const found: LogEntry[] = [];
        for await (const message of messages) found.push(message);
        return { own, found, record };
      };
      await log.wholes(ids, async (one, ...whole) => void read.push([one, await take(...whole)]));
      expect(read.map(([one]) => one)).toEqual(ids);
      for (const [one, found] of read) expect([one, found]).toEqual([one, await log.whole(one, take)]);
      expect(read.map(([, found]) => (found as { found: unknown[] }).found.length)).toEqual([1, 1, 0, 1, 0, 1]);
    });

    it('counts the messages of each kind in spans of time', () =>
      checkAll(fc.array(SENT, { maxLength: 6 }), async (naive) => {
        const edges = [ms(1), ms(2), ms(5), ms(SECONDS)];
        const expected = edges.slice(1).map((end, span) => {
          const within = naive.applied.filter(({ time }) => time >= edges[span] && time < end);
          const event = within.filter(({ type }) => type === 'event').length;
          return { event, attributes: within.length - event };
        });
        expect(await log.counts(id, { edges, afterMoment: -1 })).toEqual(expected);
        const entries = await all();
        if (entries.length === 0) return;
        const { moment } = entries[entries.length >> 1];
        const later = entries.filter((entry) => entry.moment > moment && entry.time >= ms(1) && entry.time < ms(5));
        const [counted] = await log.counts(id, { edges: [ms(1), ms(5)], afterMoment: moment });
        expect(counted.event + counted.attributes).toBe(later.length);
      }));

    it('ends the oldest messages, and nothing else', () =>
      checkAll(fc.array(fc.oneof(SENT, PATCHED, ENDED), { maxLength: 8 }), async (naive) => {
        const before = await all();
        await log.end({ entries: 2, before: undefined });
        expect(await all()).toEqual(before.slice(0, 2));
        const { baseline } = await log.customer(id);
        for (const time of MOMENTS) {
          const expected = baseline && time < baseline.time ? 'incomplete' : naive.at(time);
          expect([time, await at(time)]).toEqual([time, expected]);
        }
        await expectRefolded(engine, id);
      }));

    it('ends messages by their own time', async () => {
      await send([event({ id: 'one' }), attributes({ n: 1 }, { id: 'two', timestamp: TIME + 1 })]);
      await send([event({ id: 'late', timestamp: TIME }), event({ id: 'three', timestamp: TIME + 2 })]);
      expect(await log.end({ entries: 'all', before: ms(0) })).toBe(0);
      expect(await log.end({ entries: 'all', before: ms(1) })).toBe(2);
      expect(await ids()).toEqual(['three', 'two']);
      expect((await log.customer(id)).baseline).toMatchObject({ time: ms(0), events: new Map([['page', 2]]) });
      expect([await at(ms(0) - 1), await at(ms(0))]).toEqual([
        'incomplete',
        { attributes: {}, events: { page: 2 }, lastUpdated: ms(0) },
      ]);
      expect(await log.end({ entries: 'all', before: ms(9) })).toBe(2);
      expect(await ids()).toEqual([]);
    });

    it('ends nothing that a restoration needs', () =>
      checkAll(fc.array(fc.oneof(DEED, ENDED), { maxLength: 10 }), async (naive) => {
        await restore();
        naive.restore();
        await expectRefolded(engine, id);
        const { baseline } = await log.customer(id);
        for (const time of MOMENTS) {
          const expected = baseline && time < baseline.time ? 'incomplete' : naive.at(time);
          expect([time, await at(time)]).toEqual([time, expected]);
        }
      }));

    it('begins anew with the record when it was ended', () =>
      checkAll(
        fc.tuple(fc.array(DEED, { maxLength: 5 }), fc.array(DEED, { maxLength: 5 })).map(([early, late]) => {
          return [...early, { does: 'end' as const, entries: 0 }, ...late];
        }),
        async (naive) => {
          const { baseline } = await log.customer(id);
          await expectRefolded(engine, id);
          const now = naive.at(Infinity);
          if (now && (!baseline || baseline.time <= ms(99))) expect(await at(ms(99))).toEqual(now);
        },
      ));
  });
}

function naiveMessage(line: string): NaiveMessage {
  const message = readNaively(Buffer.from(line), Infinity);
  if (typeof message === 'string') throw new Error(message);
  return message;
}
