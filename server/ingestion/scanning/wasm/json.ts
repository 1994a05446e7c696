import { BACKSLASH, byteAt, CLOSE, CLOSE_LIST, COLON, COMMA, OPEN, OPEN_LIST, QUOTE } from '../../wasm/bytes';

/* Functions that read JSON at a place. They return the place behind it; 0 if it is invalid, or not simple enough. */

/** Levels to which a value that is skipped may be nested. */
const MOST_DEPTH: i32 = 32;
/** An integer with more digits may exceed what a number of JavaScript holds exactly. */
const MOST_DIGITS: usize = 15;

function isSpace(byte: u32): bool {
  return byte == 32 || byte == 9 || byte == 13 || byte == 10;
}

/** Skips white space. */
export function space(at: usize): usize {
  while (byteAt(at) <= 32 && isSpace(byteAt(at))) at++;
  return at;
}

/** Finds the first byte from `at` on that is a quote, a backslash, a control character, or not ASCII. */
function special(at: usize): usize {
  while (true) {
    const bytes = v128.load(at);
    // The comparison is signed: bytes from 128 on are negative, so they are less than 32, too.
    const found = v128.or(
      v128.lt<i8>(bytes, i8x16.splat(32)),
      v128.or(v128.eq<i8>(bytes, i8x16.splat(34)), v128.eq<i8>(bytes, i8x16.splat(92))),
    );
    const mask = v128.bitmask<i8>(found);
    if (mask != 0) return at + <usize>ctz<i32>(mask);
    at += 16;
  }
}

/** Finds the closing quote of a string without escapes; `at` is behind its opening quote. */
export function plainString(at: usize): usize {
  while (true) {
    at = special(at);
    const byte = byteAt(at);
    if (byte == QUOTE) return at;
    if (byte < 128) return 0;
    at = afterCharacter(at);
    if (at == 0) return 0;
  }
}

/**
 * The same for a string that may have those escapes that `JSON.stringify` writes: a backslash before a quote, a backslash, b, f, n,
 * r or t.
 */
export function canonicalString(at: usize): usize {
  while (true) {
    at = special(at);
    const byte = byteAt(at);
    if (byte == QUOTE) return at;
    if (byte == BACKSLASH) {
      const escaped = byteAt(at + 1);
      if (escaped == 117 || escaped == 47) return 0;
      at = afterEscape(at + 1);
    } else if (byte < 128) return 0;
    else at = afterCharacter(at);
    if (at == 0) return 0;
  }
}

/** Reads a canonical non-negative integer. */
export function digits(start: usize): usize {
  const at = skipDigits(start);
  const count = at - start;
  if (count == 0 || count > MOST_DIGITS || (count > 1 && byteAt(start) == 48)) return 0;
  const next = byteAt(at);
  // The number has a fraction or an exponent.
  return next == 46 || next == 101 || next == 69 ? 0 : at;
}

/** Reads a number without an exponent whose value `JSON.stringify` writes with the same digits, but for zeros at the end. */
export function plainNumber(start: usize): usize {
  const first = byteAt(start) == 45 ? start + 1 : start;
  let at = skipDigits(first);
  const whole = at - first;
  if (whole == 0 || whole > MOST_DIGITS || (byteAt(first) == 48 && whole > 1)) return 0;
  if (byteAt(at) == 46) {
    const fraction = at + 1;
    at = skipDigits(fraction);
    // No more digits than any number keeps, and not so small that `JSON.stringify` would write an exponent.
    if (at == fraction || whole + (at - fraction) > MOST_DIGITS) return 0;
    if (byteAt(first) == 48 && at - fraction > 6 && load<u32>(fraction) == 0x30303030) return 0;
  }
  return (byteAt(at) | 32) == 101 ? 0 : at;
}

/** The end of a number of {@link plainNumber} without the zeros at the end of its fraction, and without the point before no other digit. */
export function significantEnd(start: usize, end: usize): usize {
  if (byteAt(end - 1) != 48) return end;
  let point = start;
  while (point < end && byteAt(point) != 46) point++;
  if (point == end) return end;
  while (byteAt(end - 1) == 48) end--;
  return byteAt(end - 1) == 46 ? end - 1 : end;
}

