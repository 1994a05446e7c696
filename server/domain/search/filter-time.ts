import { momentOfText } from '../message/timestamp.js';
import { floatingDay, type TimeZone } from './time-zone.js';

export const WEEK_STARTS = ['monday', 'sunday'] as const;
export type WeekStart = (typeof WEEK_STARTS)[number];

/** The clock by which the times of filters are read, at the start of a request. */
export interface FilterClock {
  /** Ms since the Unix epoch. */
  readonly now: number;
  readonly zone: TimeZone;
  readonly weekStart: WeekStart;
}

/** Times from `from` up to `to`, which is not included. Infinite where there is no end. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

/** The times that a filter selects: instants in ms since the Unix epoch, and floating days for values that are dates. */
export interface SelectedTimes {
  readonly instants: TimeRange;
  readonly days: TimeRange;
}

export const PERIODS = ['today', 'yesterday', 'this_week', 'this_month', 'this_year'] as const;
type Period = (typeof PERIODS)[number];

/** A time to compare with, as it is written. */
type FilterTime =
  | { readonly kind: 'instant'; readonly instant: number }
  | { readonly kind: 'date'; readonly day: number }
  | { readonly kind: 'ago'; readonly count: number; readonly unit: 'd' | 'h' }
  | { readonly kind: 'period'; readonly period: Period };

export const TIME_FORMS =
  'A time is RFC 3339 text such as 2026-11-28T09:30:00Z, a date such as 2026-11-28, -7d or -12h, today, yesterday, this_week, this_month or this_year';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const AGO = /^-(\d{1,6})([dh])$/;
const SECONDS = /^\d{1,11}$/;
/** The days of some 270 years. */
const MOST_DAYS = 100_000;

/** @param text a time to compare with. @returns false if it is none */
export function isFilterTime(text: string): boolean {
  return readTime(text) !== undefined;
}

/** True for digits, which a filter on `last_updated` takes as seconds since the Unix epoch. */
export function isSeconds(text: string): boolean {
  return SECONDS.test(text);
}

/** True for a time that is another one at another moment. */
export function isRelative(text: string): boolean {
  const time = readTime(text);
  return time?.kind === 'ago' || time?.kind === 'period';
}

/**
 * The times that a filter selects at one moment.
 * @param text for which {@link isFilterTime} or {@link isSeconds} holds
 */
export function selectedTimes(is: 'before' | 'after' | 'on', text: string, clock: FilterClock): SelectedTimes {
  const time = readTime(text) ?? { kind: 'instant', instant: Number(text) * 1000 };
  switch (time.kind) {
    case 'instant':
      return byInstant(is, time.instant, clock.zone);
    case 'date':
      return byDays(is, time.day, time.day + DAY_MS, clock.zone);
    case 'ago':
      return byInstant(is, ago(time.count, time.unit, clock), clock.zone);
    case 'period':
      return byDays(is, ...daysOf(time.period, clock), clock.zone);
    default:
      return time satisfies never;
  }
}

/**
 * The times of the events within a relative time: a whole period, or from so long ago until now, both included.
 * @param text for which {@link isRelative} holds
 */
export function timesWithin(text: string, clock: FilterClock): TimeRange {
  const { from, to } = selectedTimes('on', text, clock).instants;
  return text.startsWith('-') ? { from, to: clock.now + 1 } : { from, to };
}

function readTime(text: string): FilterTime | undefined {
  const period = PERIODS.find((one) => one === text);
  if (period) return { kind: 'period', period };
  const match = AGO.exec(text);
  if (match) {
    const [count, unit] = [Number(match[1]), match[2] === 'd' ? 'd' : 'h'] as const;
    return count <= (unit === 'd' ? MOST_DAYS : MOST_DAYS * 24) ? { kind: 'ago', count, unit } : undefined;
  }
  const day = floatingDay(text);
  if (day !== undefined && text.length === 10) return { kind: 'date', day };
  const instant = momentOfText(text);
  return instant === undefined ? undefined : { kind: 'instant', instant };
}

function ago(count: number, unit: 'd' | 'h', { now, zone }: FilterClock): number {
  if (unit === 'h') return now - count * HOUR_MS;
  return count === 0 ? now : zone.instantOf(zone.wallTime(now) - count * DAY_MS);
}

/** The floating days of a period: the first, and the first after it. */
function daysOf(period: Period, { now, zone, weekStart }: FilterClock): [from: number, to: number] {
  const today = dayOf(zone.wallTime(now));
  const date = new Date(today);
  switch (period) {
    case 'today':
      return [today, today + DAY_MS];
    case 'yesterday':
      return [today - DAY_MS, today];
    case 'this_week': {
      const first = today - ((date.getUTCDay() + (weekStart === 'sunday' ? 0 : 6)) % 7) * DAY_MS;
      return [first, first + 7 * DAY_MS];
    }
    case 'this_month':
      return [0, 1].map((more) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + more)) as [number, number];
    case 'this_year':
      return [Date.UTC(date.getUTCFullYear(), 0), Date.UTC(date.getUTCFullYear() + 1, 0)];
    default:
      return period satisfies never;
  }
}

function byDays(is: 'before' | 'after' | 'on', first: number, next: number, zone: TimeZone): SelectedTimes {
  return {
    instants: rangeOf(is, zone.startOf(first), zone.startOf(next)),
    days: rangeOf(is, first, next),
  };
}

/** A value that is a date is compared by its first instant. */
function byInstant(is: 'before' | 'after' | 'on', instant: number, zone: TimeZone): SelectedTimes {
  const day = dayOf(zone.wallTime(instant));
  const begins = zone.startOf(day) === instant;
  return {
    instants: rangeOf(is, instant, instant + 1),
    days: rangeOf(is, begins ? day : day + DAY_MS, day + DAY_MS),
  };
}

function rangeOf(is: 'before' | 'after' | 'on', from: number, to: number): TimeRange {
  switch (is) {
    case 'before':
      return { from: -Infinity, to: from };
    case 'after':
      return { from: to, to: Infinity };
    case 'on':
      return { from, to };
    default:
      return is satisfies never;
  }
}

function dayOf(wall: number): number {
  return Math.floor(wall / DAY_MS) * DAY_MS;
}
