import type { CustomerSort, SortOrder } from '../../../domain/customer-query.js';
import type { Documents } from './blocks.js';
import { countBits, eachBit, noBits, setBit, type Bits } from './documents.js';
import { NO_VALUE } from './sort-columns.js';

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

/** What ascends in the order that was asked for, with what leads to the document. */
interface Gathered {
  readonly values: Float64Array;
  readonly codes: Uint32Array;
}

/** Up to here all are sorted. */
const FEW = 4096;
/** Up to here the first ones are kept while all are gone through once. */
const SHALLOW = 2048;
const BUCKETS = 16_384;

/**
 * Documents in an order, from any number on. The first pages keep the best so far; for a deep one it is counted how many documents
 * lie in which stretch of values, and only those of the right stretch are sorted. So the last page of a million costs little more
 * than the first.
 */
export class SortedDocuments {
  readonly total: number;
  private readonly starts: number[] = [];
  private readonly columns: readonly Float64Array[];
  private readonly idColumns: readonly Float64Array[];
  private readonly sign: 1 | -1;

  constructor(
    private readonly parts: readonly Part[],
    sort: CustomerSort,
    order: SortOrder,
  ) {
    let total = 0;
    let start = 0;
    for (const { documents, bits } of parts) {
      this.starts.push(start);
      start += documents.size;
      total += countBits(bits);
    }
    this.total = total;
    this.sign = order === 'asc' ? 1 : -1;
    this.columns = parts.map(({ documents }) => documents.column(sort));
    this.idColumns = parts.map(({ documents }) => documents.column('id'));
  }

  /** At most `limit` documents from `offset` on; equals are in the order of their ids. */
  range(offset: number, limit: number): Place[] {
    const count = Math.min(limit, this.total - offset);
    if (count <= 0) return [];
    if (this.total <= FEW) return this.sorted(this.all()).slice(offset, offset + count);
    if (offset + count <= SHALLOW) return this.best(offset + count).slice(offset);
    return this.deep(offset, count);
  }

