import { compareCodePoints } from '../../../domain/text.js';
import type { Term } from './terms.js';
import { utf8Text } from '../../../domain/utf8.js';

/** Terms in their order are stored by the chunk: a row each would cost more than what is in most of them. Bytes. */
const CHUNK_BYTES = 8 * 1024;

const encoder = new TextEncoder();

export interface TermRow {
  readonly term: Term;
  readonly documents: Uint8Array;
}

/** As SQLite orders them: numbers, then texts by code point. */
export function compareTerms(a: Term, b: Term): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareCodePoints(a, b);
}

/**
 * A chunk is: the number of its terms, times 2, plus 1 where they are texts; for each where its documents end, and for each text
 * where it ends (4 bytes each, counted from the first); the terms (numbers in 8 bytes each); the documents.
 * @param rows in the order of their terms
 */
export function* packTerms(rows: Iterable<TermRow>): Generator<{ first: Term; packed: Uint8Array }> {
  let chunk: TermRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (chunk.length > 0 && (bytes > CHUNK_BYTES || typeof row.term !== typeof chunk[0].term)) {
      yield { first: chunk[0].term, packed: pack(chunk) };
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += row.documents.length + 16;
  }
  if (chunk.length > 0) yield { first: chunk[0].term, packed: pack(chunk) };
}

function pack(rows: readonly TermRow[]): Uint8Array {
  const texts = rows.map(({ term }) => (typeof term === 'string' ? encoder.encode(term) : undefined));
  const isText = texts[0] !== undefined;
  const header = 4 + rows.length * (isText ? 8 : 4 + 8);
  const textBytes = texts.reduce((sum, text) => sum + (text?.length ?? 0), 0);
  const bytes = new Uint8Array(header + textBytes + rows.reduce((sum, { documents }) => sum + documents.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, rows.length * 2 + Number(isText), true);
  let end = 0;
  let textEnd = 0;
  let at = 4 + rows.length * (isText ? 8 : 4);
  rows.forEach(({ term, documents }, i) => {
    view.setUint32(4 + i * 4, (end += documents.length), true);
    const text = texts[i];
    if (text) {
      view.setUint32(4 + (rows.length + i) * 4, (textEnd += text.length), true);
      bytes.set(text, at);
      at += text.length;
    } else {
      view.setFloat64(at, Number(term), true);
      at += 8;
    }
  });
  for (const { documents } of rows) {
    bytes.set(documents, at);
    at += documents.length;
  }
  return bytes;
}

/** Reads what {@link packTerms} has packed. */
export class TermChunk {
  readonly count: number;
  private readonly isText: boolean;
  private readonly view: DataView;
  private readonly terms: number;
  private readonly documents: number;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = this.view.getUint32(0, true);
    this.count = head >>> 1;
    this.isText = (head & 1) === 1;
    this.terms = 4 + this.count * (this.isText ? 8 : 4);
    this.documents = this.terms + (this.isText ? this.textEnd(this.count - 1) : this.count * 8);
  }

  term(i: number): Term {
    if (!this.isText) return this.view.getFloat64(this.terms + i * 8, true);
    return utf8Text(this.bytes.subarray(this.terms + this.textEnd(i - 1), this.terms + this.textEnd(i)));
  }

  documentsOf(i: number): Uint8Array {
    return this.bytes.subarray(this.documents + this.end(i - 1), this.documents + this.end(i));
  }

  /** The first term that is not smaller; `count` when there is none. */
  seek(term: Term): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (compareTerms(this.term(middle), term) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private end(i: number): number {
    return i < 0 ? 0 : this.view.getUint32(4 + i * 4, true);
  }

  private textEnd(i: number): number {
    return i < 0 ? 0 : this.view.getUint32(4 + (this.count + i) * 4, true);
  }
}
