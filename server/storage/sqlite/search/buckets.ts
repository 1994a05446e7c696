import { eachBit } from './documents.js';
import type { Gathered, PartValues } from './part-values.js';
import { NO_VALUE } from './sort-columns.js';

/** Stretches of one length into which documents are counted by their values. */
export const BUCKETS = 16_384;
/** After the last of them are those that have no value, then those that lie outside. */
const WITHOUT = BUCKETS;
const OUTSIDE = BUCKETS + 1;

/** Values from one to another, both included. */
export interface Stretch {
  readonly least: number;
  readonly most: number;
  /** Those that have none, too: they come last. */
  readonly withNoValue: boolean;
}

/** Documents by the bucket of their value, in the order of values. */
export class Buckets {
  readonly counts = new Uint32Array(BUCKETS + 2);
  // What bucketOf reads a million times lies in this object itself.
  private readonly sign: number;
  private readonly least: number;
  private readonly most: number;
  private readonly scale: number;
  private readonly withoutValue: number;

  constructor(
    private readonly values: PartValues,
    stretch: Stretch,
  ) {
    const { least, most, withNoValue } = stretch;
    this.sign = values.sign;
    this.least = least;
    this.most = most;
    this.withoutValue = withNoValue ? WITHOUT : OUTSIDE;
    this.scale = most > least ? (BUCKETS - 1) / (most - least) : 0;
    const { counts } = this;
    values.parts.forEach(({ bits }, part) => {
      const column = values.column(part);
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          counts[this.bucketOf(column[(i << 5) + 31 - Math.clz32(word & -word)])]++;
        }
      }
    });
  }

  /** The documents of some buckets, of which there are `inside`. */
  gather(first: number, last: number, inside: number): Gathered {
    const values = new Float64Array(inside);
    const codes = new Uint32Array(inside);
    let at = 0;
    this.values.parts.forEach(({ bits }, part) => {
      const column = this.values.column(part);
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const bucket = this.bucketOf(column[document]);
          if (bucket < first || bucket > last) continue;
          values[at] = this.values.value(part, document);
          codes[at++] = this.values.code(part, document);
        }
      }
    });
    return { values, codes };
  }

  /** The values that lie in some buckets, none of them the one of those without a value. */
  stretchOf(first: number, last: number): Stretch {
    let least = Infinity;
    let most = -Infinity;
    this.values.parts.forEach(({ bits }, part) => {
      const column = this.values.column(part);
      eachBit(bits, (document) => {
        const bucket = this.bucketOf(column[document]);
        if (bucket < first || bucket > last) return;
        const value = this.values.value(part, document);
        if (value < least) least = value;
        if (value > most) most = value;
      });
    });
    return { least, most, withNoValue: false };
  }

  /** @param raw as it is stored */
  private bucketOf(raw: number): number {
    if (raw === NO_VALUE) return this.withoutValue;
    const value = raw * this.sign;
    return value < this.least || value > this.most ? OUTSIDE : ((value - this.least) * this.scale) | 0;
  }
}
