import fc from 'fast-check';
import { BatchBuilder } from '../../ingestion/folding/batch-builder.js';
import { toStored, unknownCustomer } from './customer.js';
import { eventsBetween, type CustomerChange, type KnownCustomer } from './customer-change.js';
import { decideMessages } from './decide-messages.js';
import { deleteCustomer } from './edit.js';
import { addOutcomes, foldMessage, noOutcomes } from './fold.js';
import { editsBetween } from './history.js';
import { readAttributes } from '../message/attribute.js';
import { identityOf, MessageIdentifier, type Identity } from '../message/message-identity.js';
import type { Message } from '../message/message.js';
import { CustomerMessages, LOWEST } from './packed-identities.js';
import { FoldedBatch } from './folded-batch.js';
import { runs } from '../../../test/support/fast-check.js';

const KEY = Uint32Array.of(1, 2, 3, 4);
const builder = new BatchBuilder(KEY);
const identifier = new MessageIdentifier(KEY);

function identityOfMessage(message: Message): Identity {
  identifier.identify(message);
  return identityOf(identifier.lanes);
}

function event(id: string, timestamp: number, name = 'page'): Message {
  return { type: 'event', id, userId: '1', name, timestamp };
}

function attributes(id: string, timestamp: number, data: Readonly<Record<string, unknown>>): Message {
  const read = readAttributes(data);
  if (!read.ok) throw new Error(read.defect);
  const dataBytes = (): Uint8Array => Buffer.from(JSON.stringify(data));
  return { type: 'attributes', id, userId: '1', timestamp, data, dataBytes, changes: read.changes };
}

function packed(identities: Iterable<Identity>): Uint8Array {
  return Buffer.from([...identities].sort().join(''), 'utf16le').swap16();
}

/** A customer with messages, folded one by one. */
class Folded {
  readonly state = unknownCustomer('1');
  readonly applied = new Set<Identity>();
  readonly outcomes = noOutcomes();

  fold(messages: readonly Message[]): this {
    for (const one of messages) this.outcomes[foldMessage(this.state, one, identityOfMessage(one), this.applied)]++;
    return this;
  }

  get known(): KnownCustomer {
    const { deletedAt, suppressedAt } = this.state;
    return { id: '1', stored: this.state.exists ? toStored(this.state) : undefined, deletedAt, suppressedAt };
  }
}

function decide({ known, applied }: Folded, messages: readonly Message[], hasMessages: boolean) {
  for (const one of messages) builder.add(one);
  const [customer] = new FoldedBatch(builder.finish(hasMessages)).customers();
  const { identities } = customer;
  const opened = new CustomerMessages([{ first: LOWEST, identities: packed(applied), wanted: identities }]);
  return decideMessages(known, customer, opened, hasMessages);
}

function identitiesOf({ messages }: CustomerChange): Uint8Array[] {
  return (messages?.changed() ?? []).map(({ identities }) => identities);
}

function byName<T extends { readonly name: string }>(edits: readonly T[]): Map<string, T> {
  return new Map(edits.map((edit) => [edit.name, edit]));
}

