import { LIMITS } from './limits.js';

const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** The value of a number: `digits` × 10^`exponent`. The digits have no 0 at either end; those of 0 are empty. */
interface Decimal {
  readonly sign: string;
  readonly digits: string;
  readonly exponent: number;
}

/**
 * True for a number of JSON that has at most 400 digits before its point and as many after it, as it is written and also when it is
 * written out without an exponent and without zeros at either end. So 1e399 is in bounds and 1e400 is not. A 0 with an exponent is 0.
 */
export function isBoundedNumber(text: string): boolean {
  const parts = PARTS.exec(text);
  if (!parts) return false;
  const [, , whole, fraction = ''] = parts;
  const most = LIMITS.numberDigits;
  if (whole.length > most || fraction.length > most) return false;
  const { digits, exponent } = decimalOf(text);
  return digits === '' || (digits.length + exponent <= most && -exponent <= most);
}

/**
 * Writes a number so that numbers of the same value give the same text: as `JSON.stringify` does if a double holds the value as it is
 * written, else as an integer with an exponent. Identities of messages are computed from it, so it must never change.
 * @param text a number of JSON for which {@link isBoundedNumber} holds
 */
export function canonicalNumber(text: string): string {
  const double = String(Number(text));
  if (double === text) return text;
  const exact = formatOf(decimalOf(text));
  return PARTS.test(double) && formatOf(decimalOf(double)) === exact ? double : exact;
}

function formatOf({ sign, digits, exponent }: Decimal): string {
  return digits === '' ? '0' : `${sign}${digits}e${exponent}`;
}

function decimalOf(text: string): Decimal {
  const [, sign, whole, fraction = '', power = '0'] = PARTS.exec(text) ?? [];
  const written = (whole + fraction).replace(/^0+/, '');
  const digits = written.replace(/0+$/, '');
  return { sign, digits, exponent: Number(power) - fraction.length + written.length - digits.length };
}
