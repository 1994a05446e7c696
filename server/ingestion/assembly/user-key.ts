import { wordOf } from './texts';

/* The order of user ids, as domain/customer-id.ts has it: numbers by number, then texts by code point. */

/** Two words: 0 and the number, or the first 16 bytes of a text, which never begin with a 0. */
export const KEY_BYTES: usize = 16;
const MOST_NUMERIC_DIGITS: usize = 16;
const MOST_SAFE: u64 = 9007199254740991;

/** Writes the key of an id. Different texts that begin with the same 16 bytes have the same one. */
export function setKeyOf(to: usize, start: usize, end: usize): void {
  const number = numberOf(start, end);
  if (number != u64.MAX_VALUE) {
    store<u64>(to, 0);
    store<u64>(to, number, 8);
    return;
  }
  store<u64>(to, wordOf(start, end));
  store<u64>(to, start + 8 < end ? wordOf(start + 8, end) : 0, 8);
}

/** True when the first key is greater. */
// @ts-ignore: a decorator of the compiler
@inline
export function isGreater(a: usize, b: usize): bool {
  const x = load<u64>(a);
  const y = load<u64>(b);
  return x != y ? x > y : load<u64>(a, 8) > load<u64>(b, 8);
}

/** What a canonical non-negative safe integer stands for; the greatest number for every other text. */
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
