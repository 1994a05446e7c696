import { byteAt, QUOTE } from '../../wasm/bytes';
import { skipDigits } from './json';

/* Reads the timestamp of a message, as domain/message/timestamp.ts does. */

/** A number from here on is in milliseconds. */
const FIRST_MILLISECONDS: u64 = 100_000_000_000;
const MS_PER_MINUTE: i64 = 60_000;
const INVALID: u32 = u32.MAX_VALUE;
/** No time that is accepted has more digits. */
const MOST_DIGITS: usize = 15;
/** Days from 0000-03-01 to 1970-01-01. */
const EPOCH_DAYS: u32 = 719_468;

/** The time that was read, in ms since the Unix epoch. */
export let time: u64 = 0;

/** Reads a number without an exponent, or RFC 3339 text; returns the place behind it, 0 if it is anything else, or before 1970. */
export function readTime(start: usize): usize {
  if (byteAt(start) == QUOTE) return readText(start + 1);
  const point = skipDigits(start);
  const whole = point - start;
  if (whole == 0 || whole > MOST_DIGITS || (whole > 1 && byteAt(start) == 48)) return 0;
  let value: u64 = 0;
  for (let at = start; at < point; at++) value = value * 10 + <u64>(byteAt(at) - 48);
  const end = fractionEnd(point);
  if (end == 0 || (byteAt(end) | 32) == 101) return 0;
  time = value < FIRST_MILLISECONDS ? value * 1000 + milliseconds(point + 1, end) : value;
  return end;
}

/** Skips a fraction, if there is one; returns 0 if it has no digits. */
function fractionEnd(at: usize): usize {
  if (byteAt(at) != 46) return at;
  const end = skipDigits(at + 1);
  return end == at + 1 ? 0 : end;
}

/** The first three digits of a fraction. */
function milliseconds(at: usize, end: usize): u64 {
  let value: u64 = 0;
  for (let unit: u64 = 100; at < end && unit > 0; at++, unit /= 10) value += <u64>(byteAt(at) - 48) * unit;
  return value;
}

/** Reads `YYYY-MM-DDTHH:MM:SS`, a fraction or none, and an offset; `at` is behind the opening quote. */
function readText(at: usize): usize {
  const year = two(at) * 100 + two(at + 2);
  const month = two(at + 5);
  const day = two(at + 8);
  const hour = two(at + 11);
  const minute = two(at + 14);
  const second = two(at + 17);
  if (two(at) == INVALID || two(at + 2) == INVALID || month - 1 > 11 || day - 1 >= daysOf(year, month)) return 0;
  if (hour > 23 || minute > 59 || second > 59 || year < 1969) return 0;
  if (byteAt(at + 4) != 45 || byteAt(at + 7) != 45 || byteAt(at + 13) != 58 || byteAt(at + 16) != 58) return 0;
  const separator = byteAt(at + 10);
  if (separator != 32 && (separator | 32) != 116) return 0;

  const end = fractionEnd(at + 19);
  if (end == 0) return 0;
  let after = end + 1;
  let offset: i64 = 0;
  const sign = byteAt(end);
  if (sign == 43 || sign == 45) {
    const offsetHour = two(end + 1);
    const offsetMinute = two(end + 4);
    if (offsetHour > 23 || offsetMinute > 59 || byteAt(end + 3) != 58) return 0;
    offset = <i64>(offsetHour * 60 + offsetMinute) * MS_PER_MINUTE;
    if (sign == 45) offset = -offset;
    after = end + 6;
  } else if ((sign | 32) != 122) return 0;
  if (byteAt(after) != QUOTE) return 0;

  const minutes = (<i64>daysBefore(year, month, day) * 24 + <i64>hour) * 60 + <i64>minute;
  const utc = minutes * MS_PER_MINUTE + <i64>second * 1000 + <i64>milliseconds(at + 20, end) - offset;
  if (utc < 0) return 0;
  time = <u64>utc;
  return after + 1;
}

/** The number of two digits; {@link INVALID} if another character is among them. */
function two(at: usize): u32 {
  const tens = byteAt(at) - 48;
  const ones = byteAt(at + 1) - 48;
  return tens > 9 || ones > 9 ? INVALID : tens * 10 + ones;
}

function daysOf(year: u32, month: u32): u32 {
  if (month == 2) return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/** The days from 1970-01-01 to a day from 1969 on, by Howard Hinnant's days_from_civil: a year begins in March. */
function daysBefore(year: u32, month: u32, day: u32): i32 {
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const y = month > 2 ? year : year - 1;
  const days = y * 365 + y / 4 - y / 100 + y / 400 + (fromMarch * 153 + 2) / 5 + day - 1;
  return <i32>days - <i32>EPOCH_DAYS;
}
