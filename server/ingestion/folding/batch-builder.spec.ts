import fc from 'fast-check';
import { toStored, unknownCustomer, type CustomerState } from '../../domain/customer/customer.js';
import { compareIds } from '../../domain/customer/customer-id.js';
import { deleteCustomer } from '../../domain/customer/edit.js';
import { addOutcomes, foldMessage, noOutcomes, type OutcomeCounts } from '../../domain/customer/fold.js';
import { foldMessages } from '../../domain/customer/decide-messages.js';
import { identityOf, MessageIdentifier, type Identity } from '../../domain/message/message-identity.js';
import { readMessage, type Message } from '../../domain/message/message.js';
import { FoldedBatch } from '../../domain/customer/folded-batch.js';
import { BatchBuilder } from './batch-builder.js';
import { runs } from '../../../test/support/fast-check.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
/** Milliseconds since the Unix epoch. */
const NOW = 2_000_000_000_123;
const identifier = new MessageIdentifier(KEY);
const builder = new BatchBuilder(KEY);
const decoder = new TextDecoder();

function finished(withMessages = true): FoldedBatch {
  return new FoldedBatch(builder.finish(withMessages));
}

const name = fc.oneof(
  fc.constantFrom(
    'a',
    'aa',
    'sixteen letters!',
    'sixteen letters! and b',
    'q"',
    'b\\s',
    '\n\t\b\f\r\x01',
    'é',
    'ｚ',
    '😀',
  ),
  fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text !== 'id' && text !== '__proto__'),
);
const value = fc.oneof(fc.string(), fc.constantFrom('', null, 1, true, 'x', 'y'), fc.jsonValue({ maxDepth: 2 }));
const id = fc.oneof(
  fc.uuid(),
  fc.nat({ max: 12 }).map(String),
  // UUIDs whose first 64 bits are the same.
  fc.nat({ max: 5 }).map((last) => `0189e1f4-7a00-7000-8000-00000000000${last}`),
);
const users = [
  '1',
  '20',
  '3',
  '007',
  '9007199254740991',
  '9007199254740992',
  'é',
  'text',
  'text with a long name, 1',
  'text with a long name, 2',
];

/** Times up to `most` ms, as a message has them. */
function timeWithin(most: number): fc.Arbitrary<number> {
  return fc.nat({ max: most }).map((time) => (time < 100_000_000_000 ? time / 1000 : time));
}

function messageOf(user: fc.Arbitrary<string>, timestamp: fc.Arbitrary<number>): fc.Arbitrary<Message> {
  return fc
    .oneof(
      fc.record({ type: fc.constant('event'), id, name, timestamp, user_id: user }),
      fc.record({
        type: fc.constant('attributes'),
        id,
        timestamp,
        user_id: user,
        data: fc.dictionary(name, value, { maxKeys: 4 }),
      }),
    )
    .map((members) => readMessage(members, NOW))
    .filter((outcome) => outcome.kind === 'message')
    .map((outcome) => outcome.message);
}

function identityOfMessage(one: Message): Identity {
  identifier.identify(one);
  return identityOf(identifier.lanes);
}

interface Folded {
  readonly state: CustomerState;
  readonly applied: Set<Identity>;
  readonly counts: OutcomeCounts;
}

function fold(messages: readonly Message[]): Map<string, Folded> {
  const customers = new Map<string, Folded>();
  for (const one of messages) {
    const customer = customers.get(one.userId) ?? {
      state: unknownCustomer(one.userId),
      applied: new Set(),
      counts: noOutcomes(),
    };
    customers.set(one.userId, customer);
    customer.counts[foldMessage(customer.state, one, identityOfMessage(one), customer.applied)]++;
  }
  return customers;
}

function notExpected(id: string): never {
  throw new Error(`There is no message of ${id}.`);
}

function expectFolded(batches: readonly FoldedBatch[], messages: readonly Message[]): void {
  const expected = fold(messages);
  const customers = batches.flatMap((batch) => [...batch.customers()]);
  expect(customers.map((customer) => customer.id)).toEqual([...expected.keys()].sort(compareIds));
  for (const customer of customers) {
    const { state, applied, counts } = expected.get(customer.id) ?? notExpected(customer.id);
    const { attributes, attributeTimes, events, lastUpdated, identities, counts: fresh } = customer.fresh();
    expect({
      id: customer.id,
      attributes: decoder.decode(attributes),
      attributeTimes: decoder.decode(attributeTimes),
      events: decoder.decode(events),
      lastUpdated,
    }).toEqual(toStored(state));
    expect(fresh).toEqual(counts);
    expect(Buffer.from(identities)).toEqual(Buffer.from([...applied].sort().join(''), 'utf16le').swap16());
  }
}

