import fc from 'fast-check';
import { agree, NOW, scan } from '../../../test/support/scan-agreement.js';
import { ADDED, ANONYMOUS, DECLINED } from './scan-result.js';
import { runs } from '../../../test/support/fast-check.js';

const SECONDS = NOW / 1000;

const text = fc.oneof(
  fc.constantFrom(
    '',
    'x',
    'id',
    '__proto__',
    'constructor',
    'é',
    '😀',
    '\u2028',
    'a"b',
    '\\',
    '\n',
    '\0',
    '\ud800',
    '\x7f',
  ),
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc.constantFrom(
    'n'.repeat(150),
    'n'.repeat(151),
    'n'.repeat(255),
    'n'.repeat(256),
    'é'.repeat(76),
    'v'.repeat(9_999),
  ),
);
const plain = fc.oneof(
  fc.constantFrom('x', '', 'é', '😀', '\u2028', '\x7f', 'constructor'),
  fc.string({ maxLength: 12 }),
);
const value = fc.oneof({ weight: 4, arbitrary: text }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) });
const data = fc.oneof(
  { weight: 3, arbitrary: fc.dictionary(plain, fc.oneof(plain, fc.constant(null)), { maxKeys: 4 }) },
  { weight: 1, arbitrary: fc.dictionary(text, value, { maxKeys: 4 }) },
);
const id = fc.oneof(
  { weight: 4, arbitrary: fc.uuid() },
  { weight: 2, arbitrary: plain },

  fc.uuid().map((uuid) => uuid.toUpperCase()),
  text,
  fc.integer(),
  fc.double(),
);
const timestamp = fc.oneof(
  fc.integer({ min: 0, max: SECONDS }),
  fc.integer({ min: 0, max: NOW }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(SECONDS + 86_400, SECONDS + 86_401, NOW + 86_400_000, NOW + 86_400_001),
  fc.integer({ min: 0, max: NOW }).map((time) => new Date(time).toISOString()),
);

const members = {
  id,
  type: fc.oneof({ weight: 9, arbitrary: fc.constantFrom('event', 'attributes') }, { weight: 1, arbitrary: value }),
  user_id: fc.oneof(id, fc.constantFrom(null, '', '1', '1004', 7)),
  name: fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: value }),
  data: fc.oneof({ weight: 8, arbitrary: data }, { weight: 1, arbitrary: value }),
  timestamp,
  other: value,
};

/** Valid and invalid messages, some with members missing. */
const message = fc.oneof(
  { weight: 3, arbitrary: fc.record(members) },
  { weight: 1, arbitrary: fc.record(members, { requiredKeys: [] }) },
);

/** Writes a character as escapes of its UTF-16 units. */
function inEscapes(character: string): string {
  return Array.from(
    { length: character.length },
    (_, i) => `\\u${character.charCodeAt(i).toString(16).padStart(4, '0')}`,
  ).join('');
}

/** Writes JSON with white space between its tokens and, if asked for, some letters escaped. */
function written(members: [string, unknown][], space: string, escaped: boolean): string {
  const quote = (part: unknown): string => {
    const json = JSON.stringify(part, undefined, space === ' ' ? 0 : 1).replace(/\n/g, space);
    return escaped ? json.replace(/[a-zé](?=[a-z]{0,3})|[\u{10000}-\u{10ffff}]/gu, inEscapes) : json;
  };
  const pairs = members.map(([name, part]) => `${quote(name)}${space}:${space}${quote(part)}`);
  return `${space}{${space}${pairs.join(`${space},${space}`)}${space}}${space}`;
}

const line = fc
  .tuple(
    message.chain((one) => fc.shuffledSubarray(Object.entries(one), { minLength: Object.keys(one).length })),
    fc.constantFrom('', '', '', ' ', '\t', '\r', '\u00a0'),
    fc.integer({ min: 0, max: 9 }),
  )
  .map(([entries, space, quirk]) => {
    const repeated = quirk === 0 ? entries.slice(0, 1) : [];
    return Buffer.from(written([...entries, ...repeated], space, quirk === 1));
  });

/** A line with one byte changed, dropped or doubled. */
const mutated = fc
  .tuple(
    line,
    fc.nat(),
    fc.constantFrom('change', 'drop', 'double'),
    fc.oneof(fc.nat({ max: 255 }), fc.constantFrom(34, 92, 44, 58, 123, 125)),
  )
  .map(([bytes, position, how, byte]) => {
    const at = position % bytes.length;
    const middle = how === 'change' ? [byte] : how === 'double' ? [bytes[at], bytes[at]] : [];
    return Buffer.concat([bytes.subarray(0, at), Uint8Array.from(middle), bytes.subarray(at + 1)]);
  });

const digits = fc.string({ unit: fc.constantFrom('0', '0', '1', '5', '9'), minLength: 1, maxLength: 18 });
/** A number in any form that JSON has. */
const writtenNumber = fc
  .tuple(
    fc.constantFrom('', '', '-'),
    digits.map((one) => one.replace(/^0+(?=.)/, '')),
    fc.option(digits, { nil: '' }),
    fc.constantFrom('', '', '', 'e0', 'E+5', 'e-7', 'e400', 'e-382'),
  )
  .map(([sign, whole, fraction, exponent]) => `${sign}${whole}${fraction && `.${fraction}`}${exponent}`);

