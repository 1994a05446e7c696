import { isObject, parseJson, writeJson, type Json, type JsonObject } from '../../domain/json.js';
import { excessIn } from '../../domain/json-extent.js';
import { LIMITS } from '../../domain/limits.js';
import type { Item, LiveFacts, LiveOutcome, Malformed, Reading } from './live-call.js';

const decoder = new TextDecoder('utf-8', { fatal: true });

/** Returns undefined for a value that is no JSON object. */
export function itemOf(value: Json | undefined): Item | undefined {
  // Safe: the members of a JSON object are JSON.
  return isObject(value) ? value : undefined;
}

/** Writes JSON with its numbers as they came: the digits of those in the data of an event are not limited. */
export function writeAsItCame(value: Json): string {
  return writeJson(value, (digits) => digits);
}

/** A body of JSON. */
interface ParsedBody {
  readonly kind: 'json';
  readonly value: Json | undefined;
}

export const NO_JSON = 'The body is not valid JSON.';
/** The most rejects of a request that are explained. */
const EXPLAINED_REJECTS = 1_000;

export function malformed(code: Malformed['code'], message: string): Malformed {
  return { kind: 'malformed', code, message };
}

/**
 * Parses a body, whatever its content type says. A U+FEFF at its start is ignored, and numbers keep their characters.
 * @param bytes inflated
 * @returns undefined for a body without a character
 */
export function parseBody(bytes: Uint8Array): ParsedBody | Malformed {
  if (excessIn(bytes, { depth: LIMITS.depth })) {
    return malformed('invalid_request', `The body is nested deeper than ${LIMITS.depth} lists and objects.`);
  }
  return parseText(bytes, decoder);
}

/** As {@link parseBody}, for bytes whose depth is known. @param utf8 fails at bytes that are not UTF-8 */
export function parseText(bytes: Uint8Array, utf8: InstanceType<typeof TextDecoder>): ParsedBody | Malformed {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return malformed('invalid_json', 'The body is not valid UTF-8.');
  }
  try {
    return { kind: 'json', value: text === '' ? undefined : parseJson(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return malformed('invalid_json', NO_JSON);
    throw error;
  }
}

/** A body that is one item. @param write gives its text */
export function readOnly(
  item: Json | undefined,
  outcome: LiveOutcome,
  write: (item: Json) => string = writeAsItCame,
): Reading {
  return { kind: 'read', outcomes: [outcome], isList: false, textOf: () => (item === undefined ? '' : write(item)) };
}

/** Items in their order. */
interface Items<T> {
  readonly length: number;
  at(index: number): T | undefined;
}

function itemAt<T extends Json | Uint8Array>(items: Items<T>, index: number): T {
  const item = items.at(index);
  if (item === undefined) throw new Error(`There is no item ${index} of ${items.length}.`);
  return item;
}

/** Items that are read at once: they take some ms. */
const READ_AT_ONCE = 500;

/**
 * Reads the items of a list: the first ones at once, the others by `readMore`.
 * @param read is given an item and its index. The whole body is malformed if it says so of one
 * @param write gives the text of an item
 */
export function readList<T extends Json | Uint8Array>(
  items: Items<T>,
  facts: LiveFacts,
  read: (item: T, index: number, facts: LiveFacts) => LiveOutcome | Malformed,
  write: (item: T) => string,
): Reading {
  if (items.length > LIMITS.liveMessages) {
    const message = `The body has ${items.length} messages. At most ${LIMITS.liveMessages} are taken: send several requests.`;
    return malformed('payload_too_large', message);
  }
  const terse = { ...facts, isTerse: true };
  let rejects = 0;
  const outcomes: LiveOutcome[] = [];
  const readMore = (): boolean | Malformed => {
    const end = Math.min(items.length, outcomes.length + READ_AT_ONCE);
    for (let index = outcomes.length; index < end; index++) {
      const outcome = read(itemAt(items, index), index, rejects < EXPLAINED_REJECTS ? facts : terse);
      if (outcome.kind === 'malformed') return outcome;
      if (outcome.kind === 'rejected') rejects++;
      outcomes.push(outcome);
    }
    return end < items.length;
  };
  const first = readMore();
  if (typeof first === 'object') return first;
  return { kind: 'read', outcomes, readMore, isList: true, textOf: (index) => write(itemAt(items, index)) };
}

/**
 * Cuts a path into its segments. A slash at its end is ignored.
 * @param path as it came, percent-encoded like the segments, without a query
 */
export function pathSegments(path: string): string[] {
  return path.replace(/^\/|\/$/g, '').split('/');
}

/** Decodes a segment of a path. @returns undefined if it is not validly encoded */
export function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** The members of a JSON object; of another value none. */
export function membersOf(value: Json | undefined): JsonObject {
  // Safe: the members of a JSON object are JSON.
  return isObject(value) ? value : {};
}

/** Vendors ignore white space around the name of an event. */
export function trimmed(name: Json | undefined): Json | undefined {
  return typeof name === 'string' ? name.trim() : name;
}