describe('a folded batch', () => {
  const messages = fc.array(messageOf(fc.constantFrom(...users), fc.oneof(timeWithin(3), timeWithin(NOW))), {
    maxLength: 60,
  });

  it('has what the fold makes of its messages, in the order of lists', () => {
    fc.assert(
      fc.property(messages, (all) => {
        for (const withMessages of [true, false]) {
          for (const one of all) builder.add(one);
          expectFolded([finished(withMessages)], all);
        }
      }),
      runs(60),
    );
  });

  it('is the same by way of buckets, which divide the customers', () => {
    fc.assert(
      fc.property(messages, fc.subarray(users), (all, dividers) => {
        const chunks: { bucket: number; bytes: Uint8Array }[] = [];
        builder.beginBuckets([...dividers].sort(compareIds), (bucket, chunk) =>
          chunks.push({ bucket, bytes: Uint8Array.from(chunk) }),
        );
        for (const one of all) builder.add(one);
        builder.endBuckets();
        const batches = Array.from({ length: dividers.length + 1 }, (_, bucket) => {
          for (const chunk of chunks.filter((one) => one.bucket === bucket)) {
            builder.addChunk(chunk.bytes.length, (target) => target.set(chunk.bytes));
          }
          return finished();
        });
        expectFolded(batches, all);
      }),
      runs(40),
    );
  });

  it('keeps many messages of one customer in order', () => {
    const many = Array.from({ length: 3_000 }, (_, i): Message => ({
      type: 'event',
      id: String((i * 7919) % 2_500),
      userId: '1',
      name: `name ${(i * 31) % 700}`,
      timestamp: 1_999_999_990_000 + i * 7,
    }));
    for (const one of many) builder.add(one);
    expectFolded([finished()], many);
  });

  it('begins anew for another database, whatever was under way', () => {
    const message: Message = { type: 'event', id: 'e', userId: '1', name: 'page', timestamp: 1 };
    const otherKey = Uint32Array.of(5, 6, 7, 8);
    const used = new BatchBuilder(KEY);
    used.add(message);
    used.finish(true);
    used.beginBuckets(['2'], () => undefined);
    used.add({ ...message, userId: '3' });
    used.restart(otherKey);
    used.add(message);
    const fresh = new BatchBuilder(otherKey);
    fresh.add(message);
    expect(used.finish(true)).toEqual(fresh.finish(true));
  });

  it('may hold any share of the messages, merged in order, with any batch replayed and a deletion at any moment', () => {
    const part = fc.record({
      messages: fc.array(messageOf(fc.constant('1'), timeWithin(6_000)), { maxLength: 12 }),
      again: fc.nat({ max: 9 }),
      /** The batch is folded, then the customer is deleted, then the batch is merged. */
      deletedAt: fc.option(fc.nat({ max: 8_000 }), { freq: 3, nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const [merged, folded] = [unknownCustomer('1'), unknownCustomer('1')];
        const [appliedOfMerged, appliedOfFolded] = [new Set<Identity>(), new Set<Identity>()];
        const [countsOfMerged, countsOfFolded] = [noOutcomes(), noOutcomes()];
        parts.forEach(({ messages: own, again, deletedAt }, i) => {
          const all = [...own, ...(again % 3 > 0 ? parts[again % (i + 1)].messages : [])];
          for (const one of all) builder.add(one);
          const batch = finished();
          if (deletedAt !== undefined) for (const state of [merged, folded]) deleteCustomer(state, deletedAt);
          for (const customer of batch.customers()) {
            addOutcomes(countsOfMerged, foldMessages(merged, customer, appliedOfMerged));
          }
          for (const one of all) countsOfFolded[foldMessage(folded, one, identityOfMessage(one), appliedOfFolded)]++;
        });
        expect(toStored(merged)).toEqual(toStored(folded));
        expect(merged.exists).toBe(folded.exists);
        expect(appliedOfMerged).toEqual(appliedOfFolded);
        expect(countsOfMerged).toEqual(countsOfFolded);
      }),
      runs(80),
    );
  });
});
