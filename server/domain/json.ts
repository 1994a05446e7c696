import { canonicalNumber, isBoundedNumber } from './decimal.js';
import { forEachWrittenMember } from './json-members.js';

/**
 * A number of which `JSON.parse` would lose characters: 3544790567247868102, 1.0, 1e3. Any other number is a `number`, which
 * `JSON.stringify` writes as it came.
 */
export class JsonNumber {
  constructor(readonly text: string) {}
}

/** Any JSON value, with all digits of its numbers. */
export type Json = string | number | JsonNumber | boolean | null | Json[] | JsonObject;

export interface JsonObject {
  [member: string]: Json;
}

/**
 * Finds every number that `JSON.stringify` may write in another way: with 16 digits, an exponent, a 0 at the end of a fraction, or -0. It finds
 * parts of texts that look like one as well, but not the seconds of a time such as "2026-11-28T15:16:39.120Z".
 */
const UNUSUAL_NUMBER =
  /(?:^|[:,[\s])(-?(?:\d{16}|\d{10,15}\.|\d+(?:[eE]|\.(?:\d{7}|\d*(?:[eE]|0(?!\d)))))[\d.eE+-]*(?=[\s,}\]]|$)|-0(?!\.))/g;
const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]]|[^\s{}[\]:,"]+/g;

/** True for a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/**
 * Parses JSON as `JSON.parse` does, but keeps the characters of numbers.
 * @throws SyntaxError
 */
export function parseJson(text: string): Json {
  // Safe: JSON.parse gives nothing else.
  const value = JSON.parse(text) as Json;
  return hasUnusualNumber(text) ? parseTokens(text) : value;
}

/**
 * Gives the members of an object the characters of their numbers.
 * @param parsed by `JSON.parse`
 * @param json the same object as text
 */
export function restoreNumbers(parsed: Record<string, unknown>, json: string): void {
  const exact = new Map<string, Json>();
  forEachWrittenMember(json, (name, value) => {
    // The last member of a name counts.
    if (value.startsWith('"') || !hasUnusualNumber(value)) exact.delete(name);
    else exact.set(name, parseTokens(value));
  });
  for (const [name, value] of exact) parsed[name] = value;
}

/** False when `JSON.parse` keeps the characters of every number of a JSON text. */
export function hasUnusualNumber(json: string): boolean {
  UNUSUAL_NUMBER.lastIndex = 0;
  for (let found = UNUSUAL_NUMBER.exec(json); found; found = UNUSUAL_NUMBER.exec(json)) {
    if (String(Number(found[1])) !== found[1]) return true;
  }
  return false;
}

/**
 * Writes JSON as `JSON.stringify` does, with the characters of numbers.
 * @param number writes a number that `JSON.stringify` would write differently
 * @param namesOf gives the names of the members of an object, in the order in which they are written
 * @throws RangeError if a number has more digits than `LIMITS.numberDigits`
 */
export function writeJson(
  value: Json,
  number: (text: string) => string = keptNumber,
  namesOf: (object: JsonObject) => string[] = Object.keys,
): string {
  let text = '';
  // Not a recursion: a value may be nested deeper than the stack. The next part is the last.
  const rest: (Json | Punctuation)[] = [value];
  while (rest.length > 0) {
    // Safe: the list is not empty, and no JSON value is undefined.
    const next = rest.pop() as Json | Punctuation;
    if (next instanceof Punctuation) {
      text += next.text;
    } else if (next instanceof JsonNumber || typeof next !== 'object' || next === null) {
      text += writeLeaf(next, number);
    } else if (Array.isArray(next)) {
      text += '[';
      rest.push(END_OF_LIST);
      for (let i = next.length - 1; i >= 0; i--) {
        rest.push(next[i]);
        if (i > 0) rest.push(COMMA);
      }
    } else {
      text += '{';
      rest.push(END_OF_OBJECT);
      const names = namesOf(next);
      for (let i = names.length - 1; i >= 0; i--) {
        rest.push(next[names[i]], new Punctuation(`${i > 0 ? ',' : ''}${JSON.stringify(names[i])}:`));
      }
    }
  }
  return text;
}

/** A text between the values of a list or an object. */
class Punctuation {
  constructor(readonly text: string) {}
}

const COMMA = new Punctuation(',');
const END_OF_LIST = new Punctuation(']');
const END_OF_OBJECT = new Punctuation('}');

function writeLeaf(value: string | number | JsonNumber | boolean | null, number: (text: string) => string): string {
  if (value instanceof JsonNumber) return number(value.text);
  if (typeof value === 'number' && !Number.isFinite(value)) return keptNumber(String(value));
  return JSON.stringify(value);
}

/**
 * Writes a JSON text so that equal values give equal texts: 1.0 and 1 are the same number, and the order of members does not count.
 * @param json as {@link writeJson} writes it
 */
export function comparableJson(json: string): string {
  if (json.startsWith('"') || !(json.includes('{') || hasUnusualNumber(json))) return json;
  return writeJson(parseJson(json), canonicalNumber, (object) => Object.keys(object).sort());
}

/**
 * Writes a text from outside as {@link comparableJson}, if it is JSON.
 * @returns undefined for a text that is no number, list or object: a literal has only one form
 */
export function comparableText(text: string): string | undefined {
  try {
    const value = parseJson(text);
    const isCompared = typeof value === 'number' || (typeof value === 'object' && value !== null);
    return isCompared ? comparableJson(writeJson(value)) : undefined;
  } catch (error) {
    // It is no JSON, or no value that an attribute may have.
    if (error instanceof SyntaxError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function keptNumber(text: string): string {
  if (isBoundedNumber(text)) return text;
  throw new RangeError('The number has too many digits.');
}

/** Parses valid JSON. The stack does not limit its depth. */
function parseTokens(json: string): Json {
  const root: Json[] = [];
  const open: (Json[] | JsonObject)[] = [root];
  let name: string | undefined;
  const put = (value: Json): void => {
    const parent = open[open.length - 1];
    if (Array.isArray(parent)) parent.push(value);
    // An assignment to `__proto__` would not make a member.
    else if (name === '__proto__') Object.defineProperty(parent, name, { value, enumerable: true, configurable: true });
    else parent[name ?? ''] = value;
    name = undefined;
  };
  for (const token of json.match(TOKEN) ?? []) {
    switch (token[0]) {
      case '{':
      case '[': {
        const value = token === '{' ? {} : [];
        put(value);
        open.push(value);
        break;
      }
      case '}':
      case ']':
        open.pop();
        break;
      case '"': {
        // Safe: a token in quotes is a string.
        const text = token.includes('\\') ? (JSON.parse(token) as string) : token.slice(1, -1);
        if (name === undefined && !Array.isArray(open[open.length - 1])) name = text;
        else put(text);
        break;
      }
      default:
        put(literalOf(token));
    }
  }
  return root[0];
}

function literalOf(token: string): Json {
  if (token === 'null') return null;
  if (token === 'true' || token === 'false') return token === 'true';
  const number = Number(token);
  return String(number) === token ? number : new JsonNumber(token);
}
