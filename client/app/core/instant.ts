import { LOCALE } from './locale';

const short = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const full = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full', timeStyle: 'long' });

export interface Instant {
  /** For people, in their locale and time zone: "3 Apr 2015, 08:24". */
  readonly text: string;
  /** The same with weekday, seconds and the time zone. */
  readonly title: string;
  /** ISO 8601 in UTC, for `datetime`. */
  readonly iso: string;
}

/** @param seconds since the Unix epoch; null when that is no time a `Date` can hold */
export function instantOf(seconds: number): Instant | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  return { text: short.format(date), title: full.format(date), iso: date.toISOString() };
}
