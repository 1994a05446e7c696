import { NO_VALUE } from './sort-columns.js';

/** Up to here all are sorted. */
export const FEW_VALUES = 4096;
const BUCKETS = 16_384;

export interface Bounds {
  /** Infinity where no document has a value. */
  readonly least: number;
  readonly most: number;
  /** All documents have one. */
  readonly complete: boolean;
}

const knownBounds = new WeakMap<Float64Array, Bounds>();

/** Of a column, which must not change. */
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

/** The value that would stand at `rank` if all were sorted. */
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
    // Numbers so far apart, or so close, that no difference can be written are told apart by sorting them.
    if (at <= FEW_VALUES || at === values.length) return inside.sort()[left];
    values = inside;
    ({ least, most } = boundsOf(inside));
  }
  if (least === Infinity) return NO_VALUE;
  // All that have a value have the same.
  const finite = values.reduce((sum, value) => sum + Number(value !== NO_VALUE), 0);
  return left < finite ? least : NO_VALUE;
}
