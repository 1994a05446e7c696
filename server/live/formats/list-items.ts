const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

/** True for white space of JSON. */
export function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 10 || byte === 13;
}

/** The items of a list of JSON, cut out of its bytes and not parsed: to parse 10 MiB at once takes a second. */
export class ListItems {
  /** @param marks the places of the brackets of the list, and of the commas between its items */
  private constructor(
    private readonly bytes: Uint8Array,
    private readonly marks: readonly number[],
  ) {}

  /**
   * Cuts a list, whose items may still be no JSON.
   * @param start of the list, in bytes, or of white space before it
   * @returns undefined if this is no list and nothing else
   */
  static in(bytes: Uint8Array, start: number): ListItems | undefined {
    let at = start;
    while (isSpace(bytes[at])) at++;
    if (bytes[at] !== OPEN_LIST) return undefined;
    const marks = [at++];
    for (let depth = 1; depth > 0; at++) {
      if (at >= bytes.length) return undefined;
      const byte = bytes[at];
      if (byte === QUOTE) at = endOfText(bytes, at);
      else if (byte === OPEN || byte === OPEN_LIST) depth++;
      else if (byte === COMMA && depth === 1) marks.push(at);
      else if ((byte === CLOSE || byte === CLOSE_LIST) && --depth === 0) marks.push(at);
    }
    if (bytes[at - 1] !== CLOSE_LIST) return undefined;
    while (isSpace(bytes[at])) at++;
    return at < bytes.length ? undefined : new ListItems(bytes, marks);
  }

  get length(): number {
    return this.isEmpty ? 0 : this.marks.length - 1;
  }

  /** The bytes of an item, with white space around it. */
  at(index: number): Uint8Array {
    return this.bytes.subarray(this.marks[index] + 1, this.marks[index + 1]);
  }

  private get isEmpty(): boolean {
    return this.marks.length === 2 && this.at(0).every(isSpace);
  }
}

/** The place of the quote that ends a text, or of the end of the bytes. */
function endOfText(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
