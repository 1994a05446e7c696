import type { CountQuery, KindCounts } from '../../domain/log/log-repository.js';
import { LOOSE, type BlockHead } from './block-row.js';
import { isAttributes, type PlacedEntry } from './placed-entry.js';

/** Counts the messages of one customer in spans of time. A block that lies within one span is not opened. */
export class EntryCounts {
  readonly counts: readonly KindCounts[];

  constructor(private readonly query: CountQuery) {
    this.counts = query.edges.slice(1).map(() => ({ event: 0, attributes: 0 }));
  }

  /** Counts a block by what its row says of it. @returns false if it has to be opened */
  takeHead({ firstTime, lastTime, moment, format, entries, attributeEntries }: BlockHead): boolean {
    const { afterMoment } = this.query;
    if (moment <= afterMoment && format === LOOSE) return true;
    const span = this.spanOf(firstTime);
    if (span !== this.spanOf(lastTime)) return false;
    if (!this.counts.at(span) || span < 0) return true;
    if (attributeEntries === null || afterMoment >= 0) return false;
    this.counts[span].attributes += attributeEntries;
    this.counts[span].event += entries - attributeEntries;
    return true;
  }

  take(entries: readonly PlacedEntry[]): void {
    for (const entry of entries) {
      const span = this.spanOf(entry.time);
      if (entry.moment <= this.query.afterMoment || span < 0 || span >= this.counts.length) continue;
      this.counts[span][isAttributes(entry) ? 'attributes' : 'event']++;
    }
  }

  /** The number of the span with a time: -1 before the first one, and that behind the last one for all later times. */
  private spanOf(time: number): number {
    const { edges } = this.query;
    let [low, high] = [0, edges.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (edges[middle] <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
