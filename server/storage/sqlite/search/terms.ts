/**
 * A key under which a block lists documents. Numbers are grams: UTF-16 units of a folded text, either one or three in a row. The
 * last two units of a text and 0 are a gram as well (no text contains U+0000), so that every pair of units begins a gram.
 * Texts are attributes, their values, events and labels, by the number of their name.
 */
export type Term = number | string;

/** Names of attributes, events and labels of documents are numbered together. */
export type NameKind = 'attribute' | 'event' | 'label';

const UNIT = 0x1_0000;
/** A longer value has no list of its own, in UTF-16 units. */
export const MOST_VALUE_LENGTH = 64;
const VALUE_BUCKETS = 4096;
/** Grams of a search text that are intersected at most. */
const MOST_GRAMS = 64;

export function gramOf(first: number, second: number, third: number): number {
  return (first * UNIT + second) * UNIT + third;
}

/** The grams of a needle. A text that contains the needle has all of `all`, or at least one in the range `from` to `to`. */
export type GramQuery =
  | {
      readonly all: readonly number[];
      /** True when every text with these grams contains the needle. */ readonly exact: boolean;
    }
  | { readonly from: number; readonly to: number };

/** @param needle folded, not empty */
export function gramsOfNeedle(needle: string): GramQuery {
  if (needle.length === 1) return { all: [needle.charCodeAt(0)], exact: true };
  if (needle.length === 2) {
    const from = gramOf(needle.charCodeAt(0), needle.charCodeAt(1), 0);
    return { from, to: from + UNIT - 1 };
  }
  const all = new Set<number>();
  for (let i = 0; i + 2 < needle.length && all.size < MOST_GRAMS; i++) {
    all.add(gramOf(needle.charCodeAt(i), needle.charCodeAt(i + 1), needle.charCodeAt(i + 2)));
  }
  return { all: [...all], exact: needle.length === 3 };
}

/** Lists the documents that have an attribute. */
export function existsTerm(name: number): string {
  return `a${name}`;
}

/** Lists the documents that have an event, with its count. */
export function eventTerm(name: number): string {
  return `e${name}`;
}

/** Lists the documents that have a label. */
export function labelTerm(name: number): string {
  return `l${name}`;
}

/** The events of a name are listed by spans of time, of some 25 days each: a time within a span takes 4 bytes. */
export const SPAN_MS = 2 ** 31;
const SPAN_DIGITS = 5;
export const TIMES_LETTER = 'w';
export const LAST_SPAN = 10 ** SPAN_DIGITS - 1;

/** Lists the documents that have an event within a span, with its count. */
export function spanTerm(name: number, span: number): string {
  return `c${name}:${String(span).padStart(SPAN_DIGITS, '0')}`;
}

/** Lists the same documents with the times of their events. */
export function timesTerm(name: number, span: number): string {
  return `${TIMES_LETTER}${name}:${String(span).padStart(SPAN_DIGITS, '0')}`;
}

/** Lists the documents that have events without a known time, with the ms since the Unix epoch up to which these are. */
export function endedTerm(name: number): string {
  return `b${name}`;
}

/** Lists the documents whose attribute has a value. */
export function valueTerm(name: number, value: string): string {
  return `v${name}:${value}`;
}

/** The bounds of the {@link valueTerm}s of all attributes. */
export const ALL_VALUES = { from: 'v', to: 'w' } as const;

/** The number of the attribute of a {@link valueTerm}. */
export function nameOf(term: Term): number {
  return Number.parseInt(String(term).slice(1), 10);
}

/** The value of a {@link valueTerm}. */
export function valueOf(term: Term): string {
  const text = String(term);
  return text.slice(text.indexOf(':') + 1);
}

/** The bounds of all {@link valueTerm}s of an attribute. */
export function valueTerms(name: number): { from: string; to: string } {
  // ';' is the character after ':'.
  return { from: `v${name}:`, to: `v${name};` };
}

/** Lists the documents of an attribute without listed values, with the folded text of each, but for long ones. */
export function textsTerm(name: number): string {
  return `${TEXTS_LETTER}${name}`;
}

export const TEXTS_LETTER = 'x';
/** Lists all documents with the folded text of their ids. */
export const ID_TEXTS = `${TEXTS_LETTER}i`;
/** Lists the documents with a text that is in no other list of texts, because it is long. */
export const LONG_TEXTS = 'y';

/** Lists the documents whose attribute has a value in a bucket. */
export function bucketTerm(name: number, bucket: number): string {
  return `h${name}:${bucket}`;
}

/** The kinds of numbers and times of an attribute. Each is listed by a term of its own. */
export const TYPED_KINDS = ['number', 'digits', 'time', 'day'] as const;
export type TypedKind = (typeof TYPED_KINDS)[number];
const LETTERS: Readonly<Record<TypedKind, string>> = { number: 'n', digits: 'm', time: 't', day: 'd' };
/** The first letters of terms whose lists have a number for each document. */
export const LETTERS_WITH_NUMBERS = `ecb${Object.values(LETTERS).join('')}`;

/** Lists the documents whose attribute is a number, digits in a text, a time in a text, or a date, with its double or its ms. */
export function typedTerm(name: number, kind: TypedKind): string {
  return `${LETTERS[kind]}${name}`;
}

/** Lists the documents whose attribute is a number of which the double does not tell all digits. */
export function inexactTerm(name: number): string {
  return `u${name}`;
}

/** The bucket of a value: FNV-1a over its UTF-16 units. */
export function bucketOf(value: string): number {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x0100_0193);
  return (hash ^ (hash >>> 12) ^ (hash >>> 24)) & (VALUE_BUCKETS - 1);
}
