const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN = 123;
const CLOSE = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;

/** How deep a value that is skipped may be nested. */
const MOST_DEPTH = 32;
/** An integer of more digits may not be safe. */
const MOST_DIGITS = 15;
const LITERALS = ['true', 'false', 'null'].map(bytesOf);

/** The bytes of a text of ASCII characters. */
export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/**
 * Reads JSON as bytes. Every method takes an offset and returns the one behind what it has read, or -1 when that is not
 * valid, or not simple enough. A byte 0 must end what is read.
 */
export class JsonBytes {
  protected bytes: Uint8Array = new Uint8Array(0);

  protected is(start: number, text: Uint8Array): boolean {
    for (let i = 0; i < text.length; i++) if (this.bytes[start + i] !== text[i]) return false;
    return true;
  }

  protected space(at: number): number {
    const { bytes } = this;
    let byte = bytes[at];
    while (byte === 32 || byte === 9 || byte === 13 || byte === 10) byte = bytes[++at];
    return at;
  }

  /** The end of a string without escapes whose first byte is at `at`; -1 when it is not one. */
  protected plainString(at: number): number {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte < 32 || byte === BACKSLASH) return -1;
      if (byte < 128) at++;
      else {
        at = afterCharacter(bytes, at);
        if (at < 0) return -1;
      }
    }
  }

  /** The end of a canonical non-negative integer; -1 when it is not one. */
  protected digits(start: number): number {
    const { bytes } = this;
    let at = start;
    while (bytes[at] >= 48 && bytes[at] <= 57) at++;
    const count = at - start;
    if (count === 0 || count > MOST_DIGITS || (count > 1 && bytes[start] === 48)) return -1;
    const next = bytes[at];
    // A fraction or an exponent goes on.
    return next === 46 || next === 101 || next === 69 ? -1 : at;
  }

  /** The end of any valid value; -1 when it is not valid, or not simple enough. */
  protected skipValue(at: number, depth: number): number {
    const first = this.bytes[at];
    if (first === QUOTE) return this.skipString(at + 1);
    if (first === OPEN) return depth < MOST_DEPTH ? this.skipObject(at + 1, depth + 1) : -1;
    if (first === OPEN_LIST) return depth < MOST_DEPTH ? this.skipList(at + 1, depth + 1) : -1;
    for (const literal of LITERALS) if (this.is(at, literal)) return at + literal.length;
    return this.skipNumber(at);
  }

  protected skipNumber(at: number): number {
    const { bytes } = this;
    if (bytes[at] === 45) at++;
    const start = at;
    at = this.skipDigits(at);
    if (at === start || (bytes[start] === 48 && at > start + 1)) return -1;
    if (bytes[at] === 46) {
      const fraction = at + 1;
      at = this.skipDigits(fraction);
      if (at === fraction) return -1;
    }
    if ((bytes[at] | 32) !== 101) return at;
    const sign = bytes[at + 1] === 43 || bytes[at + 1] === 45 ? 1 : 0;
    const exponent = at + 1 + sign;
    at = this.skipDigits(exponent);
    return at === exponent ? -1 : at;
  }

  protected skipDigits(at: number): number {
    const { bytes } = this;
    while (bytes[at] >= 48 && bytes[at] <= 57) at++;
    return at;
  }

  protected skipObject(at: number, depth: number): number {
    const { bytes } = this;
    at = this.space(at);
    if (bytes[at] === CLOSE) return at + 1;
    for (;;) {
      if (bytes[at] !== QUOTE) return -1;
      at = this.skipString(at + 1);
      if (at < 0) return -1;
      at = this.space(at);
      if (bytes[at] !== COLON) return -1;
      at = this.skipValue(this.space(at + 1), depth);
      if (at < 0) return -1;
      at = this.space(at);
      if (bytes[at] === CLOSE) return at + 1;
      if (bytes[at] !== COMMA) return -1;
      at = this.space(at + 1);
    }
  }

  protected skipList(at: number, depth: number): number {
    const { bytes } = this;
    at = this.space(at);
    if (bytes[at] === CLOSE_LIST) return at + 1;
    for (;;) {
      at = this.skipValue(at, depth);
      if (at < 0) return -1;
      at = this.space(at);
      if (bytes[at] === CLOSE_LIST) return at + 1;
      if (bytes[at] !== COMMA) return -1;
      at = this.space(at + 1);
    }
  }

  /** Behind the quote that ends a string, which may have escapes; -1 when it is not valid. */
  protected skipString(at: number): number {
    const { bytes } = this;
    for (;;) {
      const byte = bytes[at];
      if (byte === QUOTE) return at + 1;
      if (byte < 32) return -1;
      if (byte === BACKSLASH) at = afterEscape(bytes, at + 1);
      else if (byte < 128) at++;
      else at = afterCharacter(bytes, at);
      if (at < 0) return -1;
    }
  }
}

/** Behind a character of several bytes of UTF-8; -1 when it is not valid (overlong, a surrogate, past U+10FFFF). */
function afterCharacter(bytes: Uint8Array, at: number): number {
  const first = bytes[at];
  const second = bytes[at + 1];
  if (first < 0xc2 || (second & 0xc0) !== 0x80) return -1;
  if (first < 0xe0) return at + 2;
  if ((bytes[at + 2] & 0xc0) !== 0x80) return -1;
  if (first < 0xf0) {
    if (first === 0xe0 && second < 0xa0) return -1;
    return first === 0xed && second > 0x9f ? -1 : at + 3;
  }
  if (first > 0xf4 || (bytes[at + 3] & 0xc0) !== 0x80) return -1;
  if (first === 0xf0 && second < 0x90) return -1;
  return first === 0xf4 && second > 0x8f ? -1 : at + 4;
}

/** Behind an escape, of which `at` is the byte after the backslash; -1 when there is none such. */
function afterEscape(bytes: Uint8Array, at: number): number {
  const byte = bytes[at];
  if (byte === 117) {
    for (let i = at + 1; i <= at + 4; i++) {
      const digit = bytes[i] | 32;
      if (!((bytes[i] >= 48 && bytes[i] <= 57) || (digit >= 97 && digit <= 102))) return -1;
    }
    return at + 5;
  }
  // " \ / b f n r t
  const simple =
    byte === 34 || byte === 92 || byte === 47 || byte === 98 || byte === 102 || byte === 110 || byte === 114;
  return simple || byte === 116 ? at + 1 : -1;
}
