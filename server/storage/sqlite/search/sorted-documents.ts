import type { CustomerSort, SortOrder } from '../../../domain/customer-query.js';
import { countBits, eachBit, noBits, setBit, type Bits } from './documents.js';
import { NO_VALUE } from './sort-columns.js';
import type { Documents } from './blocks.js';

/** Some of the documents of a block. */
export interface Part {
  readonly documents: Documents;
  readonly bits: Bits;
}

/** One document, by its part. */
export interface Place {
  readonly part: number;
  readonly document: number;
}

/** Up to here all are sorted; of more only those of the page. */
const FEW = 4096;
const BUCKETS = 2048;

/**
 * Documents in an order, from any number on. What is asked for is found by counting how many lie in which stretch of values, so
 * that the last page of a million costs no more than the first.
 */
export class SortedDocuments {
  readonly total: number;
  private readonly starts: number[] = [];
  private valuesOnce: { values: Float64Array; codes: Uint32Array } | undefined;

  constructor(
    private readonly parts: readonly Part[],
    private readonly sort: CustomerSort,
    private readonly order: SortOrder,
  ) {
    let total = 0;
    let start = 0;
    for (const { documents, bits } of parts) {
      this.starts.push(start);
      start += documents.size;
      total += countBits(bits);
    }
    this.total = total;
  }

  /** At most `limit` documents from `offset` on; equals are in the order of their ids. */
  range(offset: number, limit: number): Place[] {
    const count = Math.min(limit, this.total - offset);
    if (count <= 0) return [];
    const { values, codes } = this.gathered();
    if (this.total <= FEW) {
      const order = Uint32Array.from(values, (_, i) => i);
      return this.sorted(order, values, codes, offset, count);
    }
    const first = valueAt(values, offset);
    const last = valueAt(values, offset + count - 1);
    let before = 0;
    let firsts = 0;
    const between: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value > last) continue;
      if (value < first) before++;
      else if (value === first) firsts++;
      else if (value < last) between.push(i);
    }
    const places = this.equals(first, values, codes, offset - before, Math.min(count, before + firsts - offset));
    if (first === last) return places;
    places.push(...this.sorted(between, values, codes, 0, between.length));
    places.push(...this.equals(last, values, codes, 0, count - places.length));
    return places;
  }

  /** The documents of one value, in the order of their ids. */
  private equals(value: number, values: Float64Array, codes: Uint32Array, offset: number, limit: number): Place[] {
    const bits = this.parts.map(({ documents }) => noBits(documents.size));
    let count = 0;
    let only = 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== value) continue;
      const { part, document } = this.placeOf(codes[i]);
      setBit(bits[part], document);
      only = i;
      count++;
    }
    if (count === 1) return limit > 0 && offset === 0 ? [this.placeOf(codes[only])] : [];
    const parts = this.parts.map(({ documents }, i) => ({ documents, bits: bits[i] }));
    return new SortedDocuments(parts, 'id', 'asc').range(offset, limit);
  }

  private sorted(
    order: Uint32Array | number[],
    values: Float64Array,
    codes: Uint32Array,
    offset: number,
    count: number,
  ): Place[] {
    const places = Array.from(order, (i) => {
      const place = this.placeOf(codes[i]);
      return { place, value: values[i], id: this.parts[place.part].documents.column('id')[place.document] };
    });
    places.sort((a, b) => (a.value === b.value ? a.id - b.id : a.value - b.value));
    return places.slice(offset, offset + count).map(({ place }) => place);
  }

  /** What ascends in the order that was asked for, with what leads to the document. */
  private gathered(): { values: Float64Array; codes: Uint32Array } {
    if (this.valuesOnce) return this.valuesOnce;
    const values = new Float64Array(this.total);
    const codes = new Uint32Array(this.total);
    const sign = this.order === 'asc' ? 1 : -1;
    let at = 0;
    this.parts.forEach(({ documents, bits }, part) => {
      const start = this.starts[part];
      const column = documents.column(this.sort);
      eachBit(bits, (document) => {
        const value = column[document];
        values[at] = value === NO_VALUE ? NO_VALUE : value * sign;
        codes[at++] = start + document;
      });
    });
    return (this.valuesOnce = { values, codes });
  }

  private placeOf(code: number): Place {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= code) low = middle;
      else high = middle - 1;
    }
    return { part: low, document: code - this.starts[low] };
  }
}

/** The value that would stand at `rank` if all were sorted. */
function valueAt(all: Float64Array, rank: number): number {
  let least = Infinity;
  let most = -Infinity;
  let endless = 0;
  for (const value of all) {
    if (value === Infinity) endless++;
    else {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  if (rank >= all.length - endless) return Infinity;
  let values = all;
  const counts = new Uint32Array(BUCKETS);
  while (least < most) {
    counts.fill(0);
    const scale = (BUCKETS - 1) / (most - least);
    for (const value of values) {
      if (value >= least && value <= most) counts[((value - least) * scale) | 0]++;
    }
    let bucket = 0;
    for (; rank >= counts[bucket]; bucket++) rank -= counts[bucket];
    const inside = new Float64Array(counts[bucket]);
    let at = 0;
    let nextLeast = Infinity;
    let nextMost = -Infinity;
    for (const value of values) {
      if (value < least || value > most || (((value - least) * scale) | 0) !== bucket) continue;
      inside[at++] = value;
      if (value < nextLeast) nextLeast = value;
      if (value > nextMost) nextMost = value;
    }
    if (at <= FEW) return inside.sort()[rank];
    values = inside;
    least = nextLeast;
    most = nextMost;
  }
  return least;
}
