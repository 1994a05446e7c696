import { byteOf } from './windows-1252.js';

/** The encodings in which a sheet is written. */
export const WRITTEN_ENCODINGS = ['utf-8', 'utf-16le', 'windows-1252'] as const;
export type WrittenEncoding = (typeof WRITTEN_ENCODINGS)[number];

const REPLACEMENT = '?'.charCodeAt(0);

/** Writes texts in an encoding. */
export class SheetEncoder {
  /** Characters so far that the encoding cannot hold: each became `?`. */
  replaced = 0;

  constructor(readonly encoding: WrittenEncoding) {}

  /** @param text with whole surrogate pairs */
  encode(text: string): Uint8Array {
    switch (this.encoding) {
      case 'utf-8':
        return Buffer.from(text);
      case 'utf-16le':
        return Buffer.from(text, 'utf16le');
      case 'windows-1252':
        return this.windows1252(text);
      default:
        return this.encoding satisfies never;
    }
  }

  private windows1252(text: string): Uint8Array {
    const bytes = Buffer.allocUnsafe(text.length);
    let length = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      const byte = byteOf(unit);
      if (byte === undefined) {
        this.replaced++;
        // A character of two units becomes one mark.
        if (text.codePointAt(at) !== unit) at++;
      }
      bytes[length++] = byte ?? REPLACEMENT;
    }
    return bytes.subarray(0, length);
  }
}