/** Reads `true`, `false` or `null`. */
export function literal(at: usize): usize {
  const word = load<u32>(at);
  if (word == 0x65757274 || word == 0x6c6c756e) return at + 4;
  return word == 0x736c6166 && byteAt(at + 4) == 101 ? at + 5 : 0;
}

/** Skips any valid value. */
export function skipValue(at: usize, depth: i32): usize {
  const first = byteAt(at);
  if (first == QUOTE) return skipString(at + 1);
  if (first == OPEN) return depth < MOST_DEPTH ? skipObject(at + 1, depth + 1) : 0;
  if (first == OPEN_LIST) return depth < MOST_DEPTH ? skipList(at + 1, depth + 1) : 0;
  if (first >= 97) return literal(at);
  return skipNumber(at);
}

function skipNumber(at: usize): usize {
  if (byteAt(at) == 45) at++;
  const start = at;
  at = skipDigits(at);
  if (at == start || (byteAt(start) == 48 && at > start + 1)) return 0;
  if (byteAt(at) == 46) {
    const fraction = at + 1;
    at = skipDigits(fraction);
    if (at == fraction) return 0;
  }
  if ((byteAt(at) | 32) != 101) return at;
  const sign: usize = byteAt(at + 1) == 43 || byteAt(at + 1) == 45 ? 1 : 0;
  const exponent = at + 1 + sign;
  at = skipDigits(exponent);
  return at == exponent ? 0 : at;
}

export function skipDigits(at: usize): usize {
  while (byteAt(at) - 48 < 10) at++;
  return at;
}

function skipObject(at: usize, depth: i32): usize {
  at = space(at);
  if (byteAt(at) == CLOSE) return at + 1;
  while (true) {
    if (byteAt(at) != QUOTE) return 0;
    at = skipString(at + 1);
    if (at == 0) return 0;
    at = space(at);
    if (byteAt(at) != COLON) return 0;
    at = skipValue(space(at + 1), depth);
    if (at == 0) return 0;
    at = space(at);
    if (byteAt(at) == CLOSE) return at + 1;
    if (byteAt(at) != COMMA) return 0;
    at = space(at + 1);
  }
}

function skipList(at: usize, depth: i32): usize {
  at = space(at);
  if (byteAt(at) == CLOSE_LIST) return at + 1;
  while (true) {
    at = skipValue(at, depth);
    if (at == 0) return 0;
    at = space(at);
    if (byteAt(at) == CLOSE_LIST) return at + 1;
    if (byteAt(at) != COMMA) return 0;
    at = space(at + 1);
  }
}

/** Skips the rest of a string, which may have escapes. */
function skipString(at: usize): usize {
  while (true) {
    at = special(at);
    const byte = byteAt(at);
    if (byte == QUOTE) return at + 1;
    if (byte == BACKSLASH) at = afterEscape(at + 1);
    else if (byte < 128) return 0;
    else at = afterCharacter(at);
    if (at == 0) return 0;
  }
}

/** Skips a character of several bytes. Overlong forms, surrogates and what is past U+10FFFF are not valid UTF-8. */
export function afterCharacter(at: usize): usize {
  const first = byteAt(at);
  const second = byteAt(at + 1);
  if (first < 0xc2 || (second & 0xc0) != 0x80) return 0;
  if (first < 0xe0) return at + 2;
  if ((byteAt(at + 2) & 0xc0) != 0x80) return 0;
  if (first < 0xf0) {
    if (first == 0xe0 && second < 0xa0) return 0;
    return first == 0xed && second > 0x9f ? 0 : at + 3;
  }
  if (first > 0xf4 || (byteAt(at + 3) & 0xc0) != 0x80) return 0;
  if (first == 0xf0 && second < 0x90) return 0;
  return first == 0xf4 && second > 0x8f ? 0 : at + 4;
}

/** Skips an escape; `at` is behind the backslash. */
function afterEscape(at: usize): usize {
  const byte = byteAt(at);
  if (byte == 117) {
    for (let i = at + 1; i <= at + 4; i++) {
      const digit = byteAt(i) | 32;
      if (!(byteAt(i) - 48 < 10 || digit - 97 < 6)) return 0;
    }
    return at + 5;
  }
  // " \ / b f n r t
  const simple = byte == 34 || byte == 92 || byte == 47 || byte == 98 || byte == 102 || byte == 110 || byte == 114;
  return simple || byte == 116 ? at + 1 : 0;
}