describe('the scanner', () => {
  it('keeps the characters of numbers, and knows their values', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(writtenNumber, fc.constantFrom('7', '"1.0"')), { minLength: 1, maxLength: 3 }),
        (numbers) => {
          const data = numbers.map((one, i) => `"n${i}": ${one}`).join(' , ');
          const bytes = Buffer.from(
            `{"id":"1","type":"attributes","user_id":"u","data":{ ${data} },"timestamp":1428067050}`,
          );
          agree(bytes);
          const { result, batch } = scan(bytes);
          if (result !== ADDED) return;
          const kept = numbers.map((one, i) => `"n${i}":${one}`).join(',');
          for (const customer of batch.customers()) {
            expect(Buffer.from(customer.fresh().attributes).toString()).toBe(`{${kept}}`);
          }
        },
      ),
      runs(500),
    );
  });

  it('reads a line as JSON.parse and the checks do, or declines it', () => {
    fc.assert(fc.property(line, agree), runs(500));
  });

  it('is not misled by a wrong byte', () => {
    fc.assert(fc.property(mutated, agree), runs(750));
  });

  it('never takes what is no JSON', () => {
    const noise = fc.array(
      fc.constantFrom('{', '}', '[', ']', '"', ':', ',', 'id', 'type', 'event', '1', '\\', 'null', ' '),
      {
        maxLength: 24,
      },
    );
    fc.assert(
      fc.property(noise, (tokens) => agree(Buffer.from(tokens.join('')))),
      runs(500),
    );
  });

  it.each([
    [
      'an event',
      '{"id":"c7d1a8d9-da03-11e4-87ec-946849a0cf6a","type":"event","name":"page","user_id":"2352","data":{"url":"http://x/y"},"timestamp":1428067050}',
      ADDED,
    ],
    ['members in another order', '{"data":{"a":"b"},"timestamp":1,"user_id":"é","type":"attributes","id":"i"}', ADDED],
    ['white space', ' { "id" : "1" , "type" : "event" , "name" : "n" , "user_id" : 7 , "timestamp" : 0 } \r', ADDED],
    [
      'nested data of an event',
      '{"id":"1","type":"event","name":"n","user_id":"u","data":[1.5e-3,{"a":["\\u00e9\\n",true,null]}],"timestamp":1}',
      ADDED,
    ],
    ['removals', '{"id":"1","type":"attributes","user_id":"u","data":{"a":null,"b":""},"timestamp":1}', ADDED],
    ['no data', '{"id":"1","type":"attributes","user_id":"u","data":{},"timestamp":1}', ADDED],
    ['nobody', '{"id":"1","type":"event","name":"n","timestamp":1}', ANONYMOUS],
    [
      'escapes as JSON.stringify writes them',
      '{"id":"1","type":"attributes","user_id":"u","data":{"a":"\\n\\"\\\\"},"timestamp":1}',
      ADDED,
    ],
    [
      'numbers and literals as JSON.stringify writes them',
      '{"id":7,"type":"attributes","user_id":"u","data":{"a":-1.25,"b":true,"c":0},"timestamp":1}',
      ADDED,
    ],
    [
      'other escapes',
      '{"id":"1","type":"attributes","user_id":"u","data":{"a":"\\/\\u00E9\\ud83d\\ude00\\u0001","\\u0061b":"\\u0022"},"timestamp":1}',
      ADDED,
    ],
    ['an escape in a name', '{"id":"1","type":"event","name":"\\u00e9\\"","user_id":"u","timestamp":1}', ADDED],
    ['half a character', '{"id":"1","type":"attributes","user_id":"u","data":{"a":"\\ud83d"},"timestamp":1}', DECLINED],
    [
      'a name in escapes twice',
      '{"id":"1","type":"attributes","user_id":"u","data":{"a":1,"\\u0061":2},"timestamp":1}',
      DECLINED,
    ],
    ['an escaped id', '{"id":"1","type":"attributes","user_id":"u","data":{"\\u0069d":2},"timestamp":1}', DECLINED],
    [
      'zeros at the end of a number',
      '{"id":"1","type":"attributes","user_id":"u","data":{"a":1.50,"b":-0,"c":10.0,"d":-0.0,"e":100},"timestamp":1}',
      ADDED,
    ],
    ['an exponent', '{"id":"1","type":"attributes","user_id":"u","data":{"a":1e2},"timestamp":1}', DECLINED],
    [
      'a number of 16 digits',
      '{"id":"1","type":"attributes","user_id":"u","data":{"a":1.000000000000000},"timestamp":1}',
      DECLINED,
    ],
    ['a nested attribute', '{"id":"1","type":"attributes","user_id":"u","data":{"a":{}},"timestamp":1}', DECLINED],
    ['a time in milliseconds', '{"id":"1","type":"event","name":"n","user_id":"u","timestamp":1428067050123}', ADDED],
    ['a time with a fraction', '{"id":"1","type":"event","name":"n","user_id":"u","timestamp":1428067050.5}', ADDED],
    ['a time as text', '{"id":"1","type":"event","name":"n","user_id":"u","timestamp":"2015-04-03 13:17:30z"}', ADDED],
    ['an exponent', '{"id":"1","type":"event","name":"n","user_id":"u","timestamp":1.5e9}', DECLINED],
    ['a repeated member', '{"id":"1","id":"2","type":"event","name":"n","user_id":"u","timestamp":1}', DECLINED],
  ] as const)('takes or declines %s', (_name, bytes, expected) => {
    agree(Buffer.from(bytes));
    expect(scan(Buffer.from(bytes)).result).toBe(expected);
  });
});
