import fc from 'fast-check';
import type { IfUnknown, LiveMessage, LiveMessageOutcome } from '../../server/domain/customer/accept-messages.js';
import { suppressCustomer } from '../../server/domain/customer/edit.js';
import { CALL_OUTCOMES, type CallOutcome, type NewSource } from '../../server/domain/sources/source.js';
import { hourOf, MOST_REJECTS, type LiveNote } from '../../server/domain/sources/live-calls.js';
import { allEntries, draft, hashed, HOUR, NOW } from '../support/access.js';
import type { Engine } from '../support/engine.js';
import { runs } from '../support/fast-check.js';
import { event, UPDATED } from '../support/messages.js';
import { liveMessages } from './live-messages.contract.js';

const DAY = 24 * HOUR;
const KIB = 1024;

export function newSource(name: string, more: Partial<NewSource> = {}): NewSource {
  const switches = { isOn: true, keepsEmptyText: false, mayCreate: true, mayDelete: false };
  return { name, kind: 'segment', createdAt: NOW, createdBy: 'ada', keyHash: hashed(name), ...switches, ...more };
}

/** Tests the sources of live messages of an engine. */
export function describeSources(name: string, open: () => Promise<Engine>): void {
  describe(`sources on ${name}`, () => {
    let engine: Engine;
    const create = async (sourceName: string, more: Partial<NewSource> = {}): Promise<number> =>
      (await engine.sources.createSource(newSource(sourceName, more), draft('source.created', sourceName))).id;
    const differences = async (): Promise<readonly unknown[]> =>
      ((await engine.check?.run()) ?? []).filter(({ differences: count }) => count > 0);
    const origin = (
      source: number,
      arrival = NOW,
      text = '{}',
    ): { source: number; arrival: number; text: () => string } => ({
      source,
      arrival,
      text: () => text,
    });
    const rejected = (source: number, arrival = NOW, text = '{}', message = 'No.'): LiveNote => ({
      ...origin(source, arrival, text),
      outcome: 'rejected',
      reject: { reason: 'invalid_id', field: 'messageId', message },
      userId: 'someone',
    });
    /** The counts of a source by outcome, of all hours. */
    const countsOf = async (source: number): Promise<Partial<Record<CallOutcome, number>>> => {
      const counts: Partial<Record<CallOutcome, number>> = {};
      for (const { outcome, count } of await engine.sources.counts(0, source))
        counts[outcome] = (counts[outcome] ?? 0) + count;
      return counts;
    };

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(async () => {
      expect(await differences()).toEqual([]);
      await engine.close();
    });

    it('begin with the default one, which has no key and is not removed', async () => {
      const [source, ...others] = await engine.sources.sources();
      expect(others).toEqual([]);
      expect(source).toEqual({
        ...{
          id: 1,
          name: 'default',
          kind: 'http',
          isOn: true,
          keepsEmptyText: false,
          mayCreate: true,
          mayDelete: false,
        },
        ...{ createdAt: expect.any(Number) as number, createdBy: '', oldKeyUntil: undefined },
      });
      expect(Math.abs(source.createdAt - Date.now())).toBeLessThan(DAY);
      await expect(engine.sources.changeKey(1, hashed('x'), NOW, draft('source.key'))).rejects.toMatchObject({
        code: 'default_source',
      });
      await expect(engine.sources.removeSource(1, draft('source.removed'))).rejects.toMatchObject({
        code: 'default_source',
      });
      const changed = await engine.sources.changeSource(1, { isOn: false, mayDelete: true }, draft('source.changed'));
      expect(changed).toMatchObject({ id: 1, isOn: false, mayDelete: true });
      expect(await engine.sources.source(1)).toEqual(changed);
    });

    it('are made, changed and removed, each with an entry in the audit', async () => {
      const { keyHash, ...given } = newSource('Zoë 😀', { keepsEmptyText: true, mayCreate: false, kind: 'customerio' });
      const made = await engine.sources.createSource({ keyHash, ...given }, draft('source.created', 'Zoë 😀'));
      expect(made).toEqual({ ...given, id: 2, oldKeyUntil: undefined });
      const changed = await engine.sources.changeSource(
        2,
        { name: 'shop', isOn: false },
        draft('source.changed', 'shop'),
      );
      expect(changed).toEqual({ ...made, name: 'shop', isOn: false });
      expect((await engine.sources.sources()).map(({ id }) => id)).toEqual([1, 2]);
      await engine.sources.removeSource(2, draft('source.removed', 'shop'));
      expect(await engine.sources.sources()).toHaveLength(1);
      const missing = [
        engine.sources.source(2),
        engine.sources.changeSource(2, {}, draft('source.changed')),
        engine.sources.changeKey(2, hashed('x'), NOW, draft('source.key')),
        engine.sources.removeSource(2, draft('source.removed')),
      ];
      for (const promise of missing) await expect(promise).rejects.toMatchObject({ code: 'source_not_found' });
      // A number is not assigned twice.
      expect(await create('next')).toBe(3);
      expect((await allEntries(engine.access)).map(({ action, target }) => [action, target])).toEqual([
        ['source.created', 'Zoë 😀'],
        ['source.changed', 'shop'],
        ['source.removed', 'shop'],
        ['source.created', 'next'],
      ]);
    });

    it('have names of their own', async () => {
      await create('a');
      await create('b');
      const taken = [
        create('a', { keyHash: hashed('other') }),
        engine.sources.changeSource(3, { name: 'a' }, draft('source.changed')),
      ];
      for (const promise of taken) await expect(promise).rejects.toMatchObject({ code: 'source_name_taken' });
      expect(await engine.sources.changeSource(2, { name: 'a' }, draft('source.changed'))).toMatchObject({ name: 'a' });
      // Two at the same time: one of them has it.
      const both = await Promise.allSettled([1, 2].map((n) => create('c', { keyHash: hashed(`c${n}`) })));
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('are found by their keys, the one before until its end', async () => {
      const id = await create('a');
      const byKey = async (key: string, now = NOW): Promise<number | undefined> =>
        (await engine.sources.sourceByKey(hashed(key), now))?.id;
      expect([await byKey('a'), await byKey('b')]).toEqual([id, undefined]);
      const changed = await engine.sources.changeKey(id, hashed('b'), NOW + HOUR, draft('source.key', 'a'));
      expect(changed.oldKeyUntil).toBe(NOW + HOUR);
      expect([await byKey('a', NOW + HOUR - 1), await byKey('a', NOW + HOUR), await byKey('b')]).toEqual([
        id,
        undefined,
        id,
      ]);
      await engine.sources.changeKey(id, hashed('c'), NOW + HOUR, draft('source.key', 'a'));
      expect([await byKey('a'), await byKey('b'), await byKey('c')]).toEqual([undefined, id, id]);
      await engine.sources.changeSource(id, { isOn: false }, draft('source.changed', 'a'));
      expect(await engine.sources.sourceByKey(hashed('c'), NOW)).toMatchObject({ id, isOn: false });
    });

    it('have their calls counted by hour and outcome, and seen by another process', async () => {
      const id = await create('a');
      const notes: LiveNote[] = [
        { ...origin(id), outcome: 'anonymous' },
        { ...origin(id, NOW + HOUR), outcome: 'ignored' },
        { ...origin(1), outcome: 'accepted' },
      ];
      expect(await engine.customers.accept([], notes)).toEqual([]);
      await engine.customers.accept([], notes);
      const hour = hourOf(NOW);
      const all = [
        { source: 1, hour, outcome: 'accepted', count: 2 },
        { source: id, hour, outcome: 'anonymous', count: 2 },
        { source: id, hour: hour + HOUR, outcome: 'ignored', count: 2 },
      ];
      expect(await engine.sources.counts(0)).toEqual(all);
      expect(await engine.sources.counts(hour + 1)).toEqual(all.slice(2));
      expect(await engine.sources.counts(0, id)).toEqual(all.slice(1));
      const other = await engine.again?.();
      if (other) {
        await other.customers.accept([], notes);
        expect(await engine.sources.counts(0, 1)).toEqual([{ ...all[0], count: 3 }]);
        await other.close();
      }
    });

    it('keep rejects with their texts, the newest first, in pages', async () => {
      const id = await create('a');
      const texts = ['{"a":1}', 'ü'.repeat(33 * KIB), `${'x'.repeat(64 * KIB - 1)}é`, 'U+0000: \0, half: \ud800'];
      await engine.customers.accept([], [...texts.map((text) => rejected(id, NOW, text)), rejected(1)]);
      const rejects = await engine.sources.rejects(id, 10);
      expect(rejects.map(({ text }) => text)).toEqual([
        'U+0000: \ufffd, half: \ufffd',
        'x'.repeat(64 * KIB - 1),
        'ü'.repeat(32 * KIB),
        '{"a":1}',
      ]);
      expect(rejects[3]).toEqual({
        ...{ id: 1, source: id, at: NOW, reason: 'invalid_id', field: 'messageId', message: 'No.' },
        ...{ userId: 'someone', text: '{"a":1}' },
      });
      const page = await engine.sources.rejects(id, 2);
      expect(page).toEqual(rejects.slice(0, 2));
      expect(await engine.sources.rejects(id, 2, page[1].id)).toEqual(rejects.slice(2));
      expect(await engine.sources.rejects(id, 2, 1)).toEqual([]);
    });

    it('keep the reject of a message that has no effect, and not the text of any other', async () => {
      const id = await create('a');
      let texts = 0;
      const text = (): string => `text ${++texts}`;
      await engine.customers.change('suppressed', (state) => suppressCustomer(state, 1), UPDATED);
      const lines = ['1', 'suppressed', 'unknown'].map((user_id) => event({ user_id }));
      const one = async (line: string, ifUnknown: IfUnknown): Promise<LiveMessage> => {
        const [message] = await liveMessages(engine, [line], ifUnknown);
        return { ...message, source: id, arrival: NOW, text };
      };
      const messages = [
        await one(lines[0], 'create'),
        await one(lines[0], 'reject'),
        await one(lines[1], 'create'),
        await one(lines[2], 'reject'),
        await one(lines[2], 'ignore'),
      ];
      expect(await engine.customers.accept(messages)).toEqual([
        ...['accepted', 'duplicate', 'suppressed', 'unknown_customer', 'ignored'],
      ]);
      expect(await countsOf(id)).toEqual({ accepted: 1, duplicate: 1, rejected: 2, ignored: 1 });
      expect(await engine.sources.rejects(id, 10)).toMatchObject([
        { reason: 'unknown_customer', userId: 'unknown', text: 'text 2' },
        { reason: 'suppressed', userId: 'suppressed', text: 'text 1' },
      ]);
      expect(texts).toBe(2);
    });

    it('keep the latest rejects, of the last 30 days', async () => {
      const [a, b] = [await create('a'), await create('b')];
      const many = (source: number, count: number, arrival = NOW): LiveNote[] =>
        Array.from({ length: count }, (_, n) => rejected(source, arrival, String(n)));
      await engine.customers.accept([], [...many(b, 3, NOW - 30 * DAY - 1), ...many(b, 2, NOW - 30 * DAY)]);
      await engine.customers.accept([], [...many(a, MOST_REJECTS - 5), ...many(b, 1)]);
      await engine.customers.accept([], many(a, MOST_REJECTS + 7));
      await engine.customers.accept([], many(a, 4));
      await engine.sources.removeEnded(NOW);
      expect(await engine.sources.rejects(b, 10)).toHaveLength(3);
      const kept = await engine.sources.rejects(a, 2 * MOST_REJECTS);
      expect(kept).toHaveLength(MOST_REJECTS);
      expect([kept[0].text, kept[4].text, kept[MOST_REJECTS - 1].text]).toEqual(['3', String(MOST_REJECTS + 6), '11']);
      expect(await countsOf(a)).toEqual({ rejected: 2 * MOST_REJECTS + 6 });
    });

    it('are not filled without end by rejects', async () => {
      const id = await create('a');
      const notes = Array.from({ length: 2_500 }, () => rejected(id));
      for (let n = 0; n < 7; n++) await engine.customers.accept([], notes);
      expect((await engine.sources.rejects(id, 1e6)).length).toBeLessThan(MOST_REJECTS + 2_500);
    });

    it('lose their counts and rejects when they are removed, also those that arrive meanwhile', async () => {
      const id = await create('a');
      await engine.customers.accept([], [rejected(id), rejected(1)]);
      await engine.sources.removeSource(id, draft('source.removed'));
      expect([await engine.sources.counts(0, id), await engine.sources.rejects(id, 10)]).toEqual([[], []]);
      await engine.customers.accept([], [rejected(id)]);
      await engine.sources.removeEnded(NOW);
      expect([await engine.sources.counts(0, id), await engine.sources.rejects(id, 10)]).toEqual([[], []]);
      expect(await countsOf(1)).toEqual({ rejected: 1 });
    });

    it('are made, removed and tidied by several processes, while their calls arrive', async () => {
      const other = (await engine.again?.()) ?? { ...engine, close: () => Promise.resolve() };
      const processes = [engine, other];
      const id = await create('stays');
      const rounds = Array.from({ length: 12 }, (_, n) => n);
      const calls = rounds.flatMap((n) =>
        processes.map(({ customers }) =>
          customers.accept([], [rejected(id), rejected(1), rejected(id + 1 + (n % 6)), rejected(id, NOW + HOUR)]),
        ),
      );
      const changes = rounds.map(async (n) => {
        const { sources } = processes[n % 2];
        const made = await sources.createSource(newSource(`gone ${n}`), draft('source.created'));
        await sources.changeSource(id, { isOn: n % 3 === 0 }, draft('source.changed'));
        await sources.removeSource(made.id, draft('source.removed'));
        await sources.removeEnded(NOW);
      });
      await Promise.all([...calls, ...changes]);
      await engine.sources.removeEnded(NOW);
      expect((await engine.sources.sources()).map(({ name: sourceName }) => sourceName)).toEqual(['default', 'stays']);
      expect([await countsOf(1), await countsOf(id)]).toEqual([{ rejected: 24 }, { rejected: 48 }]);
      expect(await engine.sources.rejects(id, 100)).toHaveLength(48);
      await other.close();
    });

    it('keep counts for 400 days', async () => {
      const hour = hourOf(NOW);
      const at = (arrival: number): LiveNote => ({ ...origin(1, arrival), outcome: 'ignored' });
      await engine.customers.accept([], [at(hour - 400 * DAY), at(hour - 400 * DAY - HOUR)]);
      await engine.sources.removeEnded(hour);
      expect(await engine.sources.counts(0)).toMatchObject([{ hour: hour - 400 * DAY }]);
    });

    it('remember ids until their end, the first one of a request', async () => {
      const [one, two] = ['\0\ud800\uffff1234?', '\0\ud800\uffff1234!'];
      const first = { id: 'made', arrival: NOW };
      expect(await engine.sources.rememberedId(one, NOW)).toBeUndefined();
      await engine.sources.rememberId(one, first, NOW + 1000);
      await engine.sources.rememberId(one, { id: 'other', arrival: NOW + 999 }, NOW + 5000);
      expect(await engine.sources.rememberedId(one, NOW + 999)).toEqual(first);
      expect(await engine.sources.rememberedId(two, NOW)).toBeUndefined();
      expect(await engine.sources.rememberedId(one, NOW + 1000)).toBeUndefined();
      const later = { id: 'later', arrival: NOW + 1000 };
      await engine.sources.rememberId(one, later, NOW + 5000);
      await engine.sources.removeEnded(NOW + 4999);
      expect(await engine.sources.rememberedId(one, NOW + 4999)).toEqual(later);
      await engine.sources.removeEnded(NOW + 5000);
      expect(await engine.sources.rememberedId(one, NOW)).toBeUndefined();
    });

    it('count every call once, by what became of it', async () => {
      await engine.customers.change('suppressed', (state) => suppressCustomer(state, 1), UPDATED);
      await create('a');
      await create('b');
      const source = fc.constantFrom(1, 2, 3);
      const arrival = fc.constantFrom(NOW, NOW + HOUR, NOW + DAY);
      const note = fc
        .tuple(source, arrival, fc.constantFrom<CallOutcome[]>(...CALL_OUTCOMES))
        .map(([from, at, outcome]): LiveNote =>
          outcome === 'rejected' ? rejected(from, at) : { ...origin(from, at), outcome },
        );
      const message = fc.record({
        line: fc
          .record({ id: fc.nat({ max: 5 }), user_id: fc.constantFrom('1', 'é', 'suppressed', 'unknown') })
          .map(event),
        source,
        arrival,
        ifUnknown: fc.constantFrom<IfUnknown[]>('create', 'reject', 'ignore'),
      });
      const expected = new Map<string, number>();
      const count = (from: number, at: number, outcome: CallOutcome): void => {
        const key = `${from} ${hourOf(at)} ${outcome}`;
        expected.set(key, (expected.get(key) ?? 0) + 1);
      };
      const outcomeOf = (outcome: LiveMessageOutcome): CallOutcome =>
        outcome === 'suppressed' || outcome === 'unknown_customer' ? 'rejected' : outcome;
      await fc.assert(
        fc.asyncProperty(
          fc.array(message, { maxLength: 8 }),
          fc.array(note, { maxLength: 4 }),
          async (given, notes) => {
            const messages = await Promise.all(
              given.map(async ({ line, ifUnknown, ...rest }) => ({
                ...(await liveMessages(engine, [line], ifUnknown))[0],
                ...rest,
              })),
            );
            const outcomes = await engine.customers.accept(messages, notes);
            messages.forEach((one, at) => count(one.source, one.arrival, outcomeOf(outcomes[at])));
            for (const one of notes) count(one.source, one.arrival, one.outcome);
            const counts = await engine.sources.counts(0);
            const found = counts.map((one): [string, number] => [
              `${one.source} ${one.hour} ${one.outcome}`,
              one.count,
            ]);
            expect(new Map(found)).toEqual(expected);
          },
        ),
        runs(8),
      );
    });
  });
}
