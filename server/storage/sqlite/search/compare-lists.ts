import { eachBit, hasBit, intersect, noBits, setBit, subtract, type Bits } from './bits.js';
import { addDocuments, decodeCounts, decodeTimes } from './document-lists.js';
import type { TermRow } from './term-chunks.js';
import { LETTERS_WITH_NUMBERS, TEXTS_LETTER, TIMES_LETTER } from './terms.js';
import { decodeTexts } from './text-lists.js';

/** @param expected what the document should be, in words, as `found` */
export type OnDocument = (document: number, expected: string, found: string) => void;

/**
 * Compares the lists of a term, among the live documents of a block.
 * @param size of the block
 * @param expected undefined if no document has the term, as `stored`
 */
export function compareLists(
  size: number,
  live: Bits,
  expected: TermRow | undefined,
  stored: TermRow | undefined,
  differ: OnDocument,
): void {
  // In a block without dead documents nearly every list has the same bytes.
  if (expected && stored && isSame(expected.list, stored.list)) return;
  const wanted = listOf(expected, size, live);
  const found = listOf(stored, size, live);
  const what = describe(expected ?? stored);
  const tell = (more: Listed, less: Listed, words: readonly [string, string]): void => {
    const bits = more.bits.slice();
    subtract(bits, less.bits);
    eachBit(bits, (document) => differ(document, ...words));
  };
  tell(wanted, found, [`listed under ${what}`, 'not listed']);
  tell(found, wanted, [`not listed under ${what}`, 'listed']);
  for (const [document, count] of wanted.counts) {
    const other = found.counts.get(document);
    if (other !== undefined && other !== count) differ(document, `${what} as it is`, 'another number of it');
  }
}

interface Listed {
  readonly bits: Bits;
  /** The counts or times of an event, or the numbers, times or texts of an attribute, by document. */
  readonly counts: ReadonlyMap<number, number | string>;
}

/** The live documents of a term. */
function listOf(row: TermRow | undefined, size: number, live: Bits): Listed {
  const bits = noBits(size);
  const counts = new Map<number, number | string>();
  if (!row) return { bits, counts };
  if (typeof row.term === 'string' && LETTERS_WITH_NUMBERS.includes(row.term.charAt(0))) {
    const decoded = decodeCounts(row.list, size);
    const numbers = decoded.counts();
    let at = 0;
    eachBit(decoded.bits, (document) => {
      const count = numbers[at++];
      if (!hasBit(live, document)) return;
      setBit(bits, document);
      counts.set(document, count);
    });
  } else if (typeof row.term === 'string' && row.term.startsWith(TIMES_LETTER)) {
    const decoded = decodeTimes(row.list, size);
    let [at, next] = [0, 0];
    eachBit(decoded.bits, (document) => {
      const times = decoded.times.subarray(at, (at += decoded.counts[next++]));
      if (!hasBit(live, document)) return;
      setBit(bits, document);
      counts.set(document, times.join(' '));
    });
  } else if (typeof row.term === 'string' && row.term.startsWith(TEXTS_LETTER)) {
    const { bytes, each } = decodeTexts(row.list, size);
    each((document, from, to) => {
      if (!hasBit(live, document)) return;
      setBit(bits, document);
      counts.set(document, bytes.subarray(from, to).join(' '));
    });
  } else {
    addDocuments(bits, row.list, size);
    intersect(bits, live);
  }
  return { bits, counts };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Names the kind of a term, and not the value of a customer that it may hold. */
function describe(row: TermRow | undefined): string {
  if (typeof row?.term === 'number') return 'three characters of a value';
  const kinds: Readonly<Record<string, string>> = {
    a: 'an attribute',
    v: 'a value',
    h: 'a hashed value',
    e: 'an event',
    c: 'an event of some days',
    w: 'the times of an event',
    b: 'events without a time',
    l: 'a label',
    n: 'a number',
    m: 'digits',
    u: 'a long number',
    t: 'a time',
    d: 'a date',
    x: 'the text of a value',
    y: 'a long text',
  };
  return kinds[row?.term.charAt(0) ?? ''] ?? 'an unknown term';
}
