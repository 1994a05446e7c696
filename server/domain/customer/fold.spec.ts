import fc from 'fast-check';
import { runs } from '../../../test/support/fast-check.js';
import { toStored, unknownCustomer, type CustomerState } from './customer.js';
import { foldMessage } from './fold.js';
import { identityOf, MessageIdentifier, type Identity } from '../message/message-identity.js';
import { readMessage, type Message } from '../message/message.js';

const identifier = new MessageIdentifier(Uint32Array.of(1, 2, 3, 4));
const name = fc.constantFrom('a', 'b', 'constructor', '__x__');
const value = fc.oneof(fc.constantFrom('x', 'y', 'z', 1, true, null, ''), fc.jsonValue({ maxDepth: 1 }));
const id = fc.oneof(fc.nat({ max: 12 }).map(String), fc.uuid());

/** Times in seconds, some within one second. */
const timestamp = fc.constantFrom(0, 0.001, 0.999, 1, 1.001, 2);

/** Messages of one customer that clash in ids, times and names as often as they can. */
const message: fc.Arbitrary<Message> = fc
  .oneof(
    fc.record({ type: fc.constant('event'), id, name, timestamp }),
    fc.record({
      type: fc.constant('attributes'),
      id,
      timestamp,
      data: fc.dictionary(name, value, { maxKeys: 3 }),
    }),
  )
  .map((members) => {
    const outcome = readMessage({ ...members, user_id: '1' }, 1_000);
    if (outcome.kind !== 'message') throw new Error(outcome.kind);
    return outcome.message;
  });

function identityOfMessage(one: Message): Identity {
  identifier.identify(one);
  return identityOf(identifier.lanes);
}

function fold(messages: readonly Message[], deletedAt?: number): CustomerState {
  const state = { ...unknownCustomer('1'), deletedAt };
  const applied = new Set<string>();
  for (const one of messages) foldMessage(state, one, identityOfMessage(one), applied);
  return state;
}

/** Section 2 of the contract, as plainly as it can be said. */
function naive(messages: readonly Message[]): unknown {
  const key = (m: Message) =>
    m.type === 'event'
      ? m.id
      : JSON.stringify([m.id, m.timestamp, Object.entries(m.data).sort(([a], [b]) => (a < b ? -1 : 1))]);
  const distinct = [
    ...new Map([...messages].reverse().map((m) => [`${m.type} ${key(m)}`, m] as const)).values(),
  ].reverse();
  const events = new Map<string, number>();
  const attributes = new Map<string, string>();
  for (const m of distinct) if (m.type === 'event') events.set(m.name, (events.get(m.name) ?? 0) + 1);
  for (const m of [...distinct].sort((a, b) => a.timestamp - b.timestamp)) {
    if (m.type === 'attributes') for (const { name: n, value: v } of m.changes) attributes.set(n, v ?? 'removed');
  }
  return [events, attributes, Math.max(0, ...distinct.map((m) => m.timestamp))];
}

describe('the fold', () => {
  it('is what the contract says', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 40 }), (messages) => {
        const { events, attributes, lastUpdated } = fold(messages);
        const values = new Map([...attributes].map(([n, { value: v }]) => [n, v ?? 'removed']));
        expect([events, values, lastUpdated]).toEqual(naive(messages));
      }),
      runs(150),
    );
  });

  it('gives the same in any order, but for ties', () => {
    const distinct = fc
      .uniqueArray(message, { maxLength: 30, selector: (m) => `${m.type} ${m.id}` })
      .map((messages) => messages.map((m, i): Message => ({ ...m, timestamp: m.timestamp * 100 + i })));
    const shuffled = distinct.chain((messages) =>
      fc.tuple(
        fc.constant(messages),
        fc.shuffledSubarray([...messages, ...messages], { minLength: messages.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([messages, other]) => {
        expect(toStored(fold(other))).toEqual(toStored(fold(messages)));
      }),
      runs(100),
    );
  });
});
