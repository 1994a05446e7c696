import fc from 'fast-check';
import { runs } from '../../../test/support/fast-check.js';
import { JsonNumber } from '../json.js';
import { timestampHint } from './timestamp-hint.js';
import { formatTimestamp, readTimestamp } from './timestamp.js';

const NOW = Date.UTC(2026, 10, 28, 12);
const DAY = 86_400_000;
const GREATEST = 8_640_000_000_000_000;

/** Reads a value that stands in JSON as `text`. */
function read(text: string, now = NOW): number | undefined {
  const value: unknown = JSON.parse(text);
  const time = readTimestamp(value, () => text, now);
  if (JSON.stringify(value) === text) expect(readTimestamp(value, undefined, now)).toBe(time);
  return time;
}

/** The time by exact arithmetic: the number is `digits` divided by 10 to the power of `places`. */
function exactly(digits: bigint, places: number): bigint {
  const [numerator, denominator] = places < 0 ? [digits * 10n ** BigInt(-places), 1n] : [digits, 10n ** BigInt(places)];
  return numerator >= 100_000_000_000n * denominator ? numerator / denominator : (numerator * 1000n) / denominator;
}

describe('a timestamp', () => {
  it.each([
    ['1428067050', 1428067050_000],
    ['1428067050.123', 1428067050_123],
    ['1428067050.1239999999999999', 1428067050_123],
    ['1428067050.9999999999999999', 1428067050_999],
    ['0.001', 1],
    ['0.0009999', 0],
    ['1.5e9', 1500000000_000],
    ['1.5E+9', 1500000000_000],
    ['1.428067050123e9', 1428067050_123],
    ['14280670501239e-4', 1428067050_123],
    ['1428067050123', 1428067050_123],
    ['1.428067050123e12', 1428067050_123],
    ['1428067050123.9', 1428067050_123],
    ['100000000000', 100000000_000],
    ['0', 0],
    ['-0', 0],
    ['0.0e999999999999', 0],
    ['1e-400', 0],
    ['"2015-04-03T13:17:30Z"', 1428067050_000],
    ['"2015-04-03t13:17:30z"', 1428067050_000],
    ['"2015-04-03 13:17:30.1Z"', 1428067050_100],
    ['"2015-04-03T13:17:30.1239999Z"', 1428067050_123],
    ['"2015-04-03T15:17:30.123+02:00"', 1428067050_123],
    ['"2015-04-03T00:17:30.123-13:00"', 1428067050_123],
    ['"2015-04-03T13:17:30-00:00"', 1428067050_000],
    ['"1970-01-01T00:00:00Z"', 0],
    ['"1969-12-31T23:59:59.999-00:01"', 59_999],
    ['"2016-02-29T00:00:00Z"', Date.UTC(2016, 1, 29)],
    ['"2000-02-29T23:59:59Z"', Date.UTC(2000, 1, 29, 23, 59, 59)],
  ])('%s is understood', (text, time) => {
    expect(read(text)).toBe(time);
  });

  it.each([
    '99999999999',
    '99999999999.9999999999999999',
    '-1',
    '-0.001',
    '-1e-400',
    '1e400',
    '1e999999999999999999999',
    '1428067050123456',
    '1428067050123456789',
    'null',
    'true',
    '[1428067050]',
    '{}',
    '""',
    '"1428067050"',
    '"2015-04-03"',
    '"2015-04-03T13:17:30"',
    '"2015-04-03T13:17Z"',
    '"2015-04-03T13:17:30.Z"',
    '"2015-04-03T13:17:30,5Z"',
    '"2015-04-03  13:17:30Z"',
    '"2015-04-03T13:17:30 Z"',
    '" 2015-04-03T13:17:30Z"',
    '"2015-04-03T13:17:30Z\\n"',
    '"2015-04-03T13:17:30+0200"',
    '"2015-04-03T13:17:30+02"',
    '"2015-04-03T13:17:30+24:00"',
    '"2015-04-03T13:17:30+02:60"',
    '"2015-04-03T24:00:00Z"',
    '"2015-04-03T13:60:00Z"',
    '"2016-12-31T23:59:60Z"',
    '"2015-02-29T00:00:00Z"',
    '"1900-02-29T00:00:00Z"',
    '"2015-04-31T00:00:00Z"',
    '"2015-00-03T00:00:00Z"',
    '"2015-13-03T00:00:00Z"',
    '"2015-04-00T00:00:00Z"',
    '"0070-01-01T00:00:00Z"',
    '"0000-01-01T00:00:00Z"',
    '"1969-12-31T23:59:59Z"',
    '"1970-01-01T00:30:00+01:00"',
    '"9999-12-31T23:59:59Z"',
    '"+2015-04-03T13:17:30Z"',
    '"２015-04-03T13:17:30Z"',
  ])('%s is none', (text) => {
    expect(read(text)).toBeUndefined();
  });

  it('may lie up to a day ahead of now, to the millisecond', () => {
    for (const [time, expected] of [
      [NOW + DAY, NOW + DAY],
      [NOW + DAY + 1, undefined],
    ] as const) {
      expect(read(String(time))).toBe(expected);
      expect(read(formatTimestamp(time))).toBe(expected);
      expect(read(JSON.stringify(new Date(time)))).toBe(expected);
    }
  });

  it('is taken from the decimal digits of a number, as exact arithmetic has it', () => {
    const digits = fc.oneof(
      fc.bigInt({ min: 0n, max: 10n ** 13n }),
      fc.bigInt({ min: 0n, max: 10n ** 30n }),
      // Numbers next to whole milliseconds, which the nearest double may miss.
      fc
        .bigInt({ min: 0n, max: 2n * 10n ** 12n })
        .chain((time) => fc.constantFrom(time * 10n ** 9n, time * 10n ** 9n + 1n, time * 10n ** 9n + 999_999_999n)),
    );
    fc.assert(
      fc.property(
        digits,
        fc.integer({ min: -8, max: 25 }),
        fc.integer({ min: -20, max: 20 }),
        fc.nat({ max: 3 }),
        (all, places, exponent, zeros) => {
          const expected = exactly(all, places);
          const text =
            all.toString().padStart(Math.max(places + exponent, 0) + 1, '0') +
            '0'.repeat(Math.max(-places - exponent, 0));
          const point = text.length - Math.max(places + exponent, 0);
          const fraction = text.slice(point) + '0'.repeat(zeros);
          const number = `${text.slice(0, point).replace(/^0+(?=\d)/, '')}${fraction && `.${fraction}`}e${exponent}`;
          expect(read(number, GREATEST)).toBe(expected > 999_999_999_999_999n ? undefined : Number(expected));
        },
      ),
      runs(600),
    );
  });

  it('is the same time in each of its forms, of any offset', () => {
    const offset = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(
        fc.integer({ min: 100_000_000_000, max: NOW }),
        offset,
        fc.constantFrom('T', 't', ' '),
        (time, minutes, separator) => {
          const local = new Date(time + minutes * 60_000).toISOString();
          const [hh, mm] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) =>
            String(part).padStart(2, '0'),
          );
          const text = `${local.slice(0, 10)}${separator}${local.slice(11, -1)}${minutes < 0 ? '-' : '+'}${hh}:${mm}`;
          expect([read(formatTimestamp(time)), read(String(time)), read(JSON.stringify(text))]).toEqual([
            time,
            time,
            time,
          ]);
        },
      ),
    );
  });
});

