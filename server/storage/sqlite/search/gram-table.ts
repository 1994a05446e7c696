import { gramOf } from './terms.js';

const FREE = -1;

/** The grams of the documents of a block: takes text by text, then gives the documents of each gram. */
export class GramTable {
  private slots = new Float64Array(2 ** 16).fill(FREE);
  private slotIds = new Uint32Array(2 ** 16);
  private grams = new Float64Array(2 ** 15);
  private lastDocument = new Int32Array(2 ** 15).fill(-1);
  private counts = new Uint32Array(2 ** 15);
  private count = 0;
  /** For every document the numbers of its grams, one after another; `starts` says where they begin. */
  private pairs = new Uint32Array(2 ** 20);
  private pairCount = 0;
  private readonly starts: number[] = [];
  private document = -1;

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

  /** Grams in their order, each with its documents `[from, to)` of `documents`. */
  *sorted(): Generator<{ gram: number; documents: Uint32Array; from: number; to: number }> {
    const starts = new Uint32Array(this.count + 1);
    for (let i = 0; i < this.count; i++) starts[i + 1] = starts[i] + this.counts[i];
    const documents = new Uint32Array(this.pairCount);
    const next = starts.slice();
    for (let document = 0; document <= this.document; document++) {
      const end = document === this.document ? this.pairCount : this.starts[document + 1];
      for (let pair = this.starts[document]; pair < end; pair++) documents[next[this.pairs[pair]]++] = document;
    }
    const order = Uint32Array.from({ length: this.count }, (_, i) => i);
    order.sort((a, b) => this.grams[a] - this.grams[b]);
    for (const i of order) yield { gram: this.grams[i], documents, from: starts[i], to: starts[i + 1] };
  }

  private addGram(gram: number): void {
    const id = this.idOf(gram);
    if (this.lastDocument[id] === this.document) return;
    this.lastDocument[id] = this.document;
    this.counts[id]++;
    if (this.pairCount === this.pairs.length) {
      const larger = new Uint32Array(this.pairs.length * 2);
      larger.set(this.pairs);
      this.pairs = larger;
    }
    this.pairs[this.pairCount++] = id;
  }

  private idOf(gram: number): number {
    const mask = this.slots.length - 1;
    const low = (gram % 0x1_0000_0000) | 0;
    let slot = (Math.imul(low ^ (gram / 0x1_0000_0000), 0x9e37_79b1) >>> 8) & mask;
    for (;;) {
      if (this.slots[slot] === gram) return this.slotIds[slot];
      if (this.slots[slot] === FREE) break;
      slot = (slot + 1) & mask;
    }
    const id = this.count++;
    if (id === this.grams.length) this.growGrams();
    this.grams[id] = gram;
    this.slots[slot] = gram;
    this.slotIds[slot] = id;
    if (this.count * 2 > this.slots.length) this.growSlots();
    return id;
  }

  private growGrams(): void {
    const { grams, lastDocument, counts } = this;
    this.grams = new Float64Array(grams.length * 2);
    this.grams.set(grams);
    this.lastDocument = new Int32Array(grams.length * 2).fill(-1);
    this.lastDocument.set(lastDocument);
    this.counts = new Uint32Array(grams.length * 2);
    this.counts.set(counts);
  }

  private growSlots(): void {
    const mask = this.slots.length * 2 - 1;
    this.slots = new Float64Array(mask + 1).fill(FREE);
    this.slotIds = new Uint32Array(mask + 1);
    for (let id = 0; id < this.count; id++) {
      const gram = this.grams[id];
      const low = (gram % 0x1_0000_0000) | 0;
      let slot = (Math.imul(low ^ (gram / 0x1_0000_0000), 0x9e37_79b1) >>> 8) & mask;
      while (this.slots[slot] !== FREE) slot = (slot + 1) & mask;
      this.slots[slot] = gram;
      this.slotIds[slot] = id;
    }
  }
}
