import { hasUnusualNumber, isObject, parseJson } from '../../domain/json.js';
import { lastMember } from '../../domain/json-members.js';
import { readMessage, rejected, type ReadOutcome } from '../../domain/message/message.js';

/** The outcome of reading a line. A blank line is skipped. */
export type LineOutcome = ReadOutcome | { readonly kind: 'blank' };

const BLANK: LineOutcome = { kind: 'blank' };
const NOT_ASCII = /[^\0-\x7f]/;
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses a line.
 * @param line without its line end; the `data` of an event is a view of it
 * @param tooLong whether the line was cut off at the limit
 * @param now seconds since the Unix epoch
 */
export function parseLine(line: Buffer, tooLong: boolean, now: number): LineOutcome {
  if (tooLong) return rejected('line_too_long');
  // One character is one byte, so a position in the text is an offset in the line.
  const latin1 = line.toString('latin1');
  let text: string;
  try {
    text = NOT_ASCII.test(latin1) ? decoder.decode(line) : latin1;
  } catch {
    return rejected('invalid_utf8');
  }
  if (text.trim() === '') return BLANK;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return rejected('invalid_json');
  }
  if (hasUnusualNumber(text) && isObject(value) && value.type === 'attributes') {
    const data = lastMember(text, 'data');
    if (data) value.data = parseJson(text.slice(data.start, data.end));
  }
  return readMessage(value, now, () => {
    const data = lastMember(latin1, 'data');
    if (!data) throw new Error('The line has no member `data`.');
    return line.subarray(data.start, data.end);
  });
}