  /** The first `count`. */
  private best(count: number): Place[] {
    const values = new Float64Array(count * 2);
    const codes = new Uint32Array(count * 2);
    let kept = 0;
    let worst = Infinity;
    let worstId = Infinity;
    const cut = (): void => {
      const places = this.sorted({ values: values.subarray(0, kept), codes: codes.subarray(0, kept) }).slice(0, count);
      kept = places.length;
      places.forEach(({ part, document }, i) => {
        values[i] = this.value(part, document);
        codes[i] = this.starts[part] + document;
      });
      const last = places[places.length - 1];
      worst = this.value(last.part, last.document);
      worstId = this.idColumns[last.part][last.document];
    };
    // Where the best ones are first, the others need not be gone through.
    const bounds = this.parts.map((_, part) => ({ part, least: this.least(part) })).sort((a, b) => a.least - b.least);
    for (const { part, least } of bounds) {
      if (least > worst) break;
      const { bits } = this.parts[part];
      const column = this.columns[part];
      const ids = this.idColumns[part];
      const start = this.starts[part];
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const raw = column[document];
          const value = raw === NO_VALUE ? NO_VALUE : raw * this.sign;
          if (value > worst || (value === worst && ids[document] > worstId)) continue;
          values[kept] = value;
          codes[kept++] = start + document;
          if (kept === values.length) cut();
        }
      }
    }
    cut();
    return this.sorted({ values: values.subarray(0, kept), codes: codes.subarray(0, kept) });
  }

  private deep(offset: number, count: number): Place[] {
    let least = Infinity;
    let most = -Infinity;
    this.columns.forEach((column) => {
      const bounds = boundsOf(column);
      least = Math.min(least, this.sign === 1 ? bounds.least : -bounds.most);
      most = Math.max(most, this.sign === 1 ? bounds.most : -bounds.least);
    });
    const counts = new Uint32Array(BUCKETS + 1);
    const scale = most > least ? (BUCKETS - 1) / (most - least) : 0;
    this.count(counts, least, scale);
    let before = 0;
    let first = 0;
    for (; before + counts[first] <= offset; first++) before += counts[first];
    let inside = counts[first];
    let last = first;
    while (before + inside < offset + count) inside += counts[++last];
    const gathered = this.buckets(first, last, inside, least, scale);
    return this.within(gathered, offset - before, count);
  }

  /** A stretch of what was gathered. */
  private within(gathered: Gathered, offset: number, count: number): Place[] {
    const { values, codes } = gathered;
    if (values.length <= FEW) return this.sorted(gathered).slice(offset, offset + count);
    const first = valueAt(values, offset);
    const last = valueAt(values, offset + count - 1);
    let before = 0;
    let firsts = 0;
    const between: number[] = [];
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      if (value < first) before++;
      else if (value === first) firsts++;
      else if (value < last) between.push(i);
    }
    const places = this.equals(first, gathered, offset - before, Math.min(count, before + firsts - offset));
    if (first === last) return places;
    places.push(
      ...this.sorted({
        values: Float64Array.from(between, (i) => values[i]),
        codes: Uint32Array.from(between, (i) => codes[i]),
      }),
    );
    places.push(...this.equals(last, gathered, 0, count - places.length));
    return places;
  }

  /** The documents of one value, in the order of their ids. */
  private equals(value: number, { values, codes }: Gathered, offset: number, limit: number): Place[] {
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

  private sorted({ values, codes }: Gathered): Place[] {
    const ids = new Float64Array(values.length);
    const places = Array.from(codes, (code) => this.placeOf(code));
    places.forEach(({ part, document }, i) => {
      ids[i] = this.idColumns[part][document];
    });
    const order = Array.from(places.keys());
    order.sort((a, b) => (values[a] === values[b] ? ids[a] - ids[b] : values[a] - values[b]));
    return order.map((i) => places[i]);
  }

  /** How many documents lie in which bucket of values; those without one are in the last. */
  private count(counts: Uint32Array, least: number, scale: number): void {
    this.parts.forEach(({ bits }, part) => {
      const column = this.columns[part];
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const raw = column[(i << 5) + 31 - Math.clz32(word & -word)];
          counts[raw === NO_VALUE ? BUCKETS : ((raw * this.sign - least) * scale) | 0]++;
        }
      }
    });
  }

  private buckets(first: number, last: number, inside: number, least: number, scale: number): Gathered {
    const values = new Float64Array(inside);
    const codes = new Uint32Array(inside);
    let at = 0;
    this.parts.forEach(({ bits }, part) => {
      const column = this.columns[part];
      const start = this.starts[part];
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const raw = column[document];
          const bucket = raw === NO_VALUE ? BUCKETS : ((raw * this.sign - least) * scale) | 0;
          if (bucket < first || bucket > last) continue;
          values[at] = raw === NO_VALUE ? NO_VALUE : raw * this.sign;
          codes[at++] = start + document;
        }
      }
    });
    return { values, codes };
  }

  private all(): Gathered {
    const values = new Float64Array(this.total);
    const codes = new Uint32Array(this.total);
    let at = 0;
    this.parts.forEach(({ bits }, part) => {
      eachBit(bits, (document) => {
        values[at] = this.value(part, document);
        codes[at++] = this.starts[part] + document;
      });
    });
    return { values, codes };
  }

  private value(part: number, document: number): number {
    const raw = this.columns[part][document];
    return raw === NO_VALUE ? NO_VALUE : raw * this.sign;
  }

  /** No document of a part has a smaller value. */
  private least(part: number): number {
    const { least, most } = boundsOf(this.columns[part]);
    return this.sign === 1 ? least : -most;
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

interface Bounds {
  /** Infinity where no document has a value. */
  readonly least: number;
  readonly most: number;
}

/** Columns do not change. */
const knownBounds = new WeakMap<Float64Array, Bounds>();

function boundsOf(column: Float64Array): Bounds {
  let bounds = knownBounds.get(column);
  if (!bounds) {
    let least = Infinity;
    let most = -Infinity;
    for (const value of column) {
      if (value < least) least = value;
      if (value !== NO_VALUE && value > most) most = value;
    }
    knownBounds.set(column, (bounds = { least, most }));
  }
  return bounds;
}

/** The value that would stand at `rank` if all were sorted. */
function valueAt(all: Float64Array, rank: number): number {
  const { least: allLeast, most: allMost } = boundsOf(all);
  let least = allLeast;
  let most = allMost;
  let values = all;
  let left = rank;
  const counts = new Uint32Array(BUCKETS + 1);
  while (least < most) {
    counts.fill(0);
    const scale = (BUCKETS - 1) / (most - least);
    for (const value of values) counts[value === NO_VALUE ? BUCKETS : ((value - least) * scale) | 0]++;
    let bucket = 0;
    for (; left >= counts[bucket]; bucket++) left -= counts[bucket];
    if (bucket === BUCKETS) return NO_VALUE;
    const inside = new Float64Array(counts[bucket]);
    let at = 0;
    for (const value of values) {
      if (value !== NO_VALUE && (((value - least) * scale) | 0) === bucket) inside[at++] = value;
    }
    if (at <= FEW) return inside.sort()[left];
    values = inside;
    ({ least, most } = boundsOf(inside));
  }
  if (least === Infinity) return NO_VALUE;
  // All that have a value have the same.
  const finite = values.reduce((sum, value) => sum + Number(value !== NO_VALUE), 0);
  return left < finite ? least : NO_VALUE;
}
