import { wordOf } from '../../wasm/bytes';

/*
 * Keys that sort user ids in the order of domain/customer/customer-id.ts: numbers by value, then texts by code point. A key has
 * two words of 64 bits: 0 and the number, or the first 16 bytes of a text, which never begins with a 0.
 */

export const ORDER_KEY_BYTES: usize = 16;
const MOST_NUMERIC_DIGITS: usize = 16;
const MOST_SAFE: u64 = 9007199254740991;

/** Writes the key of a user id. Texts that begin with the same 16 bytes have the same key. */
export function writeOrderKey(to: usize, start: usize, end: usize): void {
  const number = numberOf(start, end);
  if (number != u64.MAX_VALUE) {
    store<u64>(to, 0);
    store<u64>(to, number, 8);
    return;
  }
  writeTextKey(to, start, end);
}

/** Writes the first 16 bytes of a text. */
export function writeTextKey(to: usize, start: usize, end: usize): void {
  store<u64>(to, wordOf(start, end));
  store<u64>(to, start + 8 < end ? wordOf(start + 8, end) : 0, 8);
}

/** True if the first key is greater. */
export function isGreater(a: usize, b: usize): bool {
  const x = load<u64>(a);
  const y = load<u64>(b);
  return x != y ? x > y : load<u64>(a, 8) > load<u64>(b, 8);
}

/** The value of a canonical non-negative safe integer; the greatest number for any other text. */
function numberOf(start: usize, end: usize): u64 {
  const length = end - start;
  if (length > MOST_NUMERIC_DIGITS || (load<u8>(start) == 48 && length > 1)) return u64.MAX_VALUE;
  let number: u64 = 0;
  for (let at = start; at < end; at++) {
    const digit = <u64>load<u8>(at) - 48;
    if (digit > 9) return u64.MAX_VALUE;
    number = number * 10 + digit;
  }
  return number > MOST_SAFE ? u64.MAX_VALUE : number;
}
