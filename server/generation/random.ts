const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** A small, fast generator (sfc32 of Chris Doty-Humphrey's PractRand). The same seed gives the same values on every machine. */
export class Random {
  private a: number;
  private b: number;
  private c = 0x9e3779b9;
  private counter = 1;

  /** @param seed a safe integer that is not negative */
  constructor(seed: number) {
    this.a = seed >>> 0;
    this.b = Math.floor(seed / 2 ** 32) >>> 0;
    // Similar seeds start alike, so the author of sfc32 discards twelve values first.
    for (let round = 0; round < 12; round++) this.word();
  }

  /** An integer from 0 to 2^32 - 1. */
  word(): number {
    const result = (this.a + this.b + this.counter++) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A number from 0 up to, but not including, 1. */
  fraction(): number {
    return this.word() / 2 ** 32;
  }

  /** An integer from 0 to `end` - 1; `end` is 1 to 2^32. */
  below(end: number): number {
    return Math.floor(this.fraction() * end);
  }

  /** True once in `n` times; never when `n` is 0. */
  oneIn(n: number): boolean {
    return n > 0 && this.below(n) === 0;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }

  /** Shuffles a list in place (Fisher-Yates). */
  shuffle<T>(list: { [index: number]: T; readonly length: number }): void {
    for (let last = list.length - 1; last > 0; last--) {
      const other = this.below(last + 1);
      const item = list[last];
      list[last] = list[other];
      list[other] = item;
    }
  }

  /** A version 4 UUID in lower case. */
  uuid(): string {
    const first = this.word();
    const second = (this.word() & 0xffff0fff) | 0x4000;
    const third = (this.word() & 0x3fffffff) | 0x80000000;
    return `${hex(first)}-${hex(second >>> 16, 2)}-${hex(second, 2)}-${hex(third >>> 16, 2)}-${hex(third, 2)}${hex(this.word())}`;
  }
}

function hex(word: number, bytes: 2 | 4 = 4): string {
  const low = HEX[(word >>> 8) & 0xff] + HEX[word & 0xff];
  return bytes === 2 ? low : HEX[word >>> 24] + HEX[(word >>> 16) & 0xff] + low;
}
