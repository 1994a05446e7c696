import type { CustomerSort, SortOrder } from '../../../domain/search/customer-query.js';
import { Buckets, BUCKETS, type Stretch } from './buckets.js';
import { noBits, setBit } from './documents.js';
import { PartValues, type Gathered, type Part, type Place } from './part-values.js';
import { FEW_VALUES, valueAt } from './values.js';

/** Up to here the first ones are kept while all are gone through once. */
const SHALLOW = 2048;
const ROUNDS = 4;

/**
 * Documents in an order, from any number on. The first pages keep the best so far; for a deep one it is counted how many documents
 * lie in which stretch of values, and only those of the right stretch are sorted. So the last page of a million costs little more
 * than the first.
 */
export class SortedDocuments {
  private readonly values: PartValues;

  constructor(
    private readonly parts: readonly Part[],
    private readonly sort: CustomerSort,
    private readonly order: SortOrder,
  ) {
    this.values = new PartValues(parts, sort, order);
  }

  get total(): number {
    return this.values.total;
  }

  /** At most `limit` documents from `offset` on; equals are in the order of their ids. */
  range(offset: number, limit: number): Place[] {
    const count = Math.min(limit, this.total - offset);
    if (count <= 0) return [];
    if (this.total <= FEW_VALUES) return this.values.sorted(this.values.all()).slice(offset, offset + count);
    if (offset + count <= SHALLOW) return this.best(offset + count).slice(offset);
    const groups = this.apart();
    return groups.length > 1 ? this.fromGroups(groups, offset, count) : this.deep(offset, count);
  }

  /** Parts in groups, of which the next begins where the one before has ended: blocks in the order of ids are mostly so. */
  private apart(): number[][] {
    const stretches = this.parts
      .map((_, part) => ({ part, least: this.values.least(part), most: this.values.most(part) }))
      .filter(({ part }) => this.parts[part].bits.some((word) => word !== 0))
      .sort((a, b) => a.least - b.least);
    const groups: number[][] = [];
    let end = -Infinity;
    for (const { part, least, most } of stretches) {
      if (least > end) groups.push([part]);
      else groups[groups.length - 1].push(part);
      end = Math.max(end, most);
    }
    return groups;
  }

  private fromGroups(groups: readonly (readonly number[])[], offset: number, count: number): Place[] {
    const places: Place[] = [];
    let start = 0;
    for (const group of groups) {
      const parts = group.map((part) => this.parts[part]);
      const sorted = new SortedDocuments(parts, this.sort, this.order);
      const from = Math.max(0, offset - start);
      for (const { part, document } of sorted.range(from, count - places.length)) {
        places.push({ part: group[part], document });
      }
      if (places.length === count) break;
      start += sorted.total;
    }
    return places;
  }

  /** The first `count`. */
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
      places.forEach(({ part, document }, i) => {
        values[i] = all.value(part, document);
        codes[i] = all.code(part, document);
      });
      const last = places[places.length - 1];
      worst = all.value(last.part, last.document);
      worstId = all.id(last.part, last.document);
    };
    // Where the best ones are first, the others need not be gone through.
    const bounds = this.parts.map((_, part) => ({ part, least: all.least(part) })).sort((a, b) => a.least - b.least);
    for (const { part, least } of bounds) {
      if (least > worst) break;
      const { bits } = this.parts[part];
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const value = all.value(part, document);
          if (value > worst || (value === worst && all.id(part, document) > worstId)) continue;
          values[kept] = value;
          codes[kept++] = all.code(part, document);
          if (kept === values.length) cut();
        }
      }
    }
    return sorted();
  }

  private deep(offset: number, count: number): Place[] {
    let stretch: Stretch = { ...this.bounds(), withNoValue: true };
    let left = offset;
    for (let round = 1; ; round++) {
      const buckets = new Buckets(this.values, stretch);
      const { counts } = buckets;
      let first = 0;
      for (; left >= counts[first]; first++) left -= counts[first];
      let inside = counts[first];
      let last = first;
      while (inside < left + count) inside += counts[++last];
      const gather = (): Place[] => this.within(buckets.gather(first, last, inside), left, count);
      if (inside <= SHALLOW || last === BUCKETS || round === ROUNDS) return gather();
      // What lies together in one bucket, as when a few are far from all others, is told apart in the next round.
      const next = buckets.stretchOf(first, last);
      if (next.most - next.least > (stretch.most - stretch.least) / 2) return gather();
      stretch = next;
    }
  }

  /** From the smallest value to the greatest. */
  private bounds(): { least: number; most: number } {
    const parts = this.parts.map((_, part) => part);
    return {
      least: parts.reduce((least, part) => Math.min(least, this.values.least(part)), Infinity),
      most: parts.reduce((most, part) => Math.max(most, this.values.mostValue(part)), -Infinity),
    };
  }

  /** A stretch of what was gathered. */
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

  /** The documents of one value, in the order of their ids. */
  private equals(value: number, { values, codes }: Gathered, offset: number, limit: number): Place[] {
    const bits = this.parts.map(({ documents }) => noBits(documents.size));
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== value) continue;
      const { part, document } = this.values.placeOf(codes[i]);
      setBit(bits[part], document);
    }
    const parts = this.parts.map(({ documents }, i) => ({ documents, bits: bits[i] }));
    return new SortedDocuments(parts, 'id', 'asc').range(offset, limit);
  }
}
