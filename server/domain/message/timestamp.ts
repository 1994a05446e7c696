/** The latest time that a message may have, in ms after now. A later one would keep its attribute from ever changing again. */
const FUTURE_MS = 86_400_000;
/** A number from here on is in milliseconds: it is the year 1973 in ms, 5138 in seconds. */
const FIRST_MILLISECONDS = 100_000_000_000;
const MILLISECOND_DIGITS = 12;
/** No time that is accepted has more digits in ms. */
const MOST_DIGITS = 15;
const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/**
 * Reads the `timestamp` of a message: a number of seconds or (from 100 000 000 000 on) of milliseconds, or RFC 3339 text.
 * @param value from `JSON.parse`
 * @param digits gives a number as it was written, as the nearest double may lie in another millisecond; undefined if it was written as
 * `JSON.stringify` writes it
 * @param now ms since the Unix epoch
 * @returns whole ms since the Unix epoch, further digits dropped; undefined if it is no time from 1970 to one day from now
 */
export function readTimestamp(value: unknown, digits: (() => string) | undefined, now: number): number | undefined {
  const time = timeOf(value, digits);
  return time !== undefined && time <= latestTimestamp(now) ? time : undefined;
}

/** The latest time that a message may have, in ms since the Unix epoch like `now`. */
export function latestTimestamp(now: number): number {
  return now + FUTURE_MS;
}

/** Writes a time, in ms since the Unix epoch, as the `timestamp` of a message: in seconds, with a fraction if it needs one. */
export function formatTimestamp(time: number): string {
  const fraction = time % 1000;
  const seconds = String(Math.floor(time / 1000));
  return fraction === 0 ? seconds : `${seconds}.${String(fraction).padStart(3, '0')}`;
}

function timeOf(value: unknown, digits: (() => string) | undefined): number | undefined {
  if (typeof value === 'string') return timeOfText(value);
  if (typeof value !== 'number') return undefined;
  return digits ? timeOfDigits(digits()) : timeOfNumber(value);
}

/**
 * Reads a number as the time that it is in a message.
 * @param text a number of JSON, or digits
 * @returns whole ms since the Unix epoch; undefined if it is before 1970 or has more than 15 digits in ms
 */
export function timeOfDigits(text: string): number | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign, whole, fraction = '', exponent = '0'] = match;
  const all = whole + fraction;
  const significant = all.replace(/^0+/, '');
  if (significant === '') return 0;
  /** Number of the significant digits before the point. */
  const before = whole.length + Number(exponent) - (all.length - significant.length);
  const kept = before >= MILLISECOND_DIGITS ? before : before + 3;
  if (sign === '-' || kept > MOST_DIGITS) return undefined;
  return kept <= 0 ? 0 : Number(significant.slice(0, kept).padEnd(kept, '0'));
}

/**
 * Reads RFC 3339 text.
 * @returns whole ms since the Unix epoch, further digits dropped; undefined if it is no time from the year 100 on
 */
export function momentOfText(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number);
  const [fraction = '', sign = '+', offsetHour = '0', offsetMinute = '0'] = match.slice(7);
  // `Date.UTC` would take the years 0 to 99 for 1900 to 1999.
  if (year < 100 || !isDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return undefined;
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'));
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
  return sign === '-' ? local + offset : local - offset;
}

/** Reads a number that is written as `JSON.stringify` writes it. */
function timeOfNumber(value: number): number | undefined {
  if (!Number.isInteger(value) || value <= 0) return timeOfDigits(String(value));
  return value < FIRST_MILLISECONDS ? value * 1000 : value;
}

/** Reads RFC 3339 text. @returns undefined if it is before 1970 */
export function timeOfText(text: string): number | undefined {
  const time = momentOfText(text);
  return time === undefined || time < 0 ? undefined : time;
}

function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