describe('a batch', () => {
  const old = [event('e1', 10), attributes('a1', 20, { plan: 'free', n: 1 })];
  const fresh = [event('e2', 30), event('e2', 30), attributes('a2', 30, { plan: 'pro', n: null })];
  const [some, none] = [
    [...old, ...fresh],
    [...old, old[0]],
  ];
  const news = { events: 1, attributes: 1, duplicates: 1, stale: 0 };
  const after = { attributes: '{"plan":"pro"}', attributeTimes: '{"n":30,"plan":30}', lastUpdated: 30 };
  const one = { ...after, events: '{"page":1}' };
  const two = { ...after, events: '{"page":2}' };

  type Knowledge = 'unknown' | 'known' | 'deleted before' | 'deleted after';
  const customers: Record<Knowledge, () => Folded> = {
    unknown: () => new Folded(),
    known: () => new Folded().fold(old),
    'deleted before': () => deleted(25),
    'deleted after': () => deleted(40),
  };
  function deleted(at: number): Folded {
    const customer = new Folded().fold(old);
    deleteCustomer(customer.state, at);
    return customer;
  }

  it.each<[Knowledge, string, readonly Message[], boolean, unknown]>([
    ['unknown', 'all new', fresh, false, { outcomes: news, isMixed: false, change: { before: undefined, after: one } }],
    ['unknown', 'all new', fresh, true, { outcomes: news, isMixed: false, change: { before: undefined, after: one } }],
    ['known', 'all new', fresh, false, { outcomes: news, isMixed: false, change: { after: two } }],
    ['known', 'all new', fresh, true, { outcomes: news, isMixed: false, change: { after: two } }],
    ['known', 'some new', some, false, 'needs messages'],
    ['known', 'some new', some, true, { outcomes: { ...news, duplicates: 3 }, isMixed: true, change: { after: two } }],
    ['known', 'none new', none, false, { outcomes: { ...noOutcomes(), duplicates: 3 }, change: undefined }],
    ['known', 'none new', none, true, { outcomes: { ...noOutcomes(), duplicates: 3 }, change: undefined }],
    ['deleted before', 'all new', fresh, false, 'needs messages'],
    [
      'deleted before',
      'all new',
      fresh,
      true,
      { outcomes: news, change: { before: undefined, after: one, deletedAt: 25 } },
    ],
    ['deleted before', 'some new', some, false, 'needs messages'],
    [
      'deleted before',
      'some new',
      some,
      true,
      { outcomes: { ...news, stale: 2 }, change: { after: one, deletedAt: 25 } },
    ],
    ['deleted before', 'none new', none, true, { outcomes: { ...noOutcomes(), stale: 3 }, change: undefined }],
    ['deleted after', 'all new', fresh, false, 'needs messages'],
    ['deleted after', 'all new', fresh, true, { outcomes: { ...noOutcomes(), stale: 3 }, change: undefined }],
    ['deleted after', 'none new', none, false, 'needs messages'],
  ])('of a customer %s with %s messages is decided (%#)', (knowledge, _novelty, messages, hasMessages, expected) => {
    const decision = decide(customers[knowledge](), messages, hasMessages);
    if (typeof expected === 'string') expect(decision).toBe(expected);
    else expect(decision).toMatchObject(expected as object);
  });

  it('says which attributes and events differ', () => {
    for (const messages of [fresh, some]) {
      const decision = decide(customers.known(), messages, true);
      expect(decision).toMatchObject({
        change: {
          attributes: [
            { name: 'n', from: '1', to: null },
            { name: 'plan', from: '"free"', to: '"pro"' },
          ],
          events: [{ name: 'page', from: 1, to: 2 }],
          history: undefined,
        },
      });
    }
  });

  it('does what the fold of its messages does, to any customer', () => {
    const timestamp = fc.nat({ max: 6 });
    const id = fc.constantFrom('1', '2', '3', '4', '5', '6');
    const data = fc.dictionary(fc.constantFrom('a', 'b', 'constructor'), fc.constantFrom('x', 'y', null), {
      maxKeys: 2,
    });
    const message = fc.oneof(
      fc.tuple(id, timestamp, fc.constantFrom('p', 'q')).map((args) => event(...args)),
      fc.tuple(id, timestamp, data).map((args) => attributes(...args)),
    );
    const batch = fc.record({
      messages: fc.array(message, { minLength: 1, maxLength: 6 }),
      deletedAt: fc.option(fc.nat({ max: 8 }), { freq: 4, nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 5 }), (batches) => {
        const customer = new Folded();
        const outcomes = noOutcomes();
        for (const { messages, deletedAt } of batches) {
          const before = customer.known;
          const attributesBefore = new Map(customer.state.attributes);
          const quick = decide(customer, messages, false);
          const decision = quick === 'needs messages' ? decide(customer, messages, true) : quick;
          if (decision === 'needs messages') throw new Error('There are messages.');
          customer.fold(messages);
          addOutcomes(outcomes, decision.outcomes);
          const { stored: after } = customer.known;
          const { change } = decision;
          if (change) {
            expect(change).toMatchObject({ before: before.stored, after, deletedAt: before.deletedAt });
            expect(byName(change.attributes)).toEqual(
              byName(editsBetween(attributesBefore, customer.state.attributes)),
            );
            expect(byName(change.events)).toEqual(byName(eventsBetween(before.stored?.events, after?.events)));
            expect(identitiesOf(change)).toEqual([packed(customer.applied)]);
          } else expect(after).toEqual(before.stored);
          if (deletedAt !== undefined) deleteCustomer(customer.state, deletedAt);
        }
        expect(outcomes).toEqual(customer.outcomes);
      }),
      runs(60),
    );
  });
});
