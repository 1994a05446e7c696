import { gramOf } from './terms.js';

const FREE = -1;
/** Pairs of a gram and a document in one array, a power of two: 1 MB. */
const CHUNK = 2 ** 18;
/** Pairs that are sorted at once, 16 MB: each pass over all pairs takes the grams that have as many. */
const SORTED_AT_ONCE = 2 ** 22;

/** A gram with its documents: `documents[from]` up to `documents[to]`, which is not included, ascending. */
export interface GramDocuments {
  readonly gram: number;
  readonly documents: Uint32Array;
  readonly from: number;
  readonly to: number;
}

/** Collects the grams of the documents of a block: takes texts one at a time, then gives the documents of each gram. */
export class GramTable {
  /** An open hash table from grams to their ids, which count from 0 in the order of appearance. */
  private slots = new Float64Array(2 ** 16).fill(FREE);
  private slotIds = new Uint32Array(2 ** 16);
  /** Indexed by the id of a gram: the gram, the last document that has it, and the number of its documents. */
  private grams = new Float64Array(2 ** 15);
  private lastDocument = new Int32Array(2 ** 15).fill(-1);
  private counts = new Uint32Array(2 ** 15);
  private count = 0;
  /** The ids of the grams of all documents, one document after another; `starts` holds the index of the first of each. */
  private readonly pairs: Uint32Array[] = [];
  private pairCount = 0;
  private readonly starts: number[] = [];
  private document = -1;

  /** The following texts belong to the next document. */
  startDocument(): void {
    this.starts.push(this.pairCount);
    this.document++;
  }

  /** @param text folded */
  add(text: string): void {
    let first = 0;
    let second = 0;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      this.addGram(unit);
      if (i >= 2) this.addGram(gramOf(first, second, unit));
      first = second;
      second = unit;
    }
    if (text.length >= 2) this.addGram(gramOf(first, second, 0));
  }

  /** All grams in ascending order. */
  *sorted(): Generator<GramDocuments> {
    const order = Uint32Array.from({ length: this.count }, (_, i) => i);
    order.sort((a, b) => this.grams[a] - this.grams[b]);
    /** Indexed by the id of a gram: where its next document belongs; FREE if another pass takes it. */
    const next = new Int32Array(this.count).fill(FREE);
    for (let first = 0, last = 0; first < order.length; first = last) {
      let pairs = 0;
      for (; last < order.length && (last === first || pairs + this.counts[order[last]] <= SORTED_AT_ONCE); last++) {
        next[order[last]] = pairs;
        pairs += this.counts[order[last]];
      }
      const documents = this.documentsOf(next, pairs);
      for (let i = first, from = 0; i < last; i++) {
        const to = next[order[i]];
        yield { gram: this.grams[order[i]], documents, from, to };
        from = to;
        next[order[i]] = FREE;
      }
    }
  }

  /**
   * The documents of some grams, one gram after another.
   * @param next of {@link sorted}; afterwards it has the end of each gram
   */
  private documentsOf(next: Int32Array, length: number): Uint32Array {
    const documents = new Uint32Array(length);
    let pair = 0;
    for (let document = 0; document <= this.document; document++) {
      const end = document === this.document ? this.pairCount : this.starts[document + 1];
      for (; pair < end; pair++) {
        const id = this.pairs[Math.floor(pair / CHUNK)][pair % CHUNK];
        if (next[id] !== FREE) documents[next[id]++] = document;
      }
    }
    return documents;
  }

  private addGram(gram: number): void {
    const id = this.idOf(gram);
    if (this.lastDocument[id] === this.document) return;
    this.lastDocument[id] = this.document;
    this.counts[id]++;
    if (this.pairCount % CHUNK === 0) this.pairs.push(new Uint32Array(CHUNK));
    this.pairs[this.pairs.length - 1][this.pairCount++ % CHUNK] = id;
  }

  private idOf(gram: number): number {
    const slot = this.slotOf(gram);
    if (this.slots[slot] === gram) return this.slotIds[slot];
    const id = this.count++;
    if (id === this.grams.length) this.growGrams();
    this.grams[id] = gram;
    this.slots[slot] = gram;
    this.slotIds[slot] = id;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return id;
  }

  /** The slot of a gram, or the free slot where it belongs. */
  private slotOf(gram: number): number {
    const mask = this.slots.length - 1;
    const low = (gram % 0x1_0000_0000) | 0;
    let slot = (Math.imul(low ^ (gram / 0x1_0000_0000), 0x9e37_79b1) >>> 8) & mask;
    while (this.slots[slot] !== gram && this.slots[slot] !== FREE) slot = (slot + 1) & mask;
    return slot;
  }

  private growGrams(): void {
    const { grams, lastDocument } = this;
    this.grams = new Float64Array(grams.length * 2);
    this.grams.set(grams);
    this.lastDocument = new Int32Array(grams.length * 2).fill(-1);
    this.lastDocument.set(lastDocument);
    this.counts = doubled(this.counts);
  }

  private growSlots(): void {
    this.slots = new Float64Array(this.slots.length * 2).fill(FREE);
    this.slotIds = new Uint32Array(this.slots.length);
    for (let id = 0; id < this.count; id++) {
      const slot = this.slotOf(this.grams[id]);
      this.slots[slot] = this.grams[id];
      this.slotIds[slot] = id;
    }
  }
}

function doubled(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(array.length * 2);
  larger.set(array);
  return larger;
}
