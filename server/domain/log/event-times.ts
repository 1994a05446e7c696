import type { TimeRange } from '../search/filter-time.js';
import type { LogEntry } from './log-entry.js';
import { wipedBefore, type LogFrame } from './log-fold.js';

/** The events of one customer that its log holds. */
export interface LoggedEvents {
  /**
   * Counts the events of a name with a time in a range.
   * @returns the number, or any from `most` on if there are so many
   */
  count(name: string, range: TimeRange, most: number): number;

  all(): EventTimes;
}

/** Collects the times of the events that a log holds. An event is counted if the fold of the log counts it. */
export class EventTimes implements LoggedEvents {
  private readonly timesOf = new Map<string, number[]>();
  private readonly wipedBefore: number;

  constructor(private readonly log: LogFrame) {
    this.wipedBefore = wipedBefore(log.edits);
  }

  /** @param entry in any order */
  add({ kind, name = '', time, moment }: Pick<LogEntry, 'kind' | 'name' | 'time' | 'moment'>): void {
    if (kind !== 'event' || moment < this.wipedBefore) return;
    const times = this.timesOf.get(name);
    if (times) times.push(time);
    else this.timesOf.set(name, [time]);
  }

  count(name: string, { from, to }: TimeRange): number {
    return this.timesOf.get(name)?.reduce((sum, time) => sum + Number(time >= from && time < to), 0) ?? 0;
  }

  all(): this {
    return this;
  }

  /** The times of the events of each name, in ms since the Unix epoch, in no order. */
  get times(): ReadonlyMap<string, readonly number[]> {
    return this.timesOf;
  }

  /** The time up to which there may be events that the log does not hold any more, in ms, and the names of these events. */
  get ended(): { readonly upTo: number; readonly names: Iterable<string> } | undefined {
    const { baseline } = this.log;
    if (!baseline || baseline.moment < this.wipedBefore || baseline.events.size === 0) return undefined;
    return { upTo: baseline.time, names: baseline.events.keys() };
  }
}
