import { attributesIn, IGNORED_ATTRIBUTE, readAttributes } from './attribute.js';
import { BEGUN_STRING, findJsonFault } from './json-fault.js';
import type { RejectReason } from './message.js';
import { timestampHint } from './timestamp-hint.js';
import { isObject, JsonNumber, parseJson, writeJson, type Json } from '../json.js';
import { LIMITS, utf8Length } from '../limits.js';
import { unsupportedInJson } from '../text.js';
import { utf8Text } from '../utf8.js';

/** The most characters of a hint, and of a value that a hint quotes. */
const HINT_CHARACTERS = 300;
const QUOTED_CHARACTERS = 40;
/** The most bytes of a line in which a fault of JSON or UTF-8 is looked for. */
const SEARCHED_BYTES = 64 * 1024;
/** The marks between the columns of a table, each with its name, in the order in which they are looked for. */
export const SEPARATORS: readonly (readonly [mark: string, name: string])[] = [
  ['\t', 'tabs'],
  [';', '";"'],
  [',', '","'],
  ['|', '"|"'],
];
const REPLACEMENT = '\uFFFD';
const REPLACEMENT_BYTES = Uint8Array.of(0xef, 0xbf, 0xbd);
const HEX = 16;

/**
 * Explains why a line was rejected: what is wrong, where, and what to do. It takes time in proportion to the line, so it is asked for
 * only where a reject is kept.
 * @param line without its line end; cut off if it is too long
 * @param lineBytes of the whole line with its line end
 * @param now ms since the Unix epoch, as the line was read
 * @returns at most 300 characters; undefined if there is nothing to add to the reason
 */
export function hintOf(reason: RejectReason, line: Uint8Array, lineBytes: number, now: number): string | undefined {
  const hint = explain(reason, line, lineBytes, now);
  return hint && (hint.length > HINT_CHARACTERS ? `${hint.slice(0, HINT_CHARACTERS - 1)}…` : hint).toWellFormed();
}

function explain(reason: RejectReason, line: Uint8Array, lineBytes: number, now: number): string | undefined {
  switch (reason) {
    case 'line_too_long':
      return `The line has ${lineBytes} bytes with its line end. At most ${LIMITS.lineBytes} are read.`;
    case 'invalid_utf8':
      return explainUtf8(line);
    case 'invalid_json':
      return explainJson(utf8Text(line.subarray(0, SEARCHED_BYTES)), line.length > SEARCHED_BYTES);
    default:
      return explainValue(reason, utf8Text(line), now);
  }
}

type LaterReason = Exclude<RejectReason, 'line_too_long' | 'invalid_utf8' | 'invalid_json'>;

function explainValue(reason: LaterReason, text: string, now: number): string | undefined {
  // Every later check sees a line that is JSON.
  const value: unknown = parseJson(text);
  if (!isObject(value)) {
    const next = Array.isArray(value) ? ' Put each object of the list on a line of its own.' : '';
    return `The line is ${kindOf(value)}.${next}`;
  }
  const { id, user_id: userId, data } = value;
  switch (reason) {
    case 'not_an_object':
      return undefined;
    case 'unknown_type':
      return `${explainMember('type', value.type)} It must be "event" or "attributes".`;
    case 'invalid_id':
      return explainId('id', id, LIMITS.messageIdBytes);
    case 'invalid_user_id':
      return explainId('user_id', userId, LIMITS.userIdBytes);
    case 'invalid_timestamp':
      return `${explainMember('timestamp', value.timestamp)} ${timestampHint(value.timestamp, now) ?? ''}`.trimEnd();
    case 'invalid_event_name':
      return explainText('name', value.name, LIMITS.eventNameBytes);
    case 'invalid_data':
      return `${explainMember('data', data)} Of an attributes message it must be an object.`;
    case 'too_many_attributes':
      return isObject(data)
        ? `It has ${attributesIn(data)} attributes. At most ${LIMITS.attributes} are taken.`
        : undefined;
    case 'invalid_attribute_name':
    case 'invalid_attribute_value':
      return isObject(data) ? explainAttribute(data) : undefined;
    case 'unsupported_character':
      return explainCharacter([['id', id], ['user_id', userId], ...textsOf(value)]);
    default:
      return reason satisfies never;
  }
}

function explainUtf8(line: Uint8Array): string | undefined {
  const text = utf8Text(line.subarray(0, SEARCHED_BYTES));
  let at = 0;
  let from = 0;
  for (let found = text.indexOf(REPLACEMENT); found >= 0; found = text.indexOf(REPLACEMENT, from)) {
    at += utf8Length(text.slice(from, found));
    if (at >= line.length) break;
    if (!REPLACEMENT_BYTES.every((byte, i) => line[at + i] === byte)) {
      return `Byte ${at + 1} of the line (0x${line[at].toString(HEX)}) is not UTF-8. Save the file as UTF-8.`;
    }
    at += REPLACEMENT_BYTES.length;
    from = found + 1;
  }
  return undefined;
}

const NEEDED = {
  value: 'a value',
  'value or ]': 'a value',
  name: 'a name in double quotes',
  'name or }': 'a name in double quotes',
  ':': 'a colon',
  ',': 'a comma',
} as const;

