/** Lengths of the spans of time that are counted. */
export type ActivitySpan = 'day' | 'week' | 'month';

/** Counts of what a customer did, and of what was done to it, in a span of time. */
export interface ActivityCount {
  /** The first day of the span, as `YYYY-MM-DD`. */
  readonly start: string;
  readonly event: number;
  readonly attributes: number;
  readonly edit: number;
}

export interface Activity {
  /** The spans that have an entry, the earliest first. */
  readonly counts: readonly ActivityCount[];
  readonly by: ActivitySpan;
  /** False if older messages existed, and have ended. */
  readonly complete: boolean;
}

export interface ActivityRange {
  readonly by: ActivitySpan;
  /** Days as `YYYY-MM-DD`, both included. */
  readonly since: string;
  readonly until: string;
}

const DAY_MS = 86_400_000;
const MOST_DAYS = 62;
const MOST_WEEKS = 90;
const DAYS_OF_WEEK = 7;
const LEAST_SPANS = 12;

/** The range of months before `now` (ms since the Unix epoch) that is asked for first: as many as the API counts at once. */
export function allMonths(now: number): ActivityRange {
  const until = new Date(now);
  const since = new Date(Date.UTC(until.getUTCFullYear() - 33, until.getUTCMonth() + 1, 1));
  return { by: 'month', since: dayOf(since.getTime()), until: dayOf(now) };
}

/**
 * A range of shorter spans that shows the same activity better.
 * @param counts by months
 * @returns null if months are best, or nothing is to be shown
 */
export function closerRange(counts: readonly ActivityCount[]): ActivityRange | null {
  const [first, last] = [counts.at(0), counts.at(-1)];
  if (!first || !last) return null;
  const end = new Date(`${last.start}T00:00:00Z`);
  end.setUTCMonth(end.getUTCMonth() + 1, 0);
  const days = (end.getTime() - Date.parse(first.start)) / DAY_MS;
  if (days > MOST_WEEKS * DAYS_OF_WEEK) return null;
  return { by: days > MOST_DAYS ? 'week' : 'day', since: first.start, until: dayOf(end.getTime()) };
}

/** All spans from the first to the last one that has an entry, also those without. Few are preceded by empty ones. */
export function filled({ counts, by }: Activity): ActivityCount[] {
  const known = new Map(counts.map((count) => [count.start, count]));
  const spans: ActivityCount[] = [];
  const [first = '', last = ''] = [counts.at(0)?.start, counts.at(-1)?.start];
  for (let start = last; start !== '' && (start >= first || spans.length < LEAST_SPANS); start = before(start, by))
    spans.unshift(known.get(start) ?? { start, event: 0, attributes: 0, edit: 0 });
  return spans;
}

export function sumOf({ event, attributes, edit }: ActivityCount): number {
  return event + attributes + edit;
}

function before(start: string, by: ActivitySpan): string {
  const day = new Date(start);
  if (by === 'month') day.setUTCMonth(day.getUTCMonth() - 1);
  else day.setUTCDate(day.getUTCDate() - (by === 'week' ? DAYS_OF_WEEK : 1));
  return dayOf(day.getTime());
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
