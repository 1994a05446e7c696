import type { TimeRange } from '../search/filter-time.js';
import type { LogEntry } from './log-entry.js';
import { wipedBefore, type LogFrame } from './log-fold.js';

/** The events of one customer, as far as its log holds them. */
export interface LoggedEvents {
  /**
   * Counts the events of a name with a time in a range.
   * @returns the number, or any from `most` on if there are so many
   */
  count(name: string, range: TimeRange, most: number): number;

  /** The names of the events that the record counts and the log does not hold, with a time: none of these events is later. In ms since the Unix epoch. */
  ended(): ReadonlyMap<string, number>;

  /** The times of all events of each name, in ms since the Unix epoch, in no order. */
  times(): ReadonlyMap<string, readonly number[]>;
}

/** See {@link LoggedEvents.ended}. */
export function endedEvents({ baseline, edits }: LogFrame): ReadonlyMap<string, number> {
  if (!baseline || baseline.moment < wipedBefore(edits)) return new Map();
  return new Map(Array.from(baseline.events.keys(), (name) => [name, baseline.time]));
}

/** Reads a log when its events are asked. */
export function eventsOf(read: () => LoggedEvents): LoggedEvents {
  return {
    count: (...of) => read().count(...of),
    ended: () => read().ended(),
    times: () => read().times(),
  };
}

/** Collects the times of the events that a log holds: of those that its fold counts. */
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

  ended(): ReadonlyMap<string, number> {
    return endedEvents(this.log);
  }

  times(): ReadonlyMap<string, readonly number[]> {
    return this.timesOf;
  }
}
