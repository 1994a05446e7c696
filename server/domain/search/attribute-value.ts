import { timeOfDigits, timeOfText } from '../message/timestamp.js';
import { LIMITS } from '../limits.js';
import { floatingDay } from './time-zone.js';

/** A value as a number or a time. */
export interface TypedValue {
  /** A number of JSON, or the digits of a text, which may have zeros before them. */
  readonly number?: string;
  /** Ms since the Unix epoch. */
  readonly time?: number;
  /** The date that the value is, as the ms at which it begins in UTC. It begins elsewhere at another moment. */
  readonly day?: number;
}

const NUMBER_TEXT = /^-?\d+(?:\.\d+)?$/;
/** Seconds as in `created_at`, or milliseconds. Shorter digits in a text are no time. */
const TIME_TEXT = /^[1-9](?:\d{8,9}|\d{11,12})$/;
const DATE_TEXT = /^\d{4}-\d\d-\d\d$/;
/** Whole numbers from here on are milliseconds, and the first of them with too many digits. */
const FIRST_MILLISECONDS = 100_000_000_000;
const SMALL_MILLISECONDS = 1e15;
const NONE: TypedValue = {};

/**
 * Reads a value as a number, as a time, or both. A time has one of the forms of the time of a message, or is a date.
 * @param json an attribute
 */
export function readTyped(json: string): TypedValue {
  const first = json.charCodeAt(0);
  if (first === 45 || (first >= 48 && first <= 57)) {
    const time = timeOfDigits(json);
    return { number: json, ...(time !== undefined && { time }) };
  }
  // Every form in a text has no character that JSON escapes.
  return first === 34 ? readTypedText(json.slice(1, -1)) : NONE;
}

function readTypedText(text: string): TypedValue {
  const first = text.charCodeAt(0);
  if (first !== 45 && !(first >= 48 && first <= 57)) return NONE;
  if (NUMBER_TEXT.test(text)) {
    if (!isWithinDigits(text)) return NONE;
    const time = TIME_TEXT.test(text) ? timeOfDigits(text) : undefined;
    return { number: text, ...(time !== undefined && { time }) };
  }
  if (DATE_TEXT.test(text)) {
    const day = floatingDay(text);
    return day === undefined ? NONE : { day };
  }
  const time = timeOfText(text);
  return time === undefined ? NONE : { time };
}

/** True for a number of at most as many digits, before and after its point, as a number of a message. */
function isWithinDigits(text: string): boolean {
  const [whole, fraction = ''] = text.replace(/^-/, '').split('.');
  return whole.length <= LIMITS.numberDigits && fraction.length <= LIMITS.numberDigits;
}

/**
 * The time of a JSON number, by its nearest double.
 * @param number for which `isDouble` holds
 */
export function timeOfDouble(number: number): number | undefined {
  return Number.isInteger(number) && number >= 0 && number < SMALL_MILLISECONDS
    ? number < FIRST_MILLISECONDS
      ? number * 1000
      : number
    : timeOfDigits(String(number));
}
