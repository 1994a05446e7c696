import type { DayCount } from '../domain/overview.js';
import type { LastUpdatedView } from './overview.dto.js';

const MOST_BUCKETS = 400;
const MS_PER_DAY = 86_400_000;
/** The first Monday after the Unix epoch, in days since then. */
const MONDAY = 4;

/** Gives the first day of the bucket of a day, and that of the next bucket. All in days since the Unix epoch. */
type Calendar = (day: number) => readonly [first: number, next: number];

const CALENDARS: readonly Calendar[] = [
  (day) => [day, day + 1],
  (day) => {
    const first = day - ((((day - MONDAY) % 7) + 7) % 7);
    return [first, first + 7];
  },
  (day) => {
    const date = dateOf(day);
    return [dayOf(date.getUTCFullYear(), date.getUTCMonth()), dayOf(date.getUTCFullYear(), date.getUTCMonth() + 1)];
  },
  (day) => {
    const year = dateOf(day).getUTCFullYear();
    return [dayOf(year, 0), dayOf(year + 1, 0)];
  },
];

/** Groups the days from the first to the last without a gap: by day if that gives at most 400 buckets, else by week (from Monday), month or year. */
export function bucketsOf(days: readonly DayCount[]): LastUpdatedView[] {
  for (const calendar of CALENDARS) {
    const buckets = fill(days, calendar);
    if (buckets) return buckets;
  }
  throw new Error('There are more than 400 years.');
}

/** Returns undefined when there are too many buckets. */
function fill(days: readonly DayCount[], calendar: Calendar): LastUpdatedView[] | undefined {
  const last = days.at(-1);
  const buckets: LastUpdatedView[] = [];
  if (!last) return buckets;
  let at = 0;
  for (let [first, next] = calendar(days[0].day); first <= last.day; [first, next] = calendar(next)) {
    if (buckets.length === MOST_BUCKETS) return undefined;
    let customers = 0;
    for (; at < days.length && days[at].day < next; at++) customers += days[at].customers;
    const [from, to] = [textOf(first), textOf(next - 1)];
    buckets.push({ ...(from === to && { day: from }), from, to, customers });
  }
  return buckets;
}

function dateOf(day: number): Date {
  return new Date(day * MS_PER_DAY);
}

function dayOf(year: number, month: number): number {
  return Date.UTC(year, month) / MS_PER_DAY;
}

function textOf(day: number): string {
  return dateOf(day).toISOString().slice(0, 10);
}
