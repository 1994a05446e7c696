import { compareNumbers, decimalOf, type Decimal } from '../decimal.js';
import type { Damage } from './row-plan.js';

const NUMBER = /^[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:e[+-]?\d{1,4})?$/i;
const EXPONENT = /e/i;
const LOST_ZEROS = /^[+-]?0\d|[.,]\d*0(?:e.*)?$/i;
/** Significant digits that a spreadsheet or a double holds. */
const HELD_DIGITS = [15, 16, 17];
/** Digits of a fraction that a spreadsheet shows, and saves: in all, and behind the point. */
const SHOWN_DIGITS = [9, 10, 11, 12, 13, 14];
const SHOWN_DECIMALS = 9;

/**
 * Recognises the text of a number that a spreadsheet took for a number and wrote in its own form.
 * @param before the text as it was, such as `007` or `441234567890`
 * @param after the text that came back, such as `7` or `4,41E+11`
 */
export function numberDamage(before: string, after: string): Damage | undefined {
  const [then, now] = [plainNumber(before), plainNumber(after)];
  if (then === undefined || now === undefined) return undefined;
  const isScientific = EXPONENT.test(now);
  if (compareNumbers(then, now) === 0) {
    if (isScientific && !EXPONENT.test(then)) return 'scientific_notation';
    return LOST_ZEROS.test(before) ? 'zeros_lost' : 'taken_for_number';
  }
  const [exact, shown] = [decimalOf(then), decimalOf(now)];
  const fits = (digits: number): boolean => isRounded(exact, shown, digits);
  if (isScientific) {
    const mantissa = now.replace(/^-|e.*$/gi, '').replace('.', '');
    return fits(mantissa.length) ? 'scientific_notation' : undefined;
  }
  const decimals = exact.digits.length + exact.exponent + SHOWN_DECIMALS;
  const shownDigits = exact.exponent < 0 ? [...SHOWN_DIGITS, decimals] : [];
  return [...shownDigits, ...HELD_DIGITS].some(fits) ? 'digits_lost' : undefined;
}

/** A number with a point and without a plus; undefined for another text. */
function plainNumber(text: string): string | undefined {
  return NUMBER.test(text) ? text.replace(/^\+/, '').replace(',', '.') : undefined;
}

/** True if `shown` is `exact` with at most so many digits, rounded or cut off. */
function isRounded(exact: Decimal, shown: Decimal, digits: number): boolean {
  if (exact.sign !== shown.sign || digits < 1 || exact.digits.length <= digits) return false;
  const point = exact.digits.length + exact.exponent;
  const shownPoint = shown.digits.length + shown.exponent;
  const cut = exact.digits.slice(0, digits);
  const isCut = shownPoint === point && shown.digits === withoutZeros(cut);
  const isUp = exact.digits.charAt(digits) >= '5';
  const raised = String(BigInt(cut) + 1n);
  const isRaised = shownPoint === point + raised.length - digits && shown.digits === withoutZeros(raised);
  return isCut || (isUp && isRaised);
}

function withoutZeros(digits: string): string {
  return digits.replace(/0+$/, '');
}
