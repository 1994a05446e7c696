import { JsonNumber } from '../../core/exact-json';
import { compareAttributes, compareEvents } from './comparison';
import { Attributes } from './customer';

const customer = (attributes: Attributes, events: Record<string, number> = {}) => ({
  id: 1,
  attributes,
  events,
  last_updated: 1,
});

describe('two customers beside each other', () => {
  it('have the attributes of both, by the characters of their values, in the order of the page of a customer', () => {
    const a = customer({ zip: '1', email: 'a@b.example', n: 1, plan: { a: 1 } });
    const b = customer({ zip: 1, email: 'a@b.example', n: new JsonNumber('1.0'), city: 'Brno', plan: { a: 1 } });
    const compared = compareAttributes(a, b, ['plan']);
    expect(compared.map(({ name, differs }) => [name, differs])).toEqual([
      ['plan', false],
      ['email', false],
      ['city', true],
      ['n', true],
      ['zip', true],
    ]);
    expect([compared[2].a, compared[2].b]).toEqual([undefined, 'Brno']);
  });

  it('have names that every object has only if the record has them', () => {
    expect(compareAttributes(customer({ constructor: 'x' }), customer({}), [])[0].b).toBeUndefined();
    expect(compareEvents(customer({}, { toString: 2 }), customer({}))[0].b).toBe(0);
  });

  it('have the events of both, the most frequent first', () => {
    const compared = compareEvents(customer({}, { b: 1, buy: 3 }), customer({}, { a: 1, buy: 3 }));
    expect(compared.map(({ name, a, b, differs }) => [name, a, b, differs])).toEqual([
      ['buy', 3, 3, false],
      ['a', 0, 1, true],
      ['b', 1, 0, true],
    ]);
  });
});
