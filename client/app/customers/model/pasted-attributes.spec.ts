import { ValueType } from './attribute-rules';
import { looksLikeMany, readPasted } from './pasted-attributes';

const read = (text: string, known: Record<string, ValueType> = {}) => readPasted(text, new Map(Object.entries(known)));
const types = (text: string, known?: Record<string, ValueType>) =>
  read(text, known).attributes.map(({ name, type, value }) => [name, type, value]);

describe('pasted attributes', () => {
  it.each<[string, string, [string, ValueType, string][]]>([
    ['text', 'plan: gold', [['plan', 'text', 'gold']]],
    ['a value with colons', 'site: https://example.com:80/a', [['site', 'text', 'https://example.com:80/a']]],
    ['a name with colons', 'utm:source: mail', [['utm:source', 'text', 'mail']]],
    ['no space after the colon', 'plan:gold', [['plan', 'text', 'gold']]],
    ['columns of a spreadsheet', 'plan\tgold', [['plan', 'text', 'gold']]],
    ['a number', 'seats: 25', [['seats', 'number', '25']]],
    ['digits that are no JSON number', 'zip: 00702', [['zip', 'text', '00702']]],
    ['many digits', 'card: 12345678901234567890', [['card', 'number', '12345678901234567890']]],
    ['too many digits', 'long: 1e400', [['long', 'text', '1e400']]],
    ['a flag', 'vip: true', [['vip', 'boolean', 'true']]],
    ['nested', 'tags: ["a"]', [['tags', 'json', '["a"]']]],
    ['quotes', 'seats: "25"', [['seats', 'text', '25']]],
    ['nothing', 'plan:', [['plan', 'empty', '']]],
    ['null', 'plan: null', [['plan', 'empty', '']]],
    [
      'lines of a JSON object',
      '  "plan": "gold",\n  "seats": 25,',
      [
        ['plan', 'text', 'gold'],
        ['seats', 'number', '25'],
      ],
    ],
    [
      'Windows lines and blank ones',
      'a: x\r\n\r\nb: y\r\n',
      [
        ['a', 'text', 'x'],
        ['b', 'text', 'y'],
      ],
    ],
    ['a repeated name', 'a: x\na: y', [['a', 'text', 'y']]],
    [
      'JSON',
      '{"plan":"gold","seats":25,"vip":false,"old":null}',
      [
        ['plan', 'text', 'gold'],
        ['seats', 'number', '25'],
        ['vip', 'boolean', 'false'],
        ['old', 'empty', ''],
      ],
    ],
    [
      'a customer of the API',
      '{"customer":{"id":1,"attributes":{"plan":"gold"},"events":{}}}',
      [['plan', 'text', 'gold']],
    ],
  ])('%s', (_what, text, expected) => {
    expect(types(text)).toEqual(expected);
    expect(read(text).problems).toEqual([]);
  });

  it('keeps the type of what is there already where the value fits', () => {
    expect(types('seats: 25\nage: old\nvip: true', { seats: 'text', age: 'number', vip: 'boolean' })).toEqual([
      ['seats', 'text', '25'],
      ['age', 'text', 'old'],
      ['vip', 'boolean', 'true'],
    ]);
  });

  it('says what it could not read, and reads the rest', () => {
    const { attributes, problems } = read('plan: gold\nnonsense\nid: 7\n__proto__: x');
    expect(attributes).toHaveLength(1);
    expect(problems).toEqual([
      { kind: 'no_colon', line: 2, text: 'nonsense' },
      { kind: 'bad_name', name: 'id', reason: 'name_reserved' },
      { kind: 'bad_name', name: '__proto__', reason: 'name_reserved' },
    ]);
    expect(read('{"a":1')).toEqual({
      attributes: [],
      problems: [{ kind: 'no_json', message: expect.any(String) as string }],
    });
  });

  it.each([
    ['plan', false],
    ['plan: gold', false],
    ['plan: gold\nseats: 1', true],
    ['{"plan":"gold"}', true],
    ['two\nlines', false],
  ])('%j pasted as a name is more than one: %s', (text, many) => expect(looksLikeMany(text)).toBe(many));
});
