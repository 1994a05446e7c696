import { PERIODS } from '../model/customer-filter';
import { PERIOD_TEXT } from '../model/filter-text';
import { secondsOfWallClock, wallClockOf } from '../model/wall-clock';

/** The times in which events are counted. */
export const WITHIN_WAYS = ['ever', 'days', 'hours', ...PERIODS] as const;
export type WithinWay = (typeof WITHIN_WAYS)[number];
export const WITHIN_TEXT: Readonly<Record<WithinWay, string>> = {
  ever: $localize`at any time`,
  days: $localize`in the last days`,
  hours: $localize`in the last hours`,
  ...PERIOD_TEXT,
};

/** The ways to give a time. Each has a field of its own, or none. */
export const TIME_WAYS = ['date', 'moment', 'days', 'hours', ...PERIODS] as const;
export type TimeWay = (typeof TIME_WAYS)[number];
type TimeField = Exclude<TimeWay, (typeof PERIODS)[number]>;
export const TIME_WAY_TEXT: Readonly<Record<TimeWay, string>> = {
  date: $localize`a date`,
  moment: $localize`a date and a time`,
  days: $localize`days ago`,
  hours: $localize`hours ago`,
  ...PERIOD_TEXT,
};
export const FIELD_LABEL: Readonly<Record<TimeField, string>> = {
  date: $localize`Date`,
  moment: $localize`Date and time`,
  days: $localize`Days`,
  hours: $localize`Hours`,
};
export const FIELD_ERROR: Readonly<Record<TimeField, string>> = {
  date: $localize`Choose a date.`,
  moment: $localize`Choose a date and a time.`,
  days: $localize`Enter a whole number.`,
  hours: $localize`Enter a whole number.`,
};

export function isPeriod(way: TimeWay): way is (typeof PERIODS)[number] {
  return (PERIODS as readonly string[]).includes(way);
}

/** The relative time of a choice and its number; empty for none. */
export function withinOf(way: WithinWay, count: string): string {
  if (way === 'ever') return '';
  return way === 'days' || way === 'hours' ? `-${count.trim()}${way === 'days' ? 'd' : 'h'}` : way;
}

export function withinWayOf(within: string): { withinWay: WithinWay; withinCount: string } {
  const period = PERIODS.find((one) => one === within);
  if (within === '' || period) return { withinWay: period ?? 'ever', withinCount: '' };
  return { withinWay: within.endsWith('d') ? 'days' : 'hours', withinCount: within.slice(1, -1) };
}

/** The time that a way of giving it and its field say; empty for none. */
export function timeOf(way: TimeWay, value: string): string {
  switch (way) {
    case 'date':
      return value;
    case 'moment': {
      const seconds = secondsOfWallClock(value);
      return seconds === null ? '' : `${new Date(seconds * 1000).toISOString().slice(0, -5)}Z`;
    }
    case 'days':
    case 'hours':
      return `-${value.trim()}${way === 'days' ? 'd' : 'h'}`;
    default:
      return way;
  }
}

/** The way in which a time is given, and the text of its field. */
export function wayOf(time: string): { way: TimeWay; value: string } {
  const period = PERIODS.find((one) => one === time);
  if (period) return { way: period, value: '' };
  const [, count, unit] = /^-(\d+)([dh])$/.exec(time) ?? [];
  if (unit) return { way: unit === 'd' ? 'days' : 'hours', value: count };
  if (/^\d{4}-\d\d-\d\d$/.test(time)) return { way: 'date', value: time };
  const seconds = /^\d+$/.test(time) ? Number(time) : Date.parse(time) / 1000;
  return { way: 'moment', value: wallClockOf(seconds) };
}