/** @param isCut whether more of the line was not looked at */
function explainJson(text: string, isCut: boolean): string | undefined {
  if (text.startsWith('\uFEFF')) return 'A byte-order mark (U+FEFF) stands before the object. Remove it.';
  const fault = findJsonFault(text);
  if (!fault || (isCut && fault.at === text.length)) return undefined;
  const { at, expected } = fault;
  const found = text.slice(at);
  if (found === '') return 'The line ends in the middle of a JSON value.';
  const kind = /^\s*[{[]/.test(text) ? undefined : lineKind(text.trimStart());
  if (kind) return `The line looks like ${kind}. A line must be one JSON object.`;
  const place = `character ${Array.from(text.slice(0, at)).length + 1}`;
  const word = `"${(/^[\w.+-]+|^./su.exec(found)?.[0] ?? '').slice(0, QUOTED_CHARACTERS)}"`;
  if (expected === 'end') {
    if (found.startsWith('{')) return `A second object begins at ${place}. Put each object on a line of its own.`;
    return `At ${place}, ${word} comes after the end of the JSON value.`;
  }
  if (found.startsWith("'")) return `At ${place} stands a single quote. JSON has double quotes.`;
  if (!found.startsWith('"')) return `At ${place} stands ${word} instead of ${NEEDED[expected]}.`;
  if (expected === ',' || expected === ':')
    return `${expected === ',' ? 'A comma' : 'A colon'} is missing at ${place}.`;
  return isCut ? undefined : explainString(found, place);
}

/** Explains a string that is not valid. @param found begins with its quote */
function explainString(found: string, place: string): string {
  const valid = BEGUN_STRING.exec(found)?.[0] ?? '';
  const next = found.charCodeAt(valid.length);
  if (Number.isNaN(next)) return `The text that begins at ${place} has no end.`;
  const unit = next.toString(HEX).toUpperCase().padStart(4, '0');
  const what =
    next < 32 ? `the control character U+${unit}, which must be escaped` : 'an escape that JSON does not have';
  return `The text that begins at ${place} holds ${what}.`;
}

function lineKind(text: string): string | undefined {
  if (text.startsWith('<')) return 'HTML or XML';
  const separator = SEPARATORS.find(([mark]) => text.includes(mark));
  return separator && `CSV with ${separator[1]} between its columns`;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a JSON list';
  if (isObject(value)) return 'an object';
  return typeof value === 'string' ? 'a JSON text' : `the value ${written(value)}`;
}

function explainMember(name: string, value: unknown): string {
  if (value === undefined) return `"${name}" is missing.`;
  if (value === '') return `"${name}" is empty.`;
  const isPlain = typeof value !== 'object' || value === null || value instanceof JsonNumber;
  return `"${name}" is ${isPlain ? written(value) : kindOf(value)}.`;
}

/** A text, number or literal as it stands in the line. */
function written(value: unknown): string {
  return quoted(value instanceof JsonNumber ? value.text : JSON.stringify(value));
}

function explainText(name: string, value: unknown, mostBytes: number): string {
  if (typeof value !== 'string' || value === '') return explainMember(name, value);
  return `"${name}" has ${utf8Length(value)} bytes. At most ${mostBytes} are taken.`;
}

function explainId(name: string, value: unknown, mostBytes: number): string {
  const said = explainText(name, value, mostBytes);
  return typeof value === 'string'
    ? said
    : `${said} It must be a text or a whole number up to ${Number.MAX_SAFE_INTEGER}.`;
}

function explainAttribute(data: Record<string, unknown>): string | undefined {
  const read = readAttributes(data);
  if (read.ok) return undefined;
  const { attribute, defect } = read;
  const name = quoted(JSON.stringify(attribute));
  if (defect === 'invalid_attribute_name') {
    if (attribute === '') return 'The name of an attribute is empty.';
    const bytes = utf8Length(attribute);
    if (bytes <= LIMITS.attributeNameBytes) return `An attribute cannot be called ${name}.`;
    return `The name ${name} has ${bytes} bytes. At most ${LIMITS.attributeNameBytes} are taken.`;
  }
  const bytes = jsonBytes(data[attribute]);
  if (bytes === undefined || bytes <= LIMITS.attributeValueBytes) {
    return `The value of ${name} holds a number of more than ${LIMITS.numberDigits} digits before or after its point, or is nested too deep.`;
  }
  return `The value of ${name} has ${bytes} bytes as JSON. At most ${LIMITS.attributeValueBytes} are taken.`;
}

/** Returns undefined for a value that is nested deeper than the stack, or has a number with too many digits. */
function jsonBytes(value: unknown): number | undefined {
  try {
    return utf8Length(writeJson(value as Json)); // Safe: it was parsed from JSON.
  } catch {
    return undefined;
  }
}

/** The texts that are kept of a message beside its ids, each with what it is called in a hint. */
function textsOf({ type, name, data }: Record<string, unknown>): [name: string, value: unknown][] {
  if (type === 'event') return [['name', name]];
  if (!isObject(data)) return [];
  return Object.entries(data)
    .filter(([attribute]) => attribute !== IGNORED_ATTRIBUTE)
    .flatMap(([attribute, value]): [string, unknown][] => [
      ['the name of an attribute', attribute],
      [attribute, value],
    ]);
}

function explainCharacter(texts: readonly (readonly [name: string, value: unknown])[]): string | undefined {
  for (const [name, value] of texts) {
    // Safe: it was parsed from JSON. JSON.stringify would fail for a value that is nested deeper than the stack.
    const unit = value === undefined ? undefined : unsupportedInJson(writeJson(value as Json, String));
    if (unit === undefined) continue;
    const what = unit === '0000' ? 'U+0000' : `half of a character (U+${unit.toUpperCase()})`;
    return `${quoted(JSON.stringify(name))} holds ${what}, which cannot be kept.`;
  }
  return undefined;
}

function quoted(text: string): string {
  const shown = text.length > QUOTED_CHARACTERS ? `${text.slice(0, QUOTED_CHARACTERS)}…` : text;
  return shown.toWellFormed();
}