describe('the hint of a rejected timestamp', () => {
  it.each([
    [undefined, 'Write seconds or milliseconds since 1970'],
    [null, 'neither a number nor a text'],
    [[1428067050], 'neither a number nor a text'],
    [-5, 'before 1970'],
    [Infinity, 'more than one day in the future'],
    [5_000_000_000, 'more than one day in the future'],
    [1428067050123456, 'looks like microseconds'],
    [1.428067050123456e18, 'looks like nanoseconds'],
    ['', 'Write seconds or milliseconds since 1970'],
    ['1428067050', 'a text of digits'],
    ['1428067050,5', 'a text of digits'],
    ['2015-04-03', 'a date without a time and an offset. Write "2015-04-03T00:00:00Z"'],
    ['2015-04-03T13:17:30', 'without an offset'],
    ['2015-04-03 13:17', 'without an offset'],
    ['2999-04-03T13:17:30Z', 'more than one day in the future'],
    ['1969-04-03T13:17:30Z', 'before 1970'],
    ['1970-01-01T00:30:00+01:00', 'before 1970'],
    [' 2015-04-03T13:17:30Z', 'white space'],
    ['2016-12-31T23:59:60Z', 'second 60'],
    ['2015-02-30T13:17:30Z', 'does not exist'],
    ['2015-04-03T13:17:30+0200', 'not written in full'],
    ['2015-04-03T13:17Z', 'not written in full'],
    ['04/03/2015 13:17', 'local form'],
    ['3.4.2015', 'local form'],
    ['Fri, 03 Apr 2015 13:17:30 GMT', 'the date of an email'],
    ['yesterday', 'no time that can be read'],
  ])('of %j says: %s', (value, words) => {
    expect(readTimestamp(value, undefined, NOW)).toBeUndefined();
    expect(timestampHint(value, NOW)).toContain(words);
  });

  it('goes by the digits of a number', () => {
    expect(timestampHint(new JsonNumber('99999999999.9999999999'), NOW)).toContain('more than one day in the future');
    expect(timestampHint(new JsonNumber('1428067050.0'), NOW)).toBeUndefined();
  });

  it.each([1428067050, 1428067050.123, 1428067050123, '2015-04-03T13:17:30Z'])(
    'of %j is nothing, as it is valid',
    (value) => {
      expect(timestampHint(value, NOW)).toBeUndefined();
    },
  );
});
