import { decodedEnd, decodedStart, decodeString } from './decode';
import { byteAt, canonicalNumber, canonicalString, CLOSE, COLON, COMMA, literal, OPEN, plainString, QUOTE, space } from './json';

/* The limits of the contract, as in domain/limits.ts; a test compares them. */
const ATTRIBUTE_NAME_BYTES: usize = 150;
const ATTRIBUTE_VALUE_BYTES: usize = 10_000;

/** Attributes of one message; more are for `JSON.parse`. */
const MOST_ATTRIBUTES: u32 = 64;

/** Of each attribute where its name begins and ends, and its value. */
export const FOUND_BYTES: usize = 16;
export const found: usize = memory.data(<i32>MOST_ATTRIBUTES * 16, 8);
export let attributes: u32 = 0;

/** Bytes that are kept of a value: none of null and "", which remove the attribute. */
// @ts-ignore: a decorator of the compiler
@inline
export function valueBytes(start: usize, end: usize): usize {
  return byteAt(start) == 110 || (end - start == 2 && byteAt(start) == QUOTE) ? 0 : end - start;
}

/** Reads {"name":value,…}: values are texts, numbers and literals that are written as `JSON.stringify` writes them. */
export function readAttributes(start: usize): usize {
  attributes = 0;
  if (byteAt(start) != OPEN) return 0;
  let at = space(start + 1);
  if (byteAt(at) == CLOSE) return at + 1;
  while (true) {
    if (attributes == MOST_ATTRIBUTES || byteAt(at) != QUOTE) return 0;
    let nameStart = at + 1;
    let nameEnd = plainString(nameStart);
    at = nameEnd;
    if (nameEnd == 0) {
      at = decodeString(nameStart, false);
      if (at == 0) return 0;
      nameStart = decodedStart;
      nameEnd = decodedEnd;
    }
    if (nameEnd == nameStart || nameEnd - nameStart > ATTRIBUTE_NAME_BYTES || isReserved(nameStart, nameEnd)) return 0;
    at = space(at + 1);
    if (byteAt(at) != COLON) return 0;
    at = space(at + 1);
    let valueStart = at;
    const first = byteAt(at);
    if (first == QUOTE) at = canonicalString(at + 1) + 1;
    else at = first >= 97 ? literal(at) : canonicalNumber(at);
    let valueEnd = at;
    if (first == QUOTE && at == 1) {
      at = decodeString(valueStart + 1, true) + 1;
      if (at == 1) return 0;
      valueStart = decodedStart;
      valueEnd = decodedEnd;
    }
    if (at == 0 || valueEnd - valueStart > ATTRIBUTE_VALUE_BYTES) return 0;
    const slot = found + <usize>attributes * FOUND_BYTES;
    store<u32>(slot, <u32>nameStart);
    store<u32>(slot, <u32>nameEnd, 4);
    store<u32>(slot, <u32>valueStart, 8);
    store<u32>(slot, <u32>valueEnd, 12);
    attributes++;
    at = space(at);
    if (byteAt(at) == CLOSE) return at + 1;
    if (byteAt(at) != COMMA) return 0;
    at = space(at + 1);
  }
}

/** `id`, which is ignored, and `__proto__`, which is none. */
function isReserved(start: usize, end: usize): bool {
  if (end - start == 2) return load<u16>(start) == 0x6469;
  return end - start == 9 && load<u64>(start) == 0x5f6f746f72705f5f && byteAt(start + 8) == 95;
}
