import fc from 'fast-check';
import { agree, identityOfLine, NOW, scan } from '../../../test/support/scan-agreement.js';
import type { Identity } from '../../domain/message/message-identity.js';
import { ADDED } from './scan-result.js';
import { runs } from '../../../test/support/fast-check.js';

const SECONDS = NOW / 1000;

/** Digits of numbers around those that are accepted. */
const number = fc
  .constantFrom(SECONDS, NOW, 100_000_000_000, 10 ** 14)
  .chain((most) => fc.integer({ min: 0, max: most }).map(String));
/** A text with `digits` digits, mostly of a number up to `most`. */
const padded = (digits: number, most: number): fc.Arbitrary<string> =>
  fc
    .oneof(
      { weight: 30, arbitrary: fc.integer({ min: 1, max: most }) },
      { weight: 1, arbitrary: fc.nat({ max: 10 ** digits - 1 }) },
    )
    .map((value) => String(value).padStart(digits, '0'));
const fraction = fc.oneof(
  { weight: 4, arbitrary: fc.constant('') },
  { weight: 4, arbitrary: fc.stringMatching(/^\.[0-9]{1,6}$/) },
  fc.constantFrom('.', '.999999999999999999999', '.0e', ',5'),
);
const offset = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('Z', 'z', '-00:00') },
  fc.constantFrom('', '+0100', '+01', ' Z', 'ZZ', '"'),
  fc
    .tuple(fc.constantFrom('+', '-', '\u2212'), padded(2, 24), padded(2, 60))
    .map(([sign, hours, minutes]) => `${sign}${hours}:${minutes}`),
);
/** Years around the first and the last that are accepted, and of other calendars. */
const year = fc.oneof(fc.constantFrom('1969', '1970', '2016', '2017', '2100', '0070', '0000'), padded(4, 2017));
const moment = fc
  .tuple(
    year,
    padded(2, 12),
    padded(2, 31),
    fc.constantFrom('T', 't', ' ', 'T', 'T', ' ', 't', 'T', 'x', '  '),
    padded(2, 24),
    padded(2, 60),
    padded(2, 60),
    fraction,
    offset,
  )
  .map(
    ([y, month, day, t, hour, minute, second, rest, zone]) =>
      `"${y}-${month}-${day}${t}${hour}:${minute}:${second}${rest}${zone}"`,
  );
/** Timestamps as they stand in a line: valid ones of every form, and others. */
const anyTimestamp = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(number, fraction).map((parts) => parts.join('')) },
  fc
    .tuple(
      fc.constantFrom('', '', '-', '0', '+'),
      number,
      fraction,
      fc.constantFrom('', 'e0', 'E+2', 'e-3', 'e', 'e400'),
    )
    .map((parts) => parts.join('')),
  { weight: 3, arbitrary: moment },
  fc.tuple(moment, fc.nat({ max: 30 })).map(([text, cut]) => `${text.slice(0, cut)}${text.slice(cut + 1)}`),
);

/** The identity of an attributes message with a timestamp, scanned and parsed. @param timestamp as it stands in the line */
function identityAt(timestamp: string): Identity {
  const bytes = Buffer.from(
    `{"id":"i","type":"attributes","user_id":"u","data":{"a":"x","b":1},"timestamp":${timestamp}}`,
  );
  agree(bytes);
  return identityOfLine(bytes);
}

describe('the scanner', () => {
  it('reads a timestamp of any form as the checks do', () => {
    let [added, declined] = [0, 0];
    fc.assert(
      fc.property(anyTimestamp, fc.constantFrom('"event","name":"n"', '"attributes"'), (text, type) => {
        const bytes = Buffer.from(`{"id":"1","type":${type},"user_id":"u","data":{"a":1},"timestamp":${text}}`);
        agree(bytes);
        if (scan(bytes).result === ADDED) added++;
        else declined++;
      }),
      runs(1_500),
    );
    expect(added).toBeGreaterThan(250);
    expect(declined).toBeGreaterThan(250);
  });

  it('gives the messages of one moment in all its forms one identity, and those of two milliseconds two', () => {
    for (const same of [
      '1428067050.123',
      '1428067050.1239999',
      '1428067050123',
      '1.428067050123e9',
      '"2015-04-03t15:17:30.1239+02:00"',
    ])
      expect(identityAt(same)).toBe(identityAt('"2015-04-03T13:17:30.123Z"'));
    for (const other of ['1428067050', '1428067050.122', '1428067050.124', '1428067051.123'])
      expect(identityAt(other)).not.toBe(identityAt('1428067050.123'));
  });

  it('gives a message of a whole second the identity that it has had ever since, and any other one for ever', () => {
    const hex = (text: string): string => Buffer.from(identityAt(text), 'utf16le').swap16().toString('hex');
    for (const text of ['1428067050', '1428067050000', '"2015-04-03T13:17:30Z"', '1.42806705e9'])
      expect(hex(text)).toBe('f72a1f5df5ca1246e0fb76742ee81b09');
    expect(hex('1428067050.123')).toBe('0a1c816b3a5c87385ca68e8e0c68ba8d');
  });
});
