import { eachBit } from './bits.js';
import { NO_VALUE } from './columns.js';
import type { Gathered, SortValues } from './sort-values.js';

/** The number of buckets for values, which divide a range of values evenly. */
export const BUCKETS = 16_384;
/** Two further buckets: for missing values, and for values outside the range. */
const MISSING = BUCKETS;
const OUTSIDE = BUCKETS + 1;

/** A range of values, both ends included. */
export interface ValueRange {
  readonly least: number;
  readonly most: number;
  /** True when missing values, which come last, belong to the range. */
  readonly withMissing: boolean;
}

/** Counts documents by buckets of their values. The buckets are in the order of the values. */
export class Buckets {
  readonly counts = new Uint32Array(BUCKETS + 2);
  // Fields of this object itself, as bucketOf reads them for every document.
  private readonly sign: number;
  private readonly least: number;
  private readonly most: number;
  private readonly scale: number;
  private readonly bucketOfMissing: number;

  constructor(
    private readonly values: SortValues,
    range: ValueRange,
  ) {
    const { least, most, withMissing } = range;
    this.sign = values.sign;
    this.least = least;
    this.most = most;
    this.bucketOfMissing = withMissing ? MISSING : OUTSIDE;
    this.scale = most > least ? (BUCKETS - 1) / (most - least) : 0;
    const { counts } = this;
    values.subsets.forEach(({ bits }, subset) => {
      const column = values.column(subset);
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          counts[this.bucketOf(column[(i << 5) + 31 - Math.clz32(word & -word)])]++;
        }
      }
    });
  }

  /** The documents from bucket `first` to bucket `last`, unsorted. @param inside how many there are */
  gather(first: number, last: number, inside: number): Gathered {
    const values = new Float64Array(inside);
    const codes = new Uint32Array(inside);
    let at = 0;
    this.values.subsets.forEach(({ bits }, subset) => {
      const column = this.values.column(subset);
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const bucket = this.bucketOf(column[document]);
          if (bucket < first || bucket > last) continue;
          values[at] = this.values.value(subset, document);
          codes[at++] = this.values.code(subset, document);
        }
      }
    });
    return { values, codes };
  }

  /** The range of the values from bucket `first` to bucket `last`, which holds no missing ones. */
  rangeOf(first: number, last: number): ValueRange {
    let least = Infinity;
    let most = -Infinity;
    this.values.subsets.forEach(({ bits }, subset) => {
      const column = this.values.column(subset);
      eachBit(bits, (document) => {
        const bucket = this.bucketOf(column[document]);
        if (bucket < first || bucket > last) return;
        const value = this.values.value(subset, document);
        if (value < least) least = value;
        if (value > most) most = value;
      });
    });
    return { least, most, withMissing: false };
  }

  /** @param raw the stored value */
  private bucketOf(raw: number): number {
    if (raw === NO_VALUE) return this.bucketOfMissing;
    const value = raw * this.sign;
    return value < this.least || value > this.most ? OUTSIDE : ((value - this.least) * this.scale) | 0;
  }
}
