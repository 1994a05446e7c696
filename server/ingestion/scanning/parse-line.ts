import { readMessage, rejected, type ReadOutcome } from '../../domain/message/message.js';

/** What a line came to: a blank one is skipped, everything else is for {@link readMessage}. */
export type LineOutcome = ReadOutcome | { readonly kind: 'blank' };

const BLANK: LineOutcome = { kind: 'blank' };
const NOT_ASCII = /[^\0-\x7f]/;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses one line.
 * @param text Latin-1, one character a byte
 * @param now seconds since the Unix epoch
 */
export function parseLine(text: string, tooLong: boolean, now: number): LineOutcome {
  if (tooLong) return rejected('line_too_long');
  let decoded: string;
  try {
    decoded = NOT_ASCII.test(text) ? decoder.decode(Buffer.from(text, 'latin1')) : text;
  } catch {
    return rejected('invalid_utf8');
  }
  if (decoded.trim() === '') return BLANK;
  let value: unknown;
  try {
    value = JSON.parse(decoded);
  } catch {
    return rejected('invalid_json');
  }
  return readMessage(value, now);
}
