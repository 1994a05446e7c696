import { ATTRIBUTE_NAME_BYTES, ATTRIBUTE_VALUE_BYTES } from '../../../domain/message/message-limits';
import { byteAt, CLOSE, COLON, COMMA, OPEN, QUOTE } from '../../wasm/bytes';
import { decodedEnd, decodedStart, decodeString } from './decode';
import { canonicalString, literal, plainNumber, plainString, space } from './json';

/** The most attributes of a message; a message with more is left to `JSON.parse`. */
const MOST_ATTRIBUTES: u32 = 64;

/* An attribute that was found: where its name and its value begin and end. */
export const FOUND_NAME_START: usize = 0;
export const FOUND_NAME_END: usize = 4;
export const FOUND_VALUE_START: usize = 8;
export const FOUND_VALUE_END: usize = 12;
export const FOUND_BYTES: usize = 16;
/** The attributes that were found in the most recent message, and how many. */
export const found: usize = memory.data(<i32>(MOST_ATTRIBUTES * FOUND_BYTES), 8);
export let attributes: u32 = 0;

/** Bytes of a value as it is kept; 0 for null and "", which remove the attribute. */
export function valueBytes(start: usize, end: usize): usize {
  return byteAt(start) == 110 || (end - start == 2 && byteAt(start) == QUOTE) ? 0 : end - start;
}

/** Reads {"name":value,…}, whose values are strings, numbers and literals; returns the place behind it, 0 if it is anything else. */
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
    if (nameEnd == nameStart || nameEnd - nameStart > <usize>ATTRIBUTE_NAME_BYTES || isReserved(nameStart, nameEnd))
      return 0;
    at = space(at + 1);
    if (byteAt(at) != COLON) return 0;
    at = space(at + 1);
    let valueStart = at;
    const first = byteAt(at);
    if (first == QUOTE) at = canonicalString(at + 1) + 1;
    else at = first >= 97 ? literal(at) : plainNumber(at);
    let valueEnd = at;
    if (first == QUOTE && at == 1) {
      at = decodeString(valueStart + 1, true) + 1;
      if (at == 1) return 0;
      valueStart = decodedStart;
      valueEnd = decodedEnd;
    }
    if (at == 0 || valueEnd - valueStart > <usize>ATTRIBUTE_VALUE_BYTES) return 0;
    const slot = found + <usize>attributes * FOUND_BYTES;
    store<u32>(slot, <u32>nameStart, FOUND_NAME_START);
    store<u32>(slot, <u32>nameEnd, FOUND_NAME_END);
    store<u32>(slot, <u32>valueStart, FOUND_VALUE_START);
    store<u32>(slot, <u32>valueEnd, FOUND_VALUE_END);
    attributes++;
    at = space(at);
    if (byteAt(at) == CLOSE) return at + 1;
    if (byteAt(at) != COMMA) return 0;
    at = space(at + 1);
  }
}

/** True for `id`, which is ignored, and `__proto__`, which is invalid. */
function isReserved(start: usize, end: usize): bool {
  if (end - start == 2) return load<u16>(start) == 0x6469;
  return end - start == 9 && load<u64>(start) == 0x5f6f746f72705f5f && byteAt(start + 8) == 95;
}
