// JSON.stringify escapes a NUL and a lone surrogate, and only these, as \u0000 and \ud800 to \udfff.
const UNSUPPORTED_IN_JSON = /(?<!\\)(?:\\\\)*\\u(0000|d[89a-f][0-9a-f]{2})/;

const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

/** True when a text holds a control character, one that turns the direction of the text around it, or a separator of lines. */
export function hasControlCharacter(text: string): boolean {
  return CONTROL.test(text);
}

/** True when a text holds U+0000 or a lone surrogate, which PostgreSQL cannot keep and so no engine takes. */
export function hasUnsupportedCharacter(text: string): boolean {
  return text.includes('\0') || !text.isWellFormed();
}

/** True when {@link hasUnsupportedCharacter} holds for any text in a value that `JSON.stringify` wrote, including names of members. */
export function jsonHasUnsupportedCharacter(json: string): boolean {
  return UNSUPPORTED_IN_JSON.test(json);
}

/** Returns the first character that {@link jsonHasUnsupportedCharacter} finds, as four hexadecimal digits; undefined if there is none. */
export function unsupportedInJson(json: string): string | undefined {
  return UNSUPPORTED_IN_JSON.exec(json)?.[1];
}

/**
 * Orders texts by code point, as UTF-8 bytes do and as SQLite and PostgreSQL ("C") do. JavaScript's own order is by UTF-16
 * unit, which puts U+1F600 before U+FF21.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return x >= 0xd800 && y >= 0xd800 ? rotate(x) - rotate(y) : x - y;
  }
  return a.length - b.length;
}

/** Puts the surrogates (code points above U+FFFF) after U+E000 to U+FFFF. */
function rotate(unit: number): number {
  return unit >= 0xe000 ? unit - 0x800 : unit + 0x2000;
}
