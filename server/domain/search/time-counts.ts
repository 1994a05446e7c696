/** Counts of the events and dates of customers, in spans of time. */
export interface TimeCounts {
  /** The customers whose `created_at` lies in each span. */
  readonly created: readonly number[];
  /** The events of the log by their own time, of each span. */
  readonly events: readonly number[];
  /** The latest time up to which events of a customer have no known time, in ms since the Unix epoch; undefined if all are known. */
  readonly eventsEndedUpTo: number | undefined;
  /** True when an index is so far behind that customers may be missing. */
  readonly indexing: boolean;
}

/** Numbers of `created_at` from here on are milliseconds; smaller ones are seconds. */
export const FIRST_MILLISECONDS = 100_000_000_000;

/** Counts what lies between edges, which are ascending, in ms since the Unix epoch. A span begins at its edge and ends before the next one. */
export class TimeCounter {
  readonly created: number[];
  readonly events: number[];
  private latestEnd: number | undefined;

  constructor(private readonly edges: readonly number[]) {
    this.created = edges.slice(1).map(() => 0);
    this.events = edges.slice(1).map(() => 0);
  }

  /** @param value of `created_at` as a number; Infinity for none */
  addCreated(value: number): void {
    const span = spanOf(this.edges, value < FIRST_MILLISECONDS ? value * 1000 : value);
    if (span !== undefined) this.created[span]++;
  }

  /** @param time ms since the Unix epoch */
  addEvent(time: number): void {
    const span = spanOf(this.edges, time);
    if (span !== undefined) this.events[span]++;
  }

  /** @param upTo the time up to which events of a customer have no known time, in ms since the Unix epoch */
  addEnd(upTo: number): void {
    if (this.latestEnd === undefined || upTo > this.latestEnd) this.latestEnd = upTo;
  }

  counts(indexing: boolean): TimeCounts {
    return { created: this.created, events: this.events, eventsEndedUpTo: this.latestEnd, indexing };
  }
}

/** The index of the span with a time; undefined before the first edge, and from the last one on. */
export function spanOf(edges: readonly number[], time: number): number | undefined {
  if (!(time >= edges[0] && time < edges[edges.length - 1])) return undefined;
  let low = 0;
  let high = edges.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (edges[middle] <= time) low = middle;
    else high = middle;
  }
  return low;
}
