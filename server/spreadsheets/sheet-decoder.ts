import { TextDecoder } from 'node:util';
import type { SheetEncoding } from '../domain/import/sheet.js';
import { decodeWindows1252 } from './windows-1252.js';

/** Decodes the pieces of a file, without its byte order mark. */
export class SheetDecoder {
  private readonly decoder: TextDecoder | undefined;

  constructor(encoding: SheetEncoding) {
    this.decoder = encoding === 'windows-1252' ? undefined : new TextDecoder(encoding);
  }

  decode(bytes: Uint8Array): string {
    return this.decoder ? this.decoder.decode(bytes, { stream: true }) : decodeWindows1252(bytes);
  }

  /** Gives U+FFFD if the last character is cut. */
  finish(): string {
    return this.decoder?.decode() ?? '';
  }
}
