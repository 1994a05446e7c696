import fc from 'fast-check';
import { readMessage, type RejectReason } from './message.js';
import { hintOf } from './reject-hint.js';
import { runs } from '../../../test/support/fast-check.js';

const NOW = Date.UTC(2026, 10, 28);
const EVENT = '"id":"1","type":"event","user_id":"u","name":"n"';
const UPDATE = '"id":"1","type":"attributes","user_id":"u","timestamp":1';

function hint(reason: RejectReason, line: string | Buffer): string | undefined {
  const bytes = Buffer.from(line);
  return hintOf(reason, bytes, bytes.length, NOW);
}

describe('the hint of a reject', () => {
  it.each<[RejectReason, string | Buffer, string | undefined]>([
    [
      'invalid_utf8',
      Buffer.from('{"a":"José"}', 'latin1'),
      'Byte 10 of the line (0xe9) is not UTF-8. Save the file as UTF-8.',
    ],
    [
      'invalid_utf8',
      Buffer.concat([Buffer.from('é\ufffdü'), Buffer.of(0xff)]),
      'Byte 8 of the line (0xff) is not UTF-8. Save the file as UTF-8.',
    ],
    ['invalid_json', 'x', 'At character 1 stands "x" instead of a value.'],
    [
      'invalid_json',
      'id;email;plan',
      'The line looks like CSV with ";" between its columns. A line must be one JSON object.',
    ],
    [
      'invalid_json',
      'id,email',
      'The line looks like CSV with "," between its columns. A line must be one JSON object.',
    ],
    ['invalid_json', ' 1\t2', 'The line looks like CSV with tabs between its columns. A line must be one JSON object.'],
    [
      'invalid_json',
      '"a","b"',
      'The line looks like CSV with "," between its columns. A line must be one JSON object.',
    ],
    ['invalid_json', '<p>', 'The line looks like HTML or XML. A line must be one JSON object.'],
    ['invalid_json', "{'id':1}", 'At character 2 stands a single quote. JSON has double quotes.'],
    ['invalid_json', '{id:1}', 'At character 2 stands "id" instead of a name in double quotes.'],
    ['invalid_json', `{${EVENT}`, 'The line ends in the middle of a JSON value.'],
    ['invalid_json', '{"a":1,}', 'At character 8 stands "}" instead of a name in double quotes.'],
    ['invalid_json', '{"😀":1}{"b":2}', 'A second object begins at character 8. Put each object on a line of its own.'],
    ['invalid_json', '{"a":1},', 'At character 8, "," comes after the end of the JSON value.'],
    ['invalid_json', '{"a":"b', 'The text that begins at character 6 has no end.'],
    [
      'invalid_json',
      '{"a":"b\tc"}',
      'The text that begins at character 6 holds the control character U+0009, which must be escaped.',
    ],
    ['invalid_json', '{"a":"\\x"}', 'The text that begins at character 6 holds an escape that JSON does not have.'],
    ['invalid_json', '{"a" 1}', 'At character 6 stands "1" instead of a colon.'],
    ['invalid_json', '{"a":1 "b":2}', 'A comma is missing at character 8.'],
    ['invalid_json', '{"a":None}', 'At character 6 stands "None" instead of a value.'],
    ['invalid_json', '\ufeff{}', 'A byte-order mark (U+FEFF) stands before the object. Remove it.'],
    ['invalid_json', `{"a":"${'x'.repeat(70_000)}"`, undefined],
    ['not_an_object', '[{"a":1}]', 'The line is a JSON list. Put each object of the list on a line of its own.'],
    ['not_an_object', 'null', 'The line is null.'],
    ['unknown_type', '{}', '"type" is missing. It must be "event" or "attributes".'],
    ['unknown_type', '{"type":"evnt"}', '"type" is "evnt". It must be "event" or "attributes".'],
    ['invalid_id', `{"id":"${'é'.repeat(150)}"}`, '"id" has 300 bytes. At most 255 are taken.'],
    [
      'invalid_user_id',
      '{"user_id":1.5}',
      '"user_id" is 1.5. It must be a text or a whole number up to 9007199254740991.',
    ],
    [
      'invalid_timestamp',
      `{${EVENT}}`,
      '"timestamp" is missing. Write seconds or milliseconds since 1970 as a number, or RFC 3339 text such as "2015-04-03T13:17:30Z".',
    ],
    [
      'invalid_timestamp',
      `{${EVENT},"timestamp":1428067050123456}`,
      '"timestamp" is 1428067050123456. It looks like microseconds. Divide it by 1000.',
    ],
    ...['99999999999.9999999999', '9007199254740993', '1e400', '1.0e400'].map(
      (number): [RejectReason, string, string] => [
        'invalid_timestamp',
        `{${EVENT},"timestamp":${number}}`,
        `"timestamp" is ${number}. It is more than one day in the future.`,
      ],
    ),
    ['invalid_timestamp', `{${EVENT},"timestamp":-1.50}`, '"timestamp" is -1.50. It is before 1970.'],
    [
      'invalid_user_id',
      '{"user_id":9007199254740993}',
      '"user_id" is 9007199254740993. It must be a text or a whole number up to 9007199254740991.',
    ],
    ['unknown_type', '{"type":1.0}', '"type" is 1.0. It must be "event" or "attributes".'],
    ['not_an_object', '1e400', 'The line is the value 1e400.'],
    [
      'invalid_timestamp',
      `{${EVENT},"timestamp":"2015-04-03"}`,
      '"timestamp" is "2015-04-03". It looks like a date without a time and an offset. Write "2015-04-03T00:00:00Z" if it is a day in UTC.',
    ],
    [
      'invalid_timestamp',
      `{${EVENT},"timestamp":"1428067050"}`,
      '"timestamp" is "1428067050". It looks like a number, but is a text of digits. Write it without quotes.',
    ],
    [
      'invalid_timestamp',
      `{${EVENT},"timestamp":[1]}`,
      '"timestamp" is a JSON list. It is neither a number nor a text. Write seconds or milliseconds since 1970 as a number, or RFC 3339 text such as "2015-04-03T13:17:30Z".',
    ],
    ['invalid_event_name', '{"name":""}', '"name" is empty.'],
    ['invalid_data', `{${UPDATE},"data":[]}`, '"data" is a JSON list. Of an attributes message it must be an object.'],
    [
      'too_many_attributes',
      JSON.stringify({ data: Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`a${i}`, 1])) }),
      'It has 10001 attributes. At most 10000 are taken.',
    ],
    ['invalid_attribute_name', `{${UPDATE},"data":{"":1}}`, 'The name of an attribute is empty.'],
    ['invalid_attribute_name', `{${UPDATE},"data":{"__proto__":1}}`, 'An attribute cannot be called "__proto__".'],
    [
      'invalid_attribute_value',
      `{${UPDATE},"data":{"a":"${'é'.repeat(9_000)}"}}`,
      'The value of "a" has 18002 bytes as JSON. At most 10000 are taken.',
    ],
    [
      'invalid_attribute_value',
      `{${UPDATE},"data":{"a":1.0,"b":[1e-401]}}`,
      'The value of "b" holds a number of more than 400 digits before or after its point, or is nested too deep.',
    ],
    [
      'unsupported_character',
      `{${UPDATE},"data":{"a":{"b":"\\ud800"}}}`,
      '"a" holds half of a character (U+D800), which cannot be kept.',
    ],
    ['unsupported_character', '{"id":"\\u0000","type":"event"}', '"id" holds U+0000, which cannot be kept.'],
  ])('%s: %.60s', (reason, line, expected) => {
    expect(hint(reason, line)).toBe(expected);
  });

  it('says how long a line is, of which a part is there', () => {
    expect(hintOf('line_too_long', Buffer.from('xxx'), 1_300_000, NOW)).toBe(
      'The line has 1300000 bytes with its line end. At most 1048576 are read.',
    );
  });

  it('is short and whole for every message that is rejected', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('\ud800', '\0', 'n'.repeat(400), '"'.repeat(300)),
    );
    const value = fc.oneof(text, fc.jsonValue({ maxDepth: 2 }));
    const data = fc.oneof(fc.dictionary(text, value), value);
    const type = fc.oneof(fc.constantFrom('event', 'attributes'), value);
    const message = fc.record(
      { type, id: value, user_id: value, timestamp: value, name: value, data },
      { requiredKeys: [] },
    );
    let seen = 0;
    fc.assert(
      fc.property(message, (one) => {
        const line = JSON.stringify(one);
        const outcome = readMessage(JSON.parse(line), NOW);
        if (outcome.kind !== 'rejected') return;
        const said = hint(outcome.reason, line) ?? '';
        expect(said.length).toBeLessThanOrEqual(300);
        expect(said.isWellFormed()).toBe(true);
        if (said !== '') seen++;
      }),
      runs(200),
    );
    expect(seen).toBeGreaterThan(80);
  });

  it.each(['type', 'id', 'user_id', 'timestamp', 'name', 'data', 'other'])(
    'never fails for a member %s that is nested deeper than the stack',
    (name) => {
      const deep = `"${name}":${'['.repeat(400_000)}${']'.repeat(400_000)}`;
      const data = '"data":{"a":["\\ud800"]}';
      for (const line of [`{${EVENT},"timestamp":1,${deep}}`, `{${UPDATE},${data},${deep}}`]) {
        const outcome = readMessage(JSON.parse(line), NOW);
        if (outcome.kind === 'rejected') expect(hint(outcome.reason, line)).toMatch(/./);
      }
    },
  );

  it('names the text that cannot be kept, beside a data member id of any depth and size', () => {
    const expected = '"a" holds half of a character (U+D800), which cannot be kept.';
    for (const id of [`${'['.repeat(400_000)}${']'.repeat(400_000)}`, '"\\ud801"', `1.${'0'.repeat(500)}`]) {
      expect(hint('unsupported_character', `{${UPDATE},"data":{"id":${id},"a":"\\ud800"}}`)).toBe(expected);
    }
    const nested = `${'['.repeat(4_990)}"\\ud800"${']'.repeat(4_990)}`;
    expect(hint('unsupported_character', `{${UPDATE},"data":{"a":${nested}}}`)).toBe(expected);
    const long = `{"id":1.${'0'.repeat(500)},"type":"event","user_id":"u","timestamp":1,"name":"\\u0000"}`;
    expect(hint('unsupported_character', long)).toBe('"name" holds U+0000, which cannot be kept.');
  });

  it('never fails for bytes that are no JSON', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 40 }),
        fc.constantFrom('invalid_utf8', 'invalid_json'),
        (bytes, reason) => {
          const said = hintOf(reason, bytes, bytes.length, NOW) ?? '';
          expect(said.length).toBeLessThanOrEqual(300);
          expect(said.isWellFormed()).toBe(true);
        },
      ),
      runs(200),
    );
  });
});
