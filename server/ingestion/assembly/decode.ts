import { afterCharacter, BACKSLASH, byteAt, QUOTE } from './json';
import { DECODED } from './memory';
import { writeByte, writeEscaped } from './write';

/* Strings with escapes. What they say is put behind one another into DECODED. */

let free: usize = DECODED;
/** Where the last string that was decoded begins and ends. */
export let decodedStart: usize = 0;
export let decodedEnd: usize = 0;

/** To be called for every line. */
export function beginDecoding(): void {
  free = DECODED;
}

/**
 * Reads a string whose first byte is at `at`.
 * @param asJson the text is put down as `JSON.stringify` writes it, in its quotes; else as it is
 * @returns where its closing quote is; 0 when it is not valid, or has what no engine keeps
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
      // No character, or U+0000.
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
  // Whoever copies takes words of 8 bytes.
  free = to + 8;
  return at;
}

/** What a letter behind a backslash stands for; 0 for none, and for u. */
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

/** Four hexadecimal digits of any case; the greatest number when one is none. */
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
