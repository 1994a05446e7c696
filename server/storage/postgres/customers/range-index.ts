/** The customers from the position `first` up to the next range. */
export interface RangeRow {
  readonly first: string;
  readonly customers: number;
}

/** Customers that arrived (`delta` 1) or left (-1), by their positions. */
export interface ChangeRow {
  readonly delta: number;
  readonly positions: string[];
}

/** A snapshot of the ranges with running sums. */
export class RangeIndex {
  readonly total: number;
  private readonly starts: number[] = [];

  constructor(
    readonly firsts: readonly string[],
    readonly counts: readonly number[],
  ) {
    let total = 0;
    for (const count of counts) {
      this.starts.push(total);
      total += count;
    }
    this.total = total;
  }

  /** Locates the customer at `offset`: `skip` customers behind `first`. */
  locate(offset: number): { first: string; skip: number } {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return { first: this.firsts[low] ?? '', skip: offset - (this.starts[low] ?? 0) };
  }

  /** Returns the ranges after some changes, without splitting any. */
  after(changes: readonly ChangeRow[]): RangeIndex {
    if (changes.length === 0) return this;
    const counts = [...this.counts];
    for (const { delta, positions } of changes) {
      for (const position of positions) counts[this.rangeOf(position)] += delta;
    }
    return new RangeIndex(this.firsts, counts);
  }

  private rangeOf(position: string): number {
    let low = 0;
    let high = this.firsts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (Buffer.compare(this.bytes(middle), Buffer.from(position)) <= 0) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private readonly encoded: (Buffer | undefined)[] = [];
  private bytes(range: number): Buffer {
    return (this.encoded[range] ??= Buffer.from(this.firsts[range]));
  }
}

export function indexOf(ranges: readonly RangeRow[]): RangeIndex {
  return new RangeIndex(
    ranges.map(({ first }) => first),
    ranges.map(({ customers }) => customers),
  );
}
