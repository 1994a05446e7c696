import { compareCustomer } from './compare-customer.js';

describe('comparison of a customer', () => {
  const compare = (
    expected: string[],
    attributes: Record<string, unknown>,
    events: Record<string, unknown> = {},
  ): string[] =>
    compareCustomer(expected, { id: '7', attributes, events }).map(
      ({ customer, name, expected: was, actual }) => `${customer} ${name}: ${was} / ${actual}`,
    );

  it('finds nothing in what is as expected, whatever the order of the answer', () => {
    expect(compare([], {})).toEqual([]);
    expect(
      compare(
        ['a=1', 'a b=2', 'ｚ=3', '😀=4', 'a=5', 'b=6'],
        { '😀': '4', ｚ: '3', 'a b': '2', a: '1' },
        { b: 6, a: 5 },
      ),
    ).toEqual([]);
  });

  it.each<[string, string[], Record<string, unknown>, Record<string, unknown>, string[]]>([
    ['another value', ['a=1', 'b=2'], { a: '1', b: '3' }, {}, ['7 b: "2" / "3"']],
    ['another count', ['a=1', 'page=2'], { a: '1' }, { page: 3 }, ['7 page: 2 / 3']],
    ['no such attribute', ['a=1', 'b=2'], { a: '1' }, {}, ['7 b: "2" / none']],
    ['one attribute too many', ['a=1'], { a: '1', b: '2' }, {}, ['7 b: none / "2"']],
    ['one event too many', [], {}, { page: 2 }, ['7 page: none / 2']],
    ['a number for a text', ['a=1'], { a: 1 }, {}, ['7 a: "1" / 1']],
    ['a text for a count', ['page=1'], {}, { page: '1' }, ['7 page: 1 / "1"']],
    ['a fraction for a count', ['page=1'], {}, { page: 1.5 }, ['7 page: 1 / 1.5']],
    ['a nested value', ['a=[]'], { a: [] }, {}, ['7 a: "[]" / []']],
    ['a name with = in it', ['a=b=1'], { 'a=b': '2', a: 'c' }, {}, ['7 a=b: "1" / "2"', '7 a: none / "c"']],
    ['an attribute for an event', ['a=1', 'b=2'], { b: '2' }, { a: 1 }, ['7 field 1: "a=1" / "b=2"']],
    ['one of two alike', ['a=1', 'a=1'], { a: '1' }, {}, ['7 a: "1" / none']],
  ])('finds %s', (_, expected, attributes, events, differences) => {
    expect(compare(expected, attributes, events)).toEqual(differences);
  });
});
