import { numericId } from '../../domain/customer-id.js';

const FIRST_LENGTH = 'a'.charCodeAt(0) - 1;

/**
 * The order of lists as a text that the collation "C" puts in order: numeric ids by number ("0", the number of digits as a
 * letter, the digits), then the others by code point ("1" and the id).
 */
export function position(id: string): string {
  return numericId(id) === undefined ? `1${id}` : `0${String.fromCharCode(FIRST_LENGTH + id.length)}${id}`;
}
