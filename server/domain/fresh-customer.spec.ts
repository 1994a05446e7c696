import fc from 'fast-check';
import { toStored, unknownCustomer } from './customer.js';
import type { VerdictCounts } from './fold.js';
import { FreshCustomers } from './fresh-customer.js';
import { customersOf, identitiesOf, mergeParts } from './merge.js';
import { MessageIdentifier } from './message-identity.js';
import { readMessage, type Message } from './message.js';
import { PartialSummary } from './partial-summary.js';

const identifier = new MessageIdentifier(Uint32Array.of(1, 2, 3, 4));
const decoder = new TextDecoder();

const name = fc.oneof(
  fc.constantFrom('a', 'aa', 'aaaa', 'aaaab', 'aaaac', 'q"', 'b\\s', 'n\nl', 'é', 'ｚ', '😀', 'constructor'),
  fc.string({ minLength: 1, maxLength: 9 }).filter((text) => text !== 'id'),
);
const message: fc.Arbitrary<Message> = fc
  .oneof(
    fc.record({ type: fc.constant('event'), id: fc.uuid(), name, timestamp: fc.nat({ max: 2_000_000_000 }) }),
    fc.record({
      type: fc.constant('attributes'),
      id: fc.nat({ max: 5_000 }).map(String),
      timestamp: fc.nat({ max: 3 }),
      data: fc.dictionary(name, fc.oneof(fc.string(), fc.constantFrom('', null, 1, true), fc.jsonValue()), {
        maxKeys: 4,
      }),
    }),
  )
  .chain((members) => fc.constantFrom('1', '20', '3', 'é', 'text').map((user) => ({ ...members, user_id: user })))
  .map((members) => readMessage(members, 2_000_000_000))
  .filter((outcome) => outcome.kind === 'message')
  .map((outcome) => outcome.message);

const noVerdicts = (): VerdictCounts => ({ event: 0, attributes: 0, duplicate: 0, stale: 0 });

describe('a fresh customer', () => {
  it('is what the fold makes of an unknown one, from any number of parts', () => {
    let written = 0;
    const parts = fc.array(fc.array(message, { maxLength: 25 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(parts, fc.boolean(), (lines, replay) => {
        const partials = (replay ? [...lines, lines[0]] : lines).map((messages) => {
          const partial = new PartialSummary(identifier, 1_000_000_000);
          for (const one of [...messages, ...messages.slice(0, 2)]) partial.add(one);
          return partial;
        });
        const fresh = new FreshCustomers(partials);
        for (const customer of customersOf(partials)) {
          const counts = noVerdicts();
          const one = fresh.write(customer.customers, counts);
          if (!one) {
            expect(counts).toEqual(noVerdicts());
            continue;
          }
          written++;
          const state = unknownCustomer(customer.id);
          const applied = new Set<string>();
          const expected = noVerdicts();
          mergeParts(state, partials, customer, applied, expected);
          const { attributes, attributeTimes, events, lastUpdated } = one;
          expect({
            id: customer.id,
            attributes: decoder.decode(attributes),
            attributeTimes: decoder.decode(attributeTimes),
            events: decoder.decode(events),
            lastUpdated,
          }).toEqual(toStored(state));
          expect(counts).toEqual(expected);
          const identities = partials.flatMap((partial, i) => identitiesOf(partial, customer.customers[i])).sort();
          expect(Buffer.from(one.identities)).toEqual(Buffer.from(identities.join(''), 'utf16le').swap16());
        }
      }),
      { numRuns: 1_000 },
    );
    expect(written).toBeGreaterThan(1_000);
  });
});
