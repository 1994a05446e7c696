import { LOCALE } from './locale';
import { once } from './once';

const short = once(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' }));
const full = once(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' }));
const relative = once(() => new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' }));

const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

export interface Instant {
  /** In the locale and time zone of the reader: "3 Apr 2015, 08:24". */
  readonly text: string;
  /** The same with weekday, seconds and time zone. */
  readonly title: string;
  /** ISO 8601 in UTC, for `datetime`. */
  readonly iso: string;
}

/** @param seconds since the Unix epoch; the result is null when a `Date` can not hold them */
export function instantOf(seconds: number): Instant | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return { text: short().format(date), title: full().format(date), iso: date.toISOString() };
}

/** The distance between two times in the largest unit that fits: "3 years ago". Both in seconds since the Unix epoch. */
export function distanceOf(seconds: number, now: number): string {
  const distance = seconds - now;
  const found = UNITS.find(([, length]) => Math.abs(distance) >= length);
  return found ? relative().format(Math.trunc(distance / found[1]), found[0]) : relative().format(0, 'minute');
}
