import { moved, spanStart, WEEK_BEGINS, type Span } from '../customers/read-activity-query.js';
import { readClock } from '../customers/read-conditions.js';
import { DomainError } from '../domain/errors.js';
import type { WeekStart } from '../domain/search/filter-time.js';
import { TimeZone } from '../domain/search/time-zone.js';

/** The last days, with the present one, or all that there are. */
export const RANGES = ['7', '30', '90', 'all'] as const;
export type Range = (typeof RANGES)[number];

export interface RangeQuery {
  readonly range: Range;
  readonly timeZone: TimeZone;
  readonly weekStart: WeekStart;
}

/** Spans of time without a gap. */
export interface Spans {
  readonly by: Span;
  /** The first day of each span, as a wall time; see TimeZone. */
  readonly days: readonly number[];
  /** The beginnings of the spans and the end of the last one, in ms since the Unix epoch. */
  readonly edges: readonly number[];
}

const DAY_MS = 86_400_000;
/** The days, and the weeks, up to which all that there is comes by day, and by week. */
const MOST_DAYS = 92;
const MOST_WEEKS = 105;
/** The days that are shown of all, however little there is. */
export const FEWEST_DAYS = 7;

/** @throws DomainError `invalid_request` that names the parameter */
export function readRange(query: Readonly<Record<string, unknown>>): RangeQuery {
  const { timeZone: name = 'UTC', weekStart = 'monday' } = readClock(query.tz, query.week_start);
  const timeZone = TimeZone.find(name);
  const range = RANGES.find((one) => one === (query.range ?? '30'));
  if (!range) throw refusal('range', `range is one of ${RANGES.join(', ')}.`);
  if (!timeZone) throw refusal('tz', `tz is not understood. ${name} is no time zone.`);
  return { range, timeZone, weekStart };
}

/** The last days, up to the present one. @param now ms since the Unix epoch */
export function lastDays(count: number, now: number, { timeZone }: RangeQuery): Spans {
  const today = dayOf(now, timeZone);
  return spansFrom(today - (count - 1) * DAY_MS, today, 'day', timeZone);
}

/** All months since 1970, up to the present one. */
export function allMonths(now: number, { timeZone }: RangeQuery): Spans {
  return spansFrom(0, dayOf(now, timeZone), 'month', timeZone);
}

/** The spans from a month on: by day, week or month, whichever are not too many. @param first a day, as a wall time */
export function spansSince(first: number, now: number, { timeZone, weekStart }: RangeQuery): Spans {
  const today = dayOf(now, timeZone);
  const days = (today - first) / DAY_MS + 1;
  const by = days <= MOST_DAYS ? 'day' : days <= MOST_WEEKS * 7 ? 'week' : 'month';
  const begin = by === 'day' ? Math.min(first, today - (FEWEST_DAYS - 1) * DAY_MS) : first;
  return spansFrom(spanStart(begin, by, WEEK_BEGINS[weekStart]), today, by, timeZone);
}

function spansFrom(first: number, today: number, by: Span, timeZone: TimeZone): Spans {
  const days = [first];
  while (days[days.length - 1] <= today) days.push(moved(days[days.length - 1], by, 1));
  return { by, days: days.slice(0, -1), edges: days.map((day) => timeZone.startOf(day)) };
}

function dayOf(instant: number, timeZone: TimeZone): number {
  return Math.floor(timeZone.wallTime(instant) / DAY_MS) * DAY_MS;
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
