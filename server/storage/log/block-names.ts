import type { LogQuery } from '../../domain/log/log-repository.js';
import { dataOf, isAttributes, nameOf, type PlacedEntry } from './placed-entry.js';

/*
 * The names of a compacted block: a Bloom filter of the names of its events and attributes, so that a search for a name opens few of the
 * blocks that do not have it. It has 8 bits for each name, and 4 of them are set: it is wrong for one block of 40. The kinds of the messages
 * stand in it as the empty name of each kind.
 */

/** The places of a name: `first`, and the next ones `step` apart. Both are unsigned numbers of 32 bits. */
export interface NameHash {
  readonly first: number;
  readonly step: number;
}

/** Bits of a name. */
export const NAME_BITS = 4;
/** Bytes of a filter at least, and at most: more names make it wrong more often. */
const LEAST_BYTES = 8;
const MOST_BYTES = 512;

const EVENT = 0x811c9dc5;
const ATTRIBUTE = 0x7ee3623a;
const NO_NAME = new Uint8Array(0);
const [QUOTE, BACKSLASH, COMMA] = [0x22, 0x5c, 0x2c];
const [OBJECT, OBJECT_END, LIST, LIST_END] = [0x7b, 0x7d, 0x5b, 0x5d];
const encoder = new TextEncoder();

/** Makes the filter of the names in entries. */
export function namesOf(entries: readonly PlacedEntry[]): Uint8Array {
  const hashes = new Set<number>();
  for (const entry of entries) {
    const { packed, view, at } = entry;
    if (!isAttributes(entry)) {
      const { start, end } = nameOf(view, at);
      hashes.add(hashOf(EVENT, packed, start, end));
      hashes.add(EVENT_KIND);
    } else {
      const { start, end } = dataOf(view, at);
      addMembers(hashes, packed, start, end);
      hashes.add(ATTRIBUTE_KIND);
    }
  }
  const filter = new Uint8Array(Math.max(LEAST_BYTES, Math.min(hashes.size, MOST_BYTES)));
  const bits = filter.length * 8;
  for (const first of hashes) {
    const step = stepOf(first);
    for (let i = 0; i < NAME_BITS; i++) {
      const bit = (first + i * step) % bits;
      filter[bit >>> 3] |= 1 << (bit & 7);
    }
  }
  return filter;
}

/** The names of which a block must have one to have a message that a query asks for. Undefined: any block may have one. */
export function wantedNames({ name, kinds }: Pick<LogQuery, 'name' | 'kinds'>): readonly NameHash[] | undefined {
  if (name === undefined && !kinds) return undefined;
  const bytes = name === undefined ? NO_NAME : encoder.encode(name);
  return (kinds ?? (['event', 'attributes'] as const)).map((kind) => {
    const first = hashOf(kind === 'event' ? EVENT : ATTRIBUTE, bytes, 0, bytes.length);
    return { first, step: stepOf(first) };
  });
}

/** False if a block certainly has none of the names. @param names its filter; null: nothing is known of it */
export function mayHave(names: Uint8Array | null, wanted: readonly NameHash[] | undefined): boolean {
  if (!wanted || !names) return true;
  const bits = names.length * 8;
  return wanted.some(({ first, step }) => {
    for (let i = 0; i < NAME_BITS; i++) {
      const bit = (first + i * step) % bits;
      if ((names[bit >>> 3] & (1 << (bit & 7))) === 0) return false;
    }
    return true;
  });
}

/** Adds the names of the members of an object, which is JSON in UTF-8. */
function addMembers(hashes: Set<number>, json: Uint8Array, start: number, end: number): void {
  let depth = 0;
  let isName = false;
  for (let at = start; at < end; at++) {
    switch (json[at]) {
      case QUOTE: {
        const from = at + 1;
        let isEscaped = false;
        while (json[++at] !== QUOTE && at < end) {
          if (json[at] !== BACKSLASH) continue;
          isEscaped = true;
          at++;
        }
        if (isName && isEscaped) hashes.add(escapedHash(json.subarray(from - 1, at + 1)));
        else if (isName) hashes.add(hashOf(ATTRIBUTE, json, from, at));
        isName = false;
        break;
      }
      case COMMA:
        isName = depth === 1;
        break;
      case OBJECT:
      case LIST:
        isName = ++depth === 1;
        break;
      case OBJECT_END:
      case LIST_END:
        depth--;
        break;
    }
  }
}

function escapedHash(quoted: Uint8Array): number {
  // Safe: it stands between quotes.
  const name = encoder.encode(JSON.parse(Buffer.from(quoted).toString()) as string);
  return hashOf(ATTRIBUTE, name, 0, name.length);
}

/** FNV-1a, and then its bits are mixed. */
function hashOf(seed: number, bytes: Uint8Array, start: number, end: number): number {
  let hash = seed;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** It is made of the high bits, as the low ones decide the first place. */
function stepOf(hash: number): number {
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 16) | 1;
}

const EVENT_KIND = hashOf(EVENT, NO_NAME, 0, 0);
const ATTRIBUTE_KIND = hashOf(ATTRIBUTE, NO_NAME, 0, 0);
