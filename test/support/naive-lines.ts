import { isUtf8 } from 'node:buffer';

/**
 * A JSON value of which nothing is lost: a text begins with `s`, and a number is a text that begins with `n`. The names of members begin
 * with `s` as well, so `__proto__` is a member like any other, and `1` keeps its place.
 */
export type Tagged = string | boolean | null | Tagged[] | TaggedObject;

export interface TaggedObject {
  [name: string]: Tagged;
}

/** A message that is taken. */
export interface NaiveMessage {
  readonly type: 'event' | 'attributes';
  readonly id: string;
  readonly userId: string;
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** The name of an event. */
  readonly name?: string;
  /** The attributes, but for `id`. */
  readonly data?: readonly (readonly [name: string, value: Tagged])[];
}

const TEXT_OR_NUMBER = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*/g;
const NUMBER = /^(-?)(\d+)\.?(\d*)(?:[eE]([+-]?\d+))?$/;
const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(\.\d+)?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DAY_MS = 86_400_000;
const FIRST_MS = 100_000_000_000n;
/** A power of ten beyond all that is asked. */
const FAR = 2_000;

/** Parses valid JSON. */
export function parseTagged(json: string): Tagged {
  const tagged = json.replace(
    TEXT_OR_NUMBER,
    (token, text?: string) => `"${text === undefined ? `n${token}` : `s${text}`}"`,
  );
  // Safe: only texts and numbers were changed, and only to texts.
  return JSON.parse(tagged) as Tagged;
}

/** Writes a value as JSON, with its numbers as they were written. */
export function writeTagged(value: Tagged): string {
  return write(value, String, (names) => names);
}

/**
 * Writes a value with the members of objects in order, as their order means nothing.
 * @param number writes a number
 */
export function writeSorted(value: Tagged, number: (text: string) => string = String): string {
  return write(value, number, (names) => names.sort());
}

/** Writes a value that may be nested deeper than the stack allows to call. */
function write(root: Tagged, number: (text: string) => string, order: (names: string[]) => string[]): string {
  let json = '';
  const rest: ({ readonly json: string } | { readonly value: Tagged })[] = [{ value: root }];
  for (let next = rest.pop(); next; next = rest.pop()) {
    if ('json' in next) {
      json += next.json;
      continue;
    }
    const { value } = next;
    if (typeof value === 'string')
      json += value.startsWith('n') ? number(value.slice(1)) : JSON.stringify(value.slice(1));
    else if (typeof value !== 'object' || value === null) json += String(value);
    else {
      const [open, close] = Array.isArray(value) ? '[]' : '{}';
      const parts = Array.isArray(value)
        ? value.map((inner) => ['', inner] as const)
        : order(Object.keys(value)).map((name) => [`${JSON.stringify(name.slice(1))}:`, value[name]] as const);
      const written = parts.flatMap(([name, inner], at) => [{ json: (at > 0 ? ',' : '') + name }, { value: inner }]);
      json += open;
      rest.push({ json: close }, ...written.reverse());
    }
  }
  return json;
}

/** Writes the value of a number, so that 1.0 and 1 give the same. */
export function valueOf(text: string): string {
  const { sign, digits, power } = decimalOf(text);
  return digits === '0' ? '0' : `${sign}${digits}e${power}`;
}

/**
 * Reads a line as section 1 of docs/contract.md says, rule by rule in the order of its table. It is slow, and shares no code with the server.
 * @param line without its line end
 * @param now ms since the Unix epoch
 * @returns the message, or what else the line comes to: `blank`, `anonymous`, or the reason of a rejection
 */
export function readNaively(line: Buffer, now: number): NaiveMessage | string {
  if (line.length > 1_048_576) return 'line_too_long';
  if (!isUtf8(line)) return 'invalid_utf8';
  const json = line.toString();
  if (json.trim() === '') return 'blank';
  if (!isJson(json)) return 'invalid_json';
  const members = parseTagged(json);
  if (!isObject(members)) return 'not_an_object';
  const { stype, sid, suser_id, stimestamp, sname, sdata } = members as Partial<TaggedObject>;
  if (stype !== 'sevent' && stype !== 'sattributes') return 'unknown_type';
  const id = idOf(sid, 255);
  if (id === undefined) return 'invalid_id';
  if (suser_id === undefined || suser_id === null || suser_id === 's') return 'anonymous';
  const userId = idOf(suser_id, 150);
  if (userId === undefined) return 'invalid_user_id';
  const time = timeOf(stimestamp);
  if (time === undefined || time > now + DAY_MS) return 'invalid_timestamp';
  if (stype === 'sevent') {
    const name = textOf(sname);
    if (name === undefined || !hasBytes(name, 255)) return 'invalid_event_name';
    return [id, userId, name].every(isKeepable) ? { type: 'event', id, userId, time, name } : 'unsupported_character';
  }
  if (!isObject(sdata)) return 'invalid_data';
  const data = Object.entries(sdata)
    .map(([name, value]) => [name.slice(1), value] as const)
    .filter(([name]) => name !== 'id');
  if (data.length > 10_000) return 'too_many_attributes';
  if (!data.every(([name]) => hasBytes(name, 150) && name !== '__proto__')) return 'invalid_attribute_name';
  if (!data.every(([, value]) => isAttributeValue(value))) return 'invalid_attribute_value';
  const texts = data.flatMap(([name, value]) => [name, ...textsIn(value)]);
  if (![id, userId, ...texts].every(isKeepable)) return 'unsupported_character';
  return { type: 'attributes', id, userId, time, data };
}

