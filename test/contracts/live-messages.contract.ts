import fc from 'fast-check';
import { unknownCustomer, toStored, type CustomerRecord, recordOf } from '../../server/domain/customer/customer.js';
import type { IfUnknown, LiveMessage, LiveMessageOutcome } from '../../server/domain/customer/accept-messages.js';
import { deleteCustomer, patchAttributes } from '../../server/domain/customer/edit.js';
import { foldMessage } from '../../server/domain/customer/fold.js';
import { identityOf, MessageIdentifier } from '../../server/domain/message/message-identity.js';
import { readMessage } from '../../server/domain/message/message.js';
import { DEFAULT_SOURCE } from '../../server/domain/sources/source.js';
import { expectAgreement } from '../support/agreement.js';
import type { Engine } from '../support/engine.js';
import { packLiveMessage } from '../../server/live/live-entry.js';
import { runs } from '../support/fast-check.js';
import { attributes, event, ingestLines, shown, TIME, UPDATED } from '../support/messages.js';

const IF_UNKNOWN = ['create', 'reject', 'ignore'] as const;

/** Makes the live message of a line. */
export async function liveMessages(
  engine: Pick<Engine, 'customers'>,
  lines: readonly string[],
  ifUnknown: IfUnknown = 'create',
): Promise<LiveMessage[]> {
  const identifier = new MessageIdentifier(await engine.customers.identityKey());
  return lines.map((line) => {
    const outcome = readMessage(JSON.parse(line), Infinity);
    if (outcome.kind !== 'message') throw new Error(outcome.kind);
    const { message } = outcome;
    identifier.identify(message);
    const identity = identityOf(identifier.lanes);
    const entry = (): Uint8Array => packLiveMessage(message, DEFAULT_SOURCE, false);
    const origin = { source: DEFAULT_SOURCE, arrival: TIME * 1000, text: () => line };
    return { ...origin, userId: message.userId, identity, effect: message, ifUnknown, entry };
  });
}

/** The customers that the messages of all requests make, one after another, without an engine. */
function foldedPlainly(messages: readonly LiveMessage[]): {
  records: CustomerRecord[];
  outcomes: LiveMessageOutcome[];
} {
  const states = new Map<string, ReturnType<typeof unknownCustomer>>();
  const applied = new Map<string, Set<string>>();
  const outcomes = messages.map(({ userId, identity, effect, ifUnknown }): LiveMessageOutcome => {
    const state = states.get(userId) ?? unknownCustomer(userId);
    if (!state.exists && ifUnknown !== 'create') return ifUnknown === 'ignore' ? 'ignored' : 'unknown_customer';
    const identities = applied.get(userId) ?? new Set();
    states.set(userId, state);
    applied.set(userId, identities);
    return foldMessage(state, effect, identity, identities) === 'duplicates' ? 'duplicate' : 'accepted';
  });
  return { records: [...states.values()].map((state) => recordOf(toStored(state))), outcomes };
}

