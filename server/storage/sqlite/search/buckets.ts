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
  private readonly scale: number;

  constructor(
    private readonly values: PartValues,
    readonly stretch: Stretch,
  ) {
    const { least, most } = stretch;
    this.scale = most > least ? (BUCKETS - 1) / (most - least) : 0;
    const { counts } = this;
    values.parts.forEach(({ bits }, part) => {
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          counts[this.bucketOf(values.value(part, (i << 5) + 31 - Math.clz32(word & -word)))]++;
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
      for (let i = 0; i < bits.length; i++) {
        for (let word = bits[i]; word !== 0; word &= word - 1) {
          const document = (i << 5) + 31 - Math.clz32(word & -word);
          const value = this.values.value(part, document);
          const bucket = this.bucketOf(value);
          if (bucket < first || bucket > last) continue;
          values[at] = value;
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
      eachBit(bits, (document) => {
        const value = this.values.value(part, document);
        const bucket = this.bucketOf(value);
        if (bucket < first || bucket > last) return;
        if (value < least) least = value;
        if (value > most) most = value;
      });
    });
    return { least, most, withNoValue: false };
  }

  private bucketOf(value: number): number {
    const { least, most, withNoValue } = this.stretch;
    if (value === NO_VALUE) return withNoValue ? WITHOUT : OUTSIDE;
    return value < least || value > most ? OUTSIDE : ((value - least) * this.scale) | 0;
  }
}