/** Cuts a source into lines without their ends; a byte order mark at its start is no part of the first. */
export function linesOf(source: Buffer): { readonly offset: number; readonly bytes: Buffer }[] {
  const lines: { offset: number; bytes: Buffer }[] = [];
  for (let offset = 0; offset < source.length;) {
    const feed = source.indexOf('\n', offset);
    const end = feed < 0 ? source.length : feed;
    const bytes = source.subarray(offset, source[end - 1] === 13 && end > offset ? end - 1 : end);
    lines.push({ offset, bytes: offset === 0 && bytes.indexOf('\ufeff') === 0 ? bytes.subarray(3) : bytes });
    offset = end + 1;
  }
  return lines;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isObject(value: Tagged | undefined): value is TaggedObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: Tagged | undefined): string | undefined {
  return typeof value === 'string' && value.startsWith('s') ? value.slice(1) : undefined;
}

function idOf(value: Tagged | undefined, mostBytes: number): string | undefined {
  const text = textOf(value);
  if (text !== undefined) return hasBytes(text, mostBytes) ? text : undefined;
  const number = typeof value === 'string' ? Number(value.slice(1)) : NaN;
  return Number.isSafeInteger(number) ? String(number) : undefined;
}

function hasBytes(text: string, most: number): boolean {
  const bytes = Buffer.byteLength(text);
  return bytes >= 1 && bytes <= most;
}

function isKeepable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

function timeOf(value: Tagged | undefined): number | undefined {
  const text = textOf(value);
  if (text !== undefined) return timeOfText(text);
  if (typeof value !== 'string') return undefined;
  const { sign, digits, power } = decimalOf(value.slice(1));
  if (digits === '0') return 0;
  if (sign === '-' || power > FAR) return undefined;
  const isInMs = shifted(digits, power) >= FIRST_MS;
  return Number(shifted(digits, isInMs ? power : power + 3));
}

/** `digits` × 10^`power`, rounded down. */
function shifted(digits: string, power: number): bigint {
  if (power < -FAR) return 0n;
  return power < 0 ? BigInt(digits) / 10n ** BigInt(-power) : BigInt(digits) * 10n ** BigInt(power);
}

function timeOfText(text: string): number | undefined {
  const match = RFC_3339.exec(text);
  if (!match) return undefined;
  const [, day, hours, fraction = '.', offset] = match;
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) return undefined;
  const time = Date.parse(`${day}T${hours}${fraction.slice(0, 4).padEnd(4, '0')}${offset.toUpperCase()}`);
  return time < 0 ? undefined : time;
}

/** A number as `sign` `digits` × 10^`power`: without a 0 at either end of the digits, or `0`. */
function decimalOf(text: string): { sign: string; digits: string; power: number } {
  const [, sign, whole, fraction, exponent = '0'] = NUMBER.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const shorter = digits.replace(/0+$/, '');
  if (shorter === '') return { sign, digits: '0', power: 0 };
  return { sign, digits: shorter, power: Number(exponent) - fraction.length + digits.length - shorter.length };
}

function isAttributeValue(value: Tagged): boolean {
  return numbersIn(value).every(isBounded) && Buffer.byteLength(writeTagged(value)) <= 10_000;
}

function isBounded(text: string): boolean {
  const [, , whole, fraction] = NUMBER.exec(text) ?? [];
  const { digits, power } = decimalOf(text);
  const isWritten = whole.length <= 400 && fraction.length <= 400;
  return isWritten && (digits === '0' || (digits.length + power <= 400 && -power <= 400));
}

/** Every value in a value, itself included. */
function* valuesIn(value: Tagged): Generator<Tagged> {
  const rest = [value];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    yield next;
    if (typeof next === 'object' && next !== null) for (const inner of Object.values<Tagged>(next)) rest.push(inner);
  }
}

function numbersIn(value: Tagged): string[] {
  const numbers: string[] = [];
  for (const one of valuesIn(value)) if (typeof one === 'string' && one.startsWith('n')) numbers.push(one.slice(1));
  return numbers;
}

function textsIn(value: Tagged): string[] {
  const texts: string[] = [];
  for (const one of valuesIn(value)) {
    if (typeof one === 'string' && one.startsWith('s')) texts.push(one.slice(1));
    if (isObject(one)) texts.push(...Object.keys(one).map((name) => name.slice(1)));
  }
  return texts;
}
