/**
 * What the documents of a block are listed under. Grams are numbers made of UTF-16 units: of one unit, or of three, the last of
 * which is 0 at the end of a text (which never holds U+0000), so that two units are the beginning of some three.
 */
export type Term = number | string;

const UNIT = 0x1_0000;
/** Of more distinct values in a block, or of longer ones, not the values are listed but the buckets of their hashes. */
export const MOST_VALUES = 256;
export const MOST_VALUE_LENGTH = 64;
export const VALUE_BUCKETS = 4096;

export function gramOf(first: number, second: number, third: number): number {
  return (first * UNIT + second) * UNIT + third;
}

/** The grams that all texts with the given part have, or those of which they have at least one. */
export type GramQuery =
  | { readonly all: readonly number[]; /** True when the grams say it all. */ readonly exact: boolean }
  | { readonly from: number; readonly to: number };

/** @param part folded, not empty */
export function gramsOfPart(part: string): GramQuery {
  if (part.length === 1) return { all: [part.charCodeAt(0)], exact: true };
  if (part.length === 2) {
    const from = gramOf(part.charCodeAt(0), part.charCodeAt(1), 0);
    return { from, to: from + UNIT - 1 };
  }
  const all = new Set<number>();
  for (let i = 0; i + 2 < part.length && all.size < 64; i++) {
    all.add(gramOf(part.charCodeAt(i), part.charCodeAt(i + 1), part.charCodeAt(i + 2)));
  }
  return { all: [...all], exact: part.length === 3 };
}

export function existsTerm(name: number): Term {
  return `a${name}`;
}

export function eventTerm(name: number): Term {
  return `e${name}`;
}

/** A value that is listed by itself. */
export function valueTerm(name: number, value: string): Term {
  return `v${name}:${value}`;
}

/** The first and the last of all {@link valueTerm}s of an attribute. */
export function valueTerms(name: number): { from: string; to: string } {
  // ';' comes after ':'.
  return { from: `v${name}:`, to: `v${name};` };
}

export function bucketTerm(name: number, bucket: number): Term {
  return `h${name}:${bucket}`;
}

/** FNV-1a over UTF-16 units. */
export function bucketOf(value: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x0100_0193);
  return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (VALUE_BUCKETS - 1);
}