/** Tests how the repository of an engine takes live messages. */
export function describeLiveMessages(name: string, open: () => Promise<Engine>): void {
  describe(`live messages on ${name}`, () => {
    let engine: Engine;
    const accept = async (...lines: string[]): Promise<readonly LiveMessageOutcome[]> =>
      engine.customers.accept(await liveMessages(engine, lines));
    const find = async (id: string): Promise<unknown> => shown(await engine.customers.get(id));

    beforeEach(async () => {
      engine = await open();
    });
    afterEach(() => expectAgreement(engine).finally(() => engine.close()));

    it('make one record of a customer, in the order of their arrival', async () => {
      const outcomes = await accept(
        attributes({ a: 'one', b: 1 }),
        event({ user_id: 'other' }),
        attributes({ a: 'two' }),
        event({ name: 'b' }),
        attributes({ a: 'late' }, { timestamp: TIME - 1 }),
      );
      expect(outcomes).toEqual(['accepted', 'accepted', 'accepted', 'accepted', 'accepted']);
      expect(await find('1')).toEqual({
        id: '1',
        attributes: { a: 'two', b: 1 },
        events: { b: 1 },
        last_updated: TIME,
      });
      expect(await find('other')).toEqual({ id: 'other', attributes: {}, events: { page: 1 }, last_updated: TIME });
    });

    it('count once, also where a part of a request is known, and where a file brought them or brings them', async () => {
      const [one, two, three, four] = [event(), attributes({ a: 'x' }), event(), event({ user_id: 'é' })];
      expect(await ingestLines(engine, [one, four])).toMatchObject({ events: 2 });
      expect(await accept(one, two, two, three, four)).toEqual([
        'duplicate',
        'accepted',
        'duplicate',
        'accepted',
        'duplicate',
      ]);
      expect(await accept(three, two)).toEqual(['duplicate', 'duplicate']);
      expect(await ingestLines(engine, [one, two, three, four])).toMatchObject({
        events: 0,
        attributes: 0,
        duplicates: 4,
      });
      expect(await find('1')).toEqual({ id: '1', attributes: { a: 'x' }, events: { page: 2 }, last_updated: TIME });
    });

    it('are stale up to the deletion of their customer, and start it anew later', async () => {
      await accept(attributes({ a: 'x' }));
      await engine.customers.change('1', (state) => deleteCustomer(state, TIME * 1000), UPDATED);
      expect(await accept(event(), event({ timestamp: TIME + 1 }), event())).toEqual(['stale', 'accepted', 'stale']);
      expect(await find('1')).toEqual({ id: '1', attributes: {}, events: { page: 1 }, last_updated: TIME + 1 });
    });

    it('create no customer where they may not', async () => {
      await accept(event({ user_id: 'known' }));
      const lines = [event(), event({ user_id: 'é' }), event({ user_id: 'known' })];
      const messages = await liveMessages(engine, lines, 'reject');
      expect(await engine.customers.accept(messages)).toEqual(['unknown_customer', 'unknown_customer', 'accepted']);
      const [creating] = await liveMessages(engine, [lines[0]]);
      expect(await engine.customers.accept([messages[0], creating, messages[0]])).toEqual([
        'unknown_customer',
        'accepted',
        'duplicate',
      ]);
      expect((await engine.customers.page(0, 10)).total).toBe(2);
      await engine.customers.change('known', (state) => deleteCustomer(state, TIME * 1000), UPDATED);
      expect(await engine.customers.accept([messages[2]])).toEqual(['unknown_customer']);
    });

    it('may be none', async () => {
      expect(await accept()).toEqual([]);
    });

    it('of many customers, and of one with many, are all applied', async () => {
      const lines = Array.from({ length: 1_500 }, (_, n) =>
        event({ user_id: n % 3 === 0 ? 'one' : `user ${n % 400}` }),
      );
      expect(new Set(await accept(...lines))).toEqual(new Set(['accepted']));
      expect(new Set(await accept(...lines.reverse()))).toEqual(new Set(['duplicate']));
      expect(await find('one')).toMatchObject({ events: { page: 500 } });
    });

    it('of requests at the same time do not get in the way of each other, nor of edits and files', async () => {
      const ids = ['0', '1', '2', '3', '4'];
      await accept(...ids.map((user_id) => attributes({ a: 'x' }, { user_id })));
      const lines = Array.from({ length: 60 }, (_, n) => event({ user_id: ids[n % 5] }));
      const requests = lines.flatMap((line, n) => [accept(line, lines[(n + 7) % 60]), accept(line)]);
      const edit = (id: string): unknown =>
        engine.customers.change(
          id,
          (state) => patchAttributes(state, [{ name: 'b', value: '1' }], TIME * 1000),
          UPDATED,
        );
      const edits = ids.map(edit);
      const file = ingestLines(engine, lines.slice(0, 30));
      const outcomes = (await Promise.all(requests)).flat();
      const report = await file;
      await Promise.all(edits);
      expect(outcomes.filter((outcome) => outcome === 'accepted').length + report.events).toBe(60);
      for (const id of ids) {
        expect(await find(id)).toMatchObject({ attributes: { a: 'x', b: 1 }, events: { page: 12 } });
      }
    });

    it('make what they make one after another, however they are cut into requests', async () => {
      const user = fc.constantFrom('1', '2', '007', 'é', '9007199254740993');
      const line = fc.oneof(
        fc
          .record({
            id: fc.nat({ max: 9 }),
            user_id: user,
            name: fc.constantFrom('a', 'b'),
            timestamp: fc.nat({ max: 3 }),
          })
          .map(event),
        fc
          .tuple(
            fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('', null, 'x', 1), { maxKeys: 3 }),
            fc.nat({ max: 9 }),
            user,
            fc.nat({ max: 3 }),
          )
          .map(([data, id, user_id, timestamp]) => attributes(data, { id, user_id, timestamp })),
      );
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom(...IF_UNKNOWN)), { maxLength: 5 }),
          async (requests) => {
            const all: LiveMessage[] = [];
            const outcomes: LiveMessageOutcome[] = [];
            for (const [lines, ifUnknown] of requests) {
              const messages = await liveMessages(engine, lines, ifUnknown);
              all.push(...messages);
              outcomes.push(...(await engine.customers.accept(messages)));
            }
            const plain = foldedPlainly(all);
            expect(outcomes).toEqual(plain.outcomes);
            const { customers } = await engine.customers.page(0, 100);
            expect(new Set(customers)).toEqual(new Set(plain.records));
            await engine.close();
            engine = await open();
          },
        ),
        runs(10),
      );
    });
  });
}
