import { LIMITS } from './limits.js';

const ZERO = 48;

/** The value of a number: `digits` × 10^`exponent`. The digits have no 0 at either end; those of 0 are empty. */
export interface Decimal {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * True for a number of JSON that has at most 400 digits before its point and as many after it, as it is written and also when it is
 * written out without an exponent and without zeros at either end. So 1e399 is in bounds and 1e400 is not. A 0 with an exponent is 0.
 * @param text a number of JSON
 */
export function isBoundedNumber(text: string): boolean {
  const most = LIMITS.numberDigits;
  const { whole, fraction, power } = partsOf(text);
  if (whole.length > most || fraction.length > most) return false;
  if (power === 0) return true;
  const { digits, exponent } = decimalOf(text);
  return digits === '' || (digits.length + exponent <= most && -exponent <= most);
}

/**
 * Writes a number so that numbers of the same value give the same text: as `JSON.stringify` does if a double holds the value as it is
 * written, else as an integer with an exponent. Identities of messages are computed from it, so it must never change.
 * @param text a number of JSON for which {@link isBoundedNumber} holds
 */
export function canonicalNumber(text: string): string {
  const number = Number(text);
  const double = String(number);
  if (double === text) return text;
  const exact = formatOf(decimalOf(text));
  return Number.isFinite(number) && formatOf(decimalOf(double)) === exact ? double : exact;
}

/** True if {@link canonicalNumber} writes the number as `String` writes the nearest double: two such numbers are in the order of their doubles. */
export function isDouble(text: string): boolean {
  const number = Number(text);
  if (String(number) === text) return true;
  return Number.isFinite(number) && formatOf(decimalOf(text)) === formatOf(decimalOf(String(number)));
}

/**
 * Compares two numbers by their values, digit for digit.
 * @param a a number of JSON, which may also have zeros before its first digit
 * @returns a negative number if `a` is less, 0 if they are equal
 */
export function compareNumbers(a: string, b: string): number {
  const x = decimalOf(a);
  const y = decimalOf(b);
  const byZero = signOf(x) - signOf(y);
  if (byZero !== 0 || x.digits === '') return byZero;
  const larger =
    x.digits.length + x.exponent - (y.digits.length + y.exponent) ||
    Number(x.digits > y.digits) - Number(x.digits < y.digits);
  return x.sign === '' ? larger : -larger;
}

function signOf({ sign, digits }: Decimal): number {
  if (digits === '') return 0;
  return sign === '' ? 1 : -1;
}

function formatOf({ sign, digits, exponent }: Decimal): string {
  return digits === '' ? '0' : `${sign}${digits}e${exponent}`;
}

/** @param text a number of JSON, which may also have zeros before its first digit, or no digit before or after its point */
export function decimalOf(text: string): Decimal {
  const { sign, whole, fraction, power } = partsOf(text);
  const written = whole + fraction;
  let start = 0;
  let end = written.length;
  while (written.charCodeAt(start) === ZERO) start++;
  while (end > start && written.charCodeAt(end - 1) === ZERO) end--;
  return { sign, digits: written.slice(start, end), exponent: power - fraction.length + written.length - end };
}

/** Cuts a number into its sign, the digits before and after its point, and its exponent. */
function partsOf(text: string): { sign: string; whole: string; fraction: string; power: number } {
  const sign = text.startsWith('-') ? '-' : '';
  const e = Math.max(text.indexOf('e'), text.indexOf('E'));
  const end = e < 0 ? text.length : e;
  const point = text.indexOf('.');
  return {
    sign,
    whole: text.slice(sign.length, point < 0 ? end : point),
    fraction: point < 0 ? '' : text.slice(point + 1, end),
    power: e < 0 ? 0 : Number(text.slice(e + 1)),
  };
}
