const DAY_MS = 86_400_000;
/** An offset or nothing, which names no place. */
const NO_NAME = /^[+-]|^$/;
/** A name may be written in capitals or not, so more names than zones may come. */
const MOST_KNOWN = 600;

/**
 * The clock of a place. A wall time is written as the ms of the same clock in UTC; a floating day is the wall time of its midnight.
 */
export class TimeZone {
  /** Making a zone takes some 50 µs. */
  private static readonly known = new Map<string, TimeZone>();
  private readonly format: Intl.DateTimeFormat;

  private constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** @param name of the IANA database. @returns undefined if it is unknown */
  static find(name: string): TimeZone | undefined {
    const known = TimeZone.known.get(name);
    if (known || NO_NAME.test(name)) return known;
    try {
      const zone = new TimeZone(name);
      if (TimeZone.known.size === MOST_KNOWN) TimeZone.known.clear();
      TimeZone.known.set(name, zone);
      return zone;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  }

  /** @param instant ms since the Unix epoch */
  wallTime(instant: number): number {
    return instant + this.offset(instant);
  }

  /** The instant of a wall time: the first of two where clocks go back, and as much later as clocks skip where they go forward. */
  instantOf(wall: number): number {
    const { before, found } = this.candidates(wall);
    return found ?? wall - before;
  }

  /** The first instant of a floating day, which may be later than midnight. A day that is skipped begins and ends at the same instant. */
  startOf(day: number): number {
    const { before, after, found } = this.candidates(day);
    if (found !== undefined) return found;
    // Clocks skip the midnight at an instant between these two.
    let [low, high] = [day - after, day - before];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.offset(middle) === after) high = middle;
      else low = middle;
    }
    return high;
  }

  private candidates(wall: number): { before: number; after: number; found: number | undefined } {
    const before = this.offset(wall - DAY_MS);
    const after = this.offset(wall + DAY_MS);
    const found = [before, after].map((offset) => wall - offset).find((instant) => this.wallTime(instant) === wall);
    return { before, after, found };
  }

  /** The ms that the clock is ahead of UTC. */
  private offset(instant: number): number {
    const second = Math.floor(instant / 1000) * 1000;
    const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of this.format.formatToParts(second)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
  }
}

/** Reads `2026-11-28`. @returns the floating day; undefined if there is no such day */
export function floatingDay(text: string): number | undefined {
  const day = Date.parse(`${text}T00:00:00Z`);
  return Number.isFinite(day) && new Date(day).toISOString().startsWith(text) ? day : undefined;
}
