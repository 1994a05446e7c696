import fc from 'fast-check';
import { runs } from '../../test/support/fast-check.js';
import {
  comparableJson,
  comparableText,
  hasUnusualNumber,
  JsonNumber,
  parseJson,
  restoreNumbers,
  writeJson,
  type Json,
  type JsonObject,
} from './json.js';

const unusual = fc.constantFrom('1.0', '-0', '1e3', '3544790567247868102', '0.1000000000000000055', '1E-7', '12.50');
const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', '1', '0', 'a', 'a', '"', '\\', ': 1.0', '\u2028'),
  fc.string({ maxLength: 4 }),
);
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 6 }), fc.constantFrom(', 1.0', '[1e5', ':-0', '\\"', '{'));
const space = fc.constantFrom('', '', ' ', '\n\t');

/** JSON with members in any order, repeated ones included, and white space. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4 },
    unusual,
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((double) => JSON.stringify(double)),
    fc.constantFrom('true', 'false', 'null'),
    text.map((one) => JSON.stringify(one)),
    fc
      .tuple(space, fc.array(tie('json'), { maxLength: 3 }))
      .map(([gap, items]) => `[${gap}${items.join(`${gap},${gap}`)}${gap}]`),
    fc
      .tuple(space, fc.array(fc.tuple(name, tie('json')), { maxLength: 4 }))
      .map(
        ([gap, members]) =>
          `{${gap}${members.map(([key, value]) => `${JSON.stringify(key)}${gap}:${gap}${value}`).join(`${gap},`)}${gap}}`,
      ),
  ),
}));

/** The value with doubles, as `JSON.parse` gives it. */
function inDoubles(value: Json): unknown {
  if (value instanceof JsonNumber) return Number(value.text);
  if (Array.isArray(value)) return value.map(inDoubles);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(value)) members[key] = inDoubles(value[key]);
  return members;
}

function numbersOf(value: Json): string[] {
  if (value instanceof JsonNumber) return [value.text];
  if (typeof value === 'number') return [JSON.stringify(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersOf) : [];
}

describe('parseJson', () => {
  it('gives what JSON.parse gives, with the characters of numbers', () => {
    fc.assert(
      fc.property(json, (source) => {
        const value = parseJson(source);
        expect(JSON.stringify(inDoubles(value))).toBe(JSON.stringify(JSON.parse(source)));
        for (const number of numbersOf(value)) expect(source).toContain(number);
        const written = writeJson(value);
        expect(writeJson(parseJson(written))).toBe(written);
        if (!hasUnusualNumber(source)) expect(written).toBe(JSON.stringify(JSON.parse(source)));
      }),
      runs(600),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    for (const source of ['', '01.0', '1.', '[1.0', '{"a":1.0,}', '-', '1.0e', '+1.0']) {
      expect(() => parseJson(source)).toThrow(SyntaxError);
    }
  });

  it('keeps numbers however deep they lie', () => {
    const depth = 200_000;
    let value = parseJson(`${'['.repeat(depth)}1.0${']'.repeat(depth)}`);
    for (let i = 0; i < depth; i++) value = (value as Json[])[0];
    expect(value).toEqual(new JsonNumber('1.0'));
  });

  it.each([4_998, 100_000])('writes a value that is nested %i deep, and compares it', (depth) => {
    const nested = (open: string, number: string, close: string): string =>
      open.repeat(depth) + number + close.repeat(depth);
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ]) {
      const text = nested(open, '1.0', close);
      expect(writeJson(parseJson(text)) === text).toBe(true);
      expect(comparableJson(text) === nested(open, '1', close)).toBe(true);
    }
  });
});

describe('restoreNumbers', () => {
  it('makes of the value of JSON.parse that of parseJson', () => {
    const members = fc.array(fc.tuple(name, json), { maxLength: 4 });
    fc.assert(
      fc.property(members, space, (entries, gap) => {
        const source = `{${gap}${entries.map(([key, value]) => `${JSON.stringify(key)}${gap}:${gap}${value}${gap}`).join(',')}}`;
        const value = JSON.parse(source) as JsonObject;
        restoreNumbers(value, source);
        expect(writeJson(value)).toBe(writeJson(parseJson(source)));
      }),
      runs(600),
    );
  });
});

describe('an unusual number', () => {
  it('is one that JSON.stringify writes in another way', () => {
    const digits = fc.string({ unit: fc.constantFrom('0', '0', '1', '5', '9'), minLength: 1, maxLength: 18 });
    const number = fc
      .tuple(
        fc.constantFrom('', '-'),
        digits,
        fc.option(digits, { nil: '' }),
        fc.constantFrom('', '', 'e0', 'E+5', 'e-7', 'e+21'),
      )
      .map(
        ([sign, whole, fraction, exponent]) =>
          `${sign}${whole.replace(/^0+(?=.)/, '')}${fraction && `.${fraction}`}${exponent}`,
      );
    fc.assert(
      fc.property(number, fc.constantFrom('#', '[#]', '{"a": #}', '[1,#,"x"]'), (text, around) => {
        expect(hasUnusualNumber(around.replace('#', text))).toBe(JSON.stringify(Number(text)) !== text);
      }),
      runs(1_000),
    );
  });

  it.each(['2026-11-28T15:16:39.120Z', '2026-11-28T15:16:39.100+02:00', '2026-11-28T15:16:39.1234567Z'])(
    'is not seen in the seconds of %s',
    (time) => {
      expect(hasUnusualNumber(JSON.stringify({ a: [time], b: time }))).toBe(false);
    },
  );
});

describe('comparable JSON', () => {
  it.each([
    ['1.0', '1'],
    ['{"a":[1.0,"1.0",{"b":-0}]}', '{"a":[1,"1.0",{"b":0}]}'],
    ['"1.0"', '"1.0"'],
    ['true', 'true'],
    ['{"b":1,"a":{"d":[{"z":1,"y":2}],"c":3}}', '{"a":{"c":3,"d":[{"y":2,"z":1}]},"b":1}'],
    ['[2,1]', '[2,1]'],
    ['{"__proto__":1,"Z":2,"10":3,"9":4}', '{"10":3,"9":4,"Z":2,"__proto__":1}'],
  ])('of %s is %s', (source, comparable) => {
    expect(comparableJson(source)).toBe(comparable);
  });

  it.each([
    ['1.0', '1'],
    ['1', '1'],
    [' 1.0', '1'],
    ['{ "a" : 1.0 }', '{"a":1}'],
    ['{"b":1, "a":2}', '{"a":2,"b":1}'],
    ['"1.0"', undefined],
    ['true', undefined],
    ['pro', undefined],
    ['1e400', undefined],
    ['007', undefined],
  ])('of the text %s is %s', (source, comparable) => {
    expect(comparableText(source)).toBe(comparable);
  });
});
