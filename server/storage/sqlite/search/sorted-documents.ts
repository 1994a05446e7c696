import { noBits, setBit } from './bits.js';
import { Buckets, BUCKETS, type ValueRange } from './buckets.js';
import { FEW_VALUES, valueAt } from './columns.js';
import { SortValues, type Gathered, type Place, type Subset } from './sort-values.js';
import type { SortName, SortOrder } from './store.js';

/** A page that ends here or before is found by keeping the first documents while all are visited once. */
const SHALLOW = 2048;
/** A deep page is narrowed down to a range of values at most this many times. */
const ROUNDS = 4;

/**
 * Pages of sorted documents. For a deep page the documents are counted by ranges of values, and only those in the right range are
 * sorted. So the last page of a million documents costs little more than the first.
 */
export class SortedDocuments {
  private readonly values: SortValues;

  constructor(
    private readonly subsets: readonly Subset[],
    private readonly sort: SortName,
    private readonly order: SortOrder,
  ) {
    this.values = new SortValues(subsets, sort, order);
  }

  get total(): number {
    return this.values.total;
  }

  /** The documents from `offset` on, at most `limit`; equal values are in the order of their ids. */
  range(offset: number, limit: number): Place[] {
    const count = Math.min(limit, this.total - offset);
    if (count <= 0) return [];
    if (this.total <= FEW_VALUES) return this.values.sorted(this.values.all()).slice(offset, offset + count);
    if (offset + count <= SHALLOW) return this.best(offset + count).slice(offset);
    const groups = this.apart();
    return groups.length > 1 ? this.fromGroups(groups, offset, count) : this.deep(offset, count);
  }

  /** Groups of subsets whose ranges of values do not overlap, in the order of values. Blocks sorted by id mostly do not overlap. */
  private apart(): number[][] {
    const ranges = this.subsets
      .map((_, subset) => ({ subset, least: this.values.least(subset), most: this.values.most(subset) }))
      .filter(({ subset }) => this.subsets[subset].bits.some((word) => word !== 0))
      .sort((a, b) => a.least - b.least);
    const groups: number[][] = [];
    let end = -Infinity;
    for (const { subset, least, most } of ranges) {
      if (least > end) groups.push([subset]);
      else groups[groups.length - 1].push(subset);
      end = Math.max(end, most);
    }
    return groups;
  }

  private fromGroups(groups: readonly (readonly number[])[], offset: number, count: number): Place[] {
    const places: Place[] = [];
    let start = 0;
    for (const group of groups) {
      const subsets = group.map((subset) => this.subsets[subset]);
      const sorted = new SortedDocuments(subsets, this.sort, this.order);
      const from = Math.max(0, offset - start);
      for (const { subset, document } of sorted.range(from, count - places.length)) {
        places.push({ subset: group[subset], document });
      }
      if (places.length === count) break;
      start += sorted.total;
    }
    return places;
  }

  /** The first `count` documents. */
  private best(count: number): Place[] {
    const all = this.values;
    const values = new Float64Array(count * 2);
    const codes = new Uint32Array(count * 2);
    let kept = 0;
    let worst = Infinity;
    let worstId = Infinity;
    const sorted = (): Place[] =>
      all.sorted({ values: values.subarray(0, kept), codes: codes.subarray(0, kept) }).slice(0, count);
    const cut = (): void => {
      const places = sorted();
      kept = places.length;
      places.forEach(({ subset, document }, i) => {
        values[i] = all.value(subset, document);
        codes[i] = all.code(subset, document);
      });
      const last = places[places.length - 1];
      worst = all.value(last.subset, last.document);
      worstId = all.id(last.subset, last.document);
    };
    // Visits subsets with the smallest values first, so that the others may be skipped.
    const bounds = this.subsets
      .map((_, subset) => ({ subset, least: all.least(subset) }))
      .sort((a, b) => a.least - b.least);
    for (const { subset, least } of bounds) {
      if (least > worst) break;
      const { bits } = this.subsets[subset];
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const value = all.value(subset, document);
          if (value > worst || (value === worst && all.id(subset, document) > worstId)) continue;
          values[kept] = value;
          codes[kept++] = all.code(subset, document);
          if (kept === values.length) cut();
        }
      }
    }
    return sorted();
  }

  private deep(offset: number, count: number): Place[] {
    let range: ValueRange = { ...this.bounds(), withMissing: true };
    let left = offset;
    for (let round = 1; ; round++) {
      const buckets = new Buckets(this.values, range);
      const { counts } = buckets;
      let first = 0;
      for (; left >= counts[first]; first++) left -= counts[first];
      let inside = counts[first];
      let last = first;
      while (inside < left + count) inside += counts[++last];
      const gather = (): Place[] => this.within(buckets.gather(first, last, inside), left, count);
      if (inside <= SHALLOW || last === BUCKETS || round === ROUNDS) return gather();
      // A few values that are far from all others leave the rest in one bucket: the next round divides it.
      const next = buckets.rangeOf(first, last);
      if (next.most - next.least > (range.most - range.least) / 2) return gather();
      range = next;
    }
  }

  /** The range of all values. */
  private bounds(): { least: number; most: number } {
    const subsets = this.subsets.map((_, subset) => subset);
    return {
      least: subsets.reduce((least, subset) => Math.min(least, this.values.least(subset)), Infinity),
      most: subsets.reduce((most, subset) => Math.max(most, this.values.mostValue(subset)), -Infinity),
    };
  }

  /** The documents from `offset` on among gathered ones. */
  private within(gathered: Gathered, offset: number, count: number): Place[] {
    const { values, codes } = gathered;
    if (values.length <= FEW_VALUES) return this.values.sorted(gathered).slice(offset, offset + count);
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
    const middle = {
      values: Float64Array.from(between, (i) => values[i]),
      codes: Uint32Array.from(between, (i) => codes[i]),
    };
    places.push(...this.values.sorted(middle));
    places.push(...this.equals(last, gathered, 0, count - places.length));
    return places;
  }

  /** The documents with one value, in the order of their ids. */
  private equals(value: number, { values, codes }: Gathered, offset: number, limit: number): Place[] {
    const bits = this.subsets.map(({ documents }) => noBits(documents.size));
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== value) continue;
      const { subset, document } = this.values.placeOf(codes[i]);
      setBit(bits[subset], document);
    }
    const subsets = this.subsets.map(({ documents }, i) => ({ documents, bits: bits[i] }));
    return new SortedDocuments(subsets, 'id', 'asc').range(offset, limit);
  }
}
