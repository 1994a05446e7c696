import { DamagedIndex } from './damaged-index.js';
import { encodeDocuments } from './document-lists.js';
import type { Term } from './terms.js';

/** Size of a chunk, in bytes. A row for each term would take more room than most of their lists. */
const CHUNK_BYTES = 8 * 1024;
/** The bytes that a term takes beside its list, roughly. */
const TERM_BYTES = 16;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A term with its encoded list of documents. */
export interface TermRow {
  readonly term: Term;
  readonly list: Uint8Array;
}

/** A text term whose list is encoded later. */
export interface LaterTerm {
  readonly term: string;
  readonly list: () => Uint8Array;
}

/** @param size of the block */
export function documentsTerm(term: string, documents: readonly number[], size: number): LaterTerm {
  return { term, list: () => encodeDocuments(documents, 0, documents.length, size) };
}

/** A row of `search_terms`. */
export interface ChunkRow {
  readonly first: Term;
  readonly packed: Uint8Array;
}

/**
 * Packs terms into chunks, in which numbers and texts are never mixed. Numbers are unsigned and little-endian. A chunk is:
 * - twice the number of its terms, plus 1 for texts (4 bytes);
 * - for each term the end of its list (4 bytes), counted from the beginning of the first list;
 * - for each text the end of its UTF-8 (4 bytes), counted from the beginning of the first text;
 * - the terms: a double each, or UTF-8;
 * - the lists.
 * @param rows in ascending order of their terms: numbers, then texts by code point
 */
export function* packTerms(rows: Iterable<TermRow>): Generator<ChunkRow> {
  let chunk: TermRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (chunk.length > 0 && (bytes > CHUNK_BYTES || typeof row.term !== typeof chunk[0].term)) {
      yield { first: chunk[0].term, packed: pack(chunk) };
      chunk = [];
      bytes = 0;
    }
    chunk.push(row);
    bytes += row.list.length + TERM_BYTES;
  }
  if (chunk.length > 0) yield { first: chunk[0].term, packed: pack(chunk) };
}

function pack(rows: readonly TermRow[]): Uint8Array {
  const texts = rows.flatMap(({ term }) => (typeof term === 'string' ? [encoder.encode(term)] : []));
  const isText = texts.length > 0;
  const lists = rows.map(({ list }) => list);
  const terms = 4 + rows.length * (isText ? 8 : 4);
  const firstList = terms + (isText ? totalLength(texts) : rows.length * 8);
  const bytes = new Uint8Array(firstList + totalLength(lists));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, rows.length * 2 + Number(isText), true);
  rows.forEach(({ term }, i) => {
    if (typeof term === 'number') view.setFloat64(terms + i * 8, term, true);
  });
  let at = terms;
  texts.forEach((text, i) => {
    bytes.set(text, at);
    view.setUint32(4 + (rows.length + i) * 4, (at += text.length) - terms, true);
  });
  at = firstList;
  lists.forEach((list, i) => {
    bytes.set(list, at);
    view.setUint32(4 + i * 4, (at += list.length) - firstList, true);
  });
  return bytes;
}

function totalLength(all: readonly Uint8Array[]): number {
  return all.reduce((sum, { length }) => sum + length, 0);
}

/** Reads a chunk that {@link packTerms} wrote. Every method throws DamagedIndex when the bytes cannot be a chunk. */
export class TermChunk {
  readonly count: number;
  readonly isText: boolean;
  private readonly view: DataView;
  /** Offsets of the first term and of the first list, in bytes. */
  private readonly terms: number;
  private readonly lists: number;

  constructor(private readonly bytes: Uint8Array) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const head = bytes.length < 4 ? 0 : this.view.getUint32(0, true);
    this.count = head >>> 1;
    this.isText = (head & 1) === 1;
    this.terms = 4 + this.count * (this.isText ? 8 : 4);
    if (this.count === 0 || this.terms > bytes.length) throw damaged();
    this.lists = this.terms + (this.isText ? this.textEnd(this.count - 1) : this.count * 8);
    if (this.lists + this.listEnd(this.count - 1) !== bytes.length) throw damaged();
  }

  term(i: number): Term {
    return this.isText ? decoder.decode(this.text(i)) : this.view.getFloat64(this.terms + i * 8, true);
  }

  list(i: number): Uint8Array {
    return this.slice(this.lists, i === 0 ? 0 : this.listEnd(i - 1), this.listEnd(i), this.bytes.length);
  }

  /** The list of a term; undefined when the chunk does not have it. */
  listOf(term: Term): Uint8Array | undefined {
    const i = this.seek(term);
    return i < this.count && this.compare(i, keyOf(term)) === 0 ? this.list(i) : undefined;
  }

  /** The index of the first term that is not smaller; `count` when there is none. */
  seek(term: Term): number {
    const key = keyOf(term);
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.compare(middle, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Compares the term at `i`: numbers come before texts. */
  private compare(i: number, key: number | Uint8Array): number {
    if (typeof key === 'number') return this.isText ? 1 : this.view.getFloat64(this.terms + i * 8, true) - key;
    return this.isText ? compareBytes(this.text(i), key) : -1;
  }

  private text(i: number): Uint8Array {
    return this.slice(this.terms, i === 0 ? 0 : this.textEnd(i - 1), this.textEnd(i), this.lists);
  }

  private slice(from: number, start: number, end: number, limit: number): Uint8Array {
    if (start > end || from + end > limit) throw damaged();
    return this.bytes.subarray(from + start, from + end);
  }

  private listEnd(i: number): number {
    return this.view.getUint32(4 + i * 4, true);
  }

  private textEnd(i: number): number {
    return this.view.getUint32(4 + (this.count + i) * 4, true);
  }
}

function keyOf(term: Term): number | Uint8Array {
  return typeof term === 'number' ? term : encoder.encode(term);
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

function damaged(): DamagedIndex {
  return new DamagedIndex('a chunk of terms breaks off');
}
