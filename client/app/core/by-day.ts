import { LOCALE } from './locale';
import { once } from './once';

const title = once(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'full' }));

/** The items of a day of the reader. */
export interface Day<T> {
  /** As `2026-04-03`. */
  readonly day: string;
  readonly entries: readonly T[];
}

/** Groups items, which are in the order of their times, by the days of the reader. @param timeOf RFC 3339, or ms since the Unix epoch */
export function byDay<T>(items: readonly T[], timeOf: (item: T) => string | number): Day<T>[] {
  const days: { day: string; entries: T[] }[] = [];
  for (const item of items) {
    const day = dayOf(new Date(timeOf(item)));
    const last = days.at(-1);
    if (last?.day === day) last.entries.push(item);
    else days.push({ day, entries: [item] });
  }
  return days;
}

/** A day with its weekday: "Friday, 3 April 2026". @param day as `2026-04-03` */
export function dayText(day: string): string {
  return title().format(new Date(`${day}T00:00`));
}

function dayOf(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
