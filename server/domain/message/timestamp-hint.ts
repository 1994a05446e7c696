import { JsonNumber } from '../json.js';
import { latestTimestamp, readTimestamp } from './timestamp.js';

const BEFORE_1970 = 'It is before 1970.';
const IN_THE_FUTURE = 'It is more than one day in the future.';
const FORMS = 'Write seconds or milliseconds since 1970 as a number, or RFC 3339 text such as "2015-04-03T13:17:30Z".';
const DATE = '\\d{4}-\\d\\d-\\d\\d';
const TIME = '\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d+)?)?';
const ONLY_DATE = new RegExp(`^${DATE}$`);
const WITHOUT_OFFSET = new RegExp(`^${DATE}[Tt ]${TIME}$`);
const WITH_OFFSET = new RegExp(`^${DATE}[Tt ]${TIME} ?(?:[Zz]|[+-]\\d\\d(?::?\\d\\d)?)$`);
const NUMBER = /^[+-]?\d+(?:[.,]\d+)?$/;
const LOCAL_DATE = /^\d{1,4}[/.]\d{1,2}[/.]\d{1,4}(?!\d)/;
const SECOND_60 = /^.{16}:60/;
const EMAIL_DATE = /^(?:[A-Z][a-z]{2}, ?)?\d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4}\b/;
/** The time in ms, in 1973, from which on a number of microseconds or nanoseconds is taken for one. */
const FIRST_OF_ANOTHER_UNIT = 1e11;

/**
 * Says what a rejected `timestamp` looks like, and what to write instead.
 * @param written from `parseJson`
 * @param now ms since the Unix epoch
 * @returns a sentence or two; undefined if the timestamp is valid
 */
export function timestampHint(written: unknown, now: number): string | undefined {
  const value = written instanceof JsonNumber ? Number(written.text) : written;
  const digits = written instanceof JsonNumber ? (): string => written.text : undefined;
  if (readTimestamp(value, digits, now) !== undefined) return undefined;
  if (value === undefined || value === '') return FORMS;
  if (typeof value === 'number') return hintOfNumber(value, now);
  if (typeof value === 'string') return hintOfText(value, now);
  return `It is neither a number nor a text. ${FORMS}`;
}

function hintOfNumber(value: number, now: number): string {
  const isPlausible = (time: number): boolean => time >= FIRST_OF_ANOTHER_UNIT && time <= latestTimestamp(now);
  if (value < 0) return BEFORE_1970;
  if (isPlausible(value / 1e3)) return 'It looks like microseconds. Divide it by 1000.';
  if (isPlausible(value / 1e6)) return 'It looks like nanoseconds. Divide it by 1000000.';
  return IN_THE_FUTURE;
}

function hintOfText(value: string, now: number): string {
  const text = value.trim();
  if (NUMBER.test(text)) return 'It looks like a number, but is a text of digits. Write it without quotes.';
  if (ONLY_DATE.test(text))
    return `It looks like a date without a time and an offset. Write "${text}T00:00:00Z" if it is a day in UTC.`;
  if (WITHOUT_OFFSET.test(text))
    return 'It looks like a time without an offset. Add Z if it is in UTC, or an offset such as +02:00.';
  if (WITH_OFFSET.test(text)) return hintOfMoment(text, now);
  if (LOCAL_DATE.test(text)) return `It looks like a date in a local form. ${FORMS}`;
  if (EMAIL_DATE.test(text)) return `It looks like the date of an email. ${FORMS}`;
  return `It is no time that can be read. ${FORMS}`;
}

/** @param text a date, a time and an offset */
function hintOfMoment(text: string, now: number): string {
  if (readTimestamp(text, undefined, now) !== undefined) return 'There is white space around it.';
  if (readTimestamp(text, undefined, Infinity) !== undefined) return IN_THE_FUTURE;
  if (Date.parse(text) < 0) return BEFORE_1970;
  if (SECOND_60.test(text)) return 'It has the second 60. Write 59.';
  return 'It looks like RFC 3339, but has a day, a time or an offset that does not exist, or is not written in full. An example is "2015-04-03T13:17:30+02:00".';
}
