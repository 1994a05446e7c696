import { DomainError } from '../domain/errors.js';
import { TimeZone } from '../domain/search/time-zone.js';
import { readClock } from './read-conditions.js';
import { readTime } from './read-timeline-query.js';

export const SPANS = ['day', 'week', 'month'] as const;
export type Span = (typeof SPANS)[number];

export interface ActivityQuery {
  readonly by: Span;
  readonly timeZone: TimeZone;
  /** The first day of each span, and that behind the last one, as wall times; see TimeZone. */
  readonly days: readonly number[];
  /** The instant at which each of these days begins, in ms since the Unix epoch. */
  readonly edges: readonly number[];
}

const DAY_MS = 86_400_000;
const WEEK_DAYS = 7;
/** The 5th of January 1970 was a Monday, and the 4th a Sunday. */
export const WEEK_BEGINS = { monday: 4, sunday: 3 } as const;
const MOST_SPANS = 400;
/** Spans that are counted without `since`. */
const USUAL_SPANS: Readonly<Record<Span, number>> = { day: 90, week: 53, month: 24 };

/**
 * @param now ms since the Unix epoch
 * @throws DomainError `invalid_request` that names the parameter
 */
export function readActivityQuery(query: Readonly<Record<string, unknown>>, now: number): ActivityQuery {
  const by = readSpan(query.by);
  const { timeZone: name = 'UTC', weekStart = 'monday' } = readClock(query.tz, query.week_start);
  const timeZone = TimeZone.find(name);
  if (!timeZone) throw refusal('tz', `tz is not understood. ${name} is no time zone.`);
  const startOf = (instant: number): number => spanStart(timeZone.wallTime(instant), by, WEEK_BEGINS[weekStart]);
  const last = startOf(readTime('until', query.until, 'end') ?? now);
  const since = readTime('since', query.since, 'start');
  const first = since === undefined ? moved(last, by, 1 - USUAL_SPANS[by]) : startOf(since);
  if (first > last) throw refusal('since', 'since is later than until.');
  const days = [first];
  while (days[days.length - 1] <= last) {
    if (days.length > MOST_SPANS) throw refusal('since', tooMany(by));
    days.push(moved(days[days.length - 1], by, 1));
  }
  return { by, timeZone, days, edges: days.map((day) => timeZone.startOf(day)) };
}

/** A day as `2026-11-28`. */
export function dayText(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

/** The first day of the span with a wall time. */
export function spanStart(wall: number, by: Span, weekBegins: number): number {
  const day = Math.floor(wall / DAY_MS);
  switch (by) {
    case 'day':
      return day * DAY_MS;
    case 'week':
      return (day - ((((day - weekBegins) % WEEK_DAYS) + WEEK_DAYS) % WEEK_DAYS)) * DAY_MS;
    case 'month':
      return new Date(wall).setUTCDate(1) - (wall - day * DAY_MS);
    default:
      return by satisfies never;
  }
}

/** A day some spans later, or earlier. */
export function moved(day: number, by: Span, spans: number): number {
  switch (by) {
    case 'day':
      return day + spans * DAY_MS;
    case 'week':
      return day + spans * WEEK_DAYS * DAY_MS;
    case 'month':
      return new Date(day).setUTCMonth(new Date(day).getUTCMonth() + spans);
    default:
      return by satisfies never;
  }
}

function readSpan(value: unknown): Span {
  if (value === undefined || value === '') return 'day';
  const span = SPANS.find((one) => one === value);
  if (!span) throw refusal('by', `by is one of ${SPANS.join(', ')}.`);
  return span;
}

function tooMany(by: Span): string {
  const longer = by === 'month' ? '' : ', or longer spans';
  return `These are more than ${MOST_SPANS} ${by}s. Ask for a later since${longer}.`;
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
