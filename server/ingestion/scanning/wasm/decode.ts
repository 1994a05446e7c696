import { BACKSLASH, byteAt, QUOTE } from '../../wasm/bytes';
import { DECODED } from '../../wasm/memory';
import { writeByte, writeEscaped } from '../../wasm/write';
import { afterCharacter } from './json';

/* Decodes strings with escapes into the place DECODED, one behind the other. */

let free: usize = DECODED;
/** Start and end of the most recently decoded string. */
export let decodedStart: usize = 0;
export let decodedEnd: usize = 0;

/** Has to be called when a line begins. */
export function beginDecoding(): void {
  free = DECODED;
}

/**
 * Decodes a string; `at` is behind its opening quote.
 * @param asJson whether it is written as `JSON.stringify` writes it, with quotes, instead of as plain text
 * @returns where its closing quote is; 0 if it is invalid or has a character that no engine keeps: U+0000, or half a surrogate pair
 */
export function decodeString(at: usize, asJson: bool): usize {
  let to = free;
  decodedStart = to;
  if (asJson) to = writeByte(to, QUOTE);
  while (true) {
    const byte = byteAt(at);
    if (byte == QUOTE) break;
    if (byte < 32) return 0;
    if (byte == BACKSLASH) {
      const escape = byteAt(at + 1);
      let code = simpleEscape(escape);
      at += 2;
      if (escape == 117) {
        code = hex4(at);
        at += 4;
        if (code >= 0xd800 && code < 0xe000) {
          if (code >= 0xdc00 || load<u16>(at) != 0x755c) return 0;
          const low = hex4(at + 2);
          if (low < 0xdc00 || low >= 0xe000) return 0;
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          at += 6;
        }
      }
      // An unknown escape, or U+0000.
      if (code == 0 || code > 0x10ffff) return 0;
      to = code < 128 ? (asJson ? writeEscaped(to, code) : writeByte(to, code)) : writeUtf8(to, code);
      continue;
    }
    const next = byte < 128 ? at + 1 : afterCharacter(at);
    if (next == 0) return 0;
    for (; at < next; at++) to = writeByte(to, byteAt(at));
  }
  if (asJson) to = writeByte(to, QUOTE);
  decodedEnd = to;
  // The text is copied in words of 8 bytes.
  free = to + 8;
  return at;
}

/** Returns the character that a letter behind a backslash stands for; 0 for u and for unknown escapes. */
function simpleEscape(letter: u32): u32 {
  switch (letter) {
    case 34:
    case 47:
    case 92:
      return letter;
    case 98:
      return 8;
    case 102:
      return 12;
    case 110:
      return 10;
    case 114:
      return 13;
    case 116:
      return 9;
    default:
      return 0;
  }
}

/** Reads four hexadecimal digits in upper or lower case; returns the greatest number if another character is among them. */
function hex4(at: usize): u32 {
  let code: u32 = 0;
  for (let i: usize = 0; i < 4; i++) {
    const digit = byteAt(at + i) - 48;
    const letter = (byteAt(at + i) | 32) - 97;
    if (digit < 10) code = code * 16 + digit;
    else if (letter < 6) code = code * 16 + letter + 10;
    else return u32.MAX_VALUE;
  }
  return code;
}

function writeUtf8(to: usize, code: u32): usize {
  if (code < 0x800) {
    to = writeByte(to, 0xc0 | (code >>> 6));
    return writeByte(to, 0x80 | (code & 63));
  }
  if (code < 0x10000) to = writeByte(to, 0xe0 | (code >>> 12));
  else {
    to = writeByte(to, 0xf0 | (code >>> 18));
    to = writeByte(to, 0x80 | ((code >>> 12) & 63));
  }
  to = writeByte(to, 0x80 | ((code >>> 6) & 63));
  return writeByte(to, 0x80 | (code & 63));
}
