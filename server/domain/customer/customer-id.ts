import { JsonNumber } from '../json.js';
import { compareCodePoints } from '../text.js';
import { LIMITS, utf8Length } from '../limits.js';

const CANONICAL_NUMBER = /^(?:0|[1-9]\d{0,15})$/;

/**
 * The number that an id stands for when it is written as a canonical non-negative safe integer ("0", "1004", not "007",
 * "-1" or "1e3"); undefined for every other id.
 */
export function numericId(id: string): number | undefined {
  if (!CANONICAL_NUMBER.test(id)) return undefined;
  const number = Number(id);
  return Number.isSafeInteger(number) ? number : undefined;
}

/** The id as the API writes it: a number where it is one, else a string. */
export function wireId(id: string): number | string {
  return numericId(id) ?? id;
}

/** The order of lists: numeric ids by number, then the other ids by code point. */
export function compareIds(a: string, b: string): number {
  const x = numericId(a);
  const y = numericId(b);
  if (x !== undefined && y !== undefined) return x - y;
  if (x !== undefined) return -1;
  if (y !== undefined) return 1;
  return compareCodePoints(a, b);
}

/**
 * Reads a `user_id` or the id of a body: a string of 1 to 150 bytes, or a safe integer (as its decimal string).
 * `''` means that there is none (absent, null, empty), undefined that the value is no id.
 */
export function readUserId(value: unknown): string | undefined {
  if (value === undefined || value === null || value === '') return '';
  return readId(value, LIMITS.userIdBytes);
}

/** A string of 1 to `maxBytes` bytes, or a safe integer as its decimal string; undefined for anything else. */
export function readId(value: unknown, maxBytes: number): string | undefined {
  if (value instanceof JsonNumber) return readId(Number(value.text), maxBytes);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : undefined;
  if (typeof value !== 'string' || value === '') return undefined;
  return value.length <= maxBytes && utf8Length(value) <= maxBytes ? value : undefined;
}
