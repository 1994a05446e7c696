import type { SortName } from './store.js';

/** A block has a column of numbers for each order, and one of the keys of its documents. */
export type ColumnName = SortName | 'key';

/** Stands for a missing value: comes last in either order. */
export const NO_VALUE = Infinity;

/** Ids that are numbers come before all others, so they lie below all labels: 0 becomes -2 ** 53. Exact for safe integers. */
const NUMBERS_BELOW_LABELS = 2 ** 53;

/**
 * @param id as the store sorts it
 * @param labelOf gives the label of an id that is a text
 * @returns the number in the column of ids
 */
export function idNumber(id: string | number, labelOf: (id: string) => number | undefined): number {
  return typeof id === 'number' ? id - NUMBERS_BELOW_LABELS : (labelOf(id) ?? NO_VALUE);
}

/** The index of a number among ascending ones; undefined when it is not there. */
export function indexOf(sorted: Float64Array, number: number): number | undefined {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === number ? low : undefined;
}

/** Up to this many values are sorted directly. */
export const FEW_VALUES = 4096;
const BUCKETS = 16_384;

export interface Bounds {
  /** Infinity when no document has a value. */
  readonly least: number;
  /** -Infinity when no document has a value. */
  readonly most: number;
  /** True when every document has a value. */
  readonly complete: boolean;
}

const knownBounds = new WeakMap<Float64Array, Bounds>();

/** @param column must not change any more */
export function boundsOf(column: Float64Array): Bounds {
  let bounds = knownBounds.get(column);
  if (!bounds) {
    let least = Infinity;
    let most = -Infinity;
    let complete = true;
    for (const value of column) {
      if (value < least) least = value;
      if (value === NO_VALUE) complete = false;
      else if (value > most) most = value;
    }
    knownBounds.set(column, (bounds = { least, most, complete }));
  }
  return bounds;
}

/** The value at index `rank` of the sorted values. Does not sort all of them: narrows the range of values by counting. */
export function valueAt(all: Float64Array, rank: number): number {
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
    // When the difference of two values overflows or underflows, all values are in one bucket, which is sorted.
    if (at <= FEW_VALUES || at === values.length) return inside.sort()[left];
    values = inside;
    ({ least, most } = boundsOf(inside));
  }
  if (least === Infinity) return NO_VALUE;
  // All values are equal; missing values follow.
  const finite = values.reduce((sum, value) => sum + Number(value !== NO_VALUE), 0);
  return left < finite ? least : NO_VALUE;
}
