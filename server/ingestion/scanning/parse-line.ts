import { hasUnusualNumber, isObject, restoreNumbers } from '../../domain/json.js';
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
 * @param now ms since the Unix epoch
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
  const isUnusual = hasUnusualNumber(text);
  if (isUnusual && isObject(value) && value.type === 'attributes' && isObject(value.data)) {
    const data = lastMember(text, 'data');
    if (data) restoreNumbers(value.data, text.slice(data.start, data.end));
  }
  return readMessage(
    value,
    now,
    () => {
      const { start, end } = memberOf(latin1, 'data');
      return line.subarray(start, end);
    },
    isUnusual
      ? () => {
          const { start, end } = memberOf(latin1, 'timestamp');
          return latin1.slice(start, end);
        }
      : undefined,
  );
}

function memberOf(json: string, name: string): { readonly start: number; readonly end: number } {
  const member = lastMember(json, name);
  if (!member) throw new Error(`The line has no member \`${name}\`.`);
  return member;
}
