import type { TextTable } from './text-table.js';
import { grownBytes } from './typed-arrays.js';

const QUOTE = 34;
const COLON = 58;
const BACKSLASH = 92;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes JSON as bytes of UTF-8: what was written is `bytes[0, length)`. */
export class JsonWriter {
  bytes = new Uint8Array(64 * 1024);
  length = 0;

  /** Makes room for so many more. */
  reserve(bytes: number): void {
    if (this.length + bytes > this.bytes.length) this.bytes = grownBytes(this.bytes, this.length + bytes);
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  copy(source: Uint8Array, start: number, end: number): void {
    this.reserve(end - start);
    const { bytes } = this;
    let to = this.length;
    for (let i = start; i < end; i++) bytes[to++] = source[i];
    this.length = to;
  }

  /** A name as a member: in quotes, with a colon. */
  name(names: TextTable, name: number): void {
    const { bytes } = names;
    const start = names.start(name);
    const end = names.end(name);
    for (let i = start; i < end; i++) {
      if (bytes[i] < 32 || bytes[i] === QUOTE || bytes[i] === BACKSLASH) {
        const escaped = encoder.encode(JSON.stringify(decoder.decode(bytes.subarray(start, end))));
        this.copy(escaped, 0, escaped.length);
        this.byte(COLON);
        return;
      }
    }
    this.byte(QUOTE);
    this.copy(bytes, start, end);
    this.byte(QUOTE);
    this.byte(COLON);
  }

  number(value: number): void {
    let divisor = 1;
    while (divisor * 10 <= value) divisor *= 10;
    for (let rest = value; divisor >= 1; divisor = Math.floor(divisor / 10)) {
      const digit = Math.floor(rest / divisor);
      this.byte(48 + digit);
      rest -= digit * divisor;
    }
  }
}
