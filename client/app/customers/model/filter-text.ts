import { instantOf } from '../../core/instant';
import { readConditions } from './conditions';
import { CustomerFilter, FilterOperator, FilterSubject, PERIODS, readFilter } from './customer-filter';
import { CustomerSelection } from './customer-query';

export const SUBJECT_TEXT: Readonly<Record<FilterSubject, string>> = {
  attribute: $localize`Attribute`,
  event: $localize`Event`,
  label: $localize`Label`,
  last_updated: $localize`Last updated`,
};

export const OPERATOR_TEXT: Readonly<Record<FilterOperator, string>> = {
  is: $localize`is`,
  is_not: $localize`is not`,
  is_any_of: $localize`is any of`,
  contains: $localize`contains`,
  starts_with: $localize`starts with`,
  above: $localize`above`,
  exists: $localize`exists`,
  not_exists: $localize`does not exist`,
  at_least: $localize`at least`,
  below: $localize`below`,
  at_most: $localize`at most`,
  never: $localize`never`,
  before: $localize`before`,
  after: $localize`after`,
  on: $localize`on`,
};

export const PERIOD_TEXT: Readonly<Record<(typeof PERIODS)[number], string>> = {
  today: $localize`today`,
  yesterday: $localize`yesterday`,
  this_week: $localize`this week`,
  this_month: $localize`this month`,
  this_year: $localize`this year`,
};
const DATE_LENGTH = '2026-11-28'.length;

/** Between filters of which all have to hold, or one. */
export const AND = $localize`and`;
export const OR = $localize`or`;

/** A filter in words, in three parts that look different. */
export interface FilterText {
  readonly subject: string;
  readonly operator: string;
  readonly value: string;
}

export function textOfFilter(filter: CustomerFilter): FilterText {
  return {
    subject: 'name' in filter ? filter.name : SUBJECT_TEXT[filter.on],
    operator: OPERATOR_TEXT[filter.is],
    value: valueText(filter),
  };
}

/** A time to compare with, in words. */
export function timeText(time: string): string {
  const period = PERIODS.find((one) => one === time);
  if (period) return PERIOD_TEXT[period];
  const [, count, unit] = /^-(\d+)([dh])$/.exec(time) ?? [];
  if (unit === 'd') return count === '1' ? $localize`a day ago` : $localize`${count}:count: days ago`;
  if (unit === 'h') return count === '1' ? $localize`an hour ago` : $localize`${count}:count: hours ago`;
  if (time.length === DATE_LENGTH && time.includes('-')) return time;
  const seconds = /^\d+$/.test(time) ? Number(time) : Date.parse(time) / 1000;
  return instantOf(seconds)?.text ?? time;
}

function valueText(filter: CustomerFilter): string {
  if ('value' in filter) return filter.value;
  if ('values' in filter) return filter.values.join(', ');
  if ('number' in filter) return filter.number;
  if ('time' in filter) return timeText(filter.time);
  const times = 'count' in filter ? timesText(filter.count) : '';
  const within = 'within' in filter && filter.within ? withinText(filter.within) : '';
  return [times, within].filter((part) => part !== '').join(' ');
}

/** The time in which events are counted, in words. */
export function withinText(within: string): string {
  const period = PERIODS.find((one) => one === within);
  if (period) return PERIOD_TEXT[period];
  const [, count, unit] = /^-(\d+)([dh])$/.exec(within) ?? [];
  if (unit === 'd') return count === '1' ? $localize`in the last day` : $localize`in the last ${count}:count: days`;
  if (unit === 'h') return count === '1' ? $localize`in the last hour` : $localize`in the last ${count}:count: hours`;
  return within;
}

/** Conditions as one sentence, for a tooltip and for readers of screens; null for groups of another shape. */
export function sentenceOf(selection: Pick<CustomerSelection, 'filters' | 'where'>): string | null {
  const conditions = readConditions(selection);
  if (!conditions) return null;
  const [outer, inner] = conditions.match === 'all' ? [AND, OR] : [OR, AND];
  const rows = conditions.rows.map((row) => {
    const texts = row.map(wordsOfFilter);
    return texts.length > 1 ? `(${texts.join(` ${inner} `)})` : texts[0];
  });
  return rows.join(` ${outer} `);
}

/** A filter as it is read aloud. */
export function wordsOfFilter(text: string): string {
  const filter = readFilter(text);
  if (!filter) return text;
  const { subject, operator, value } = textOfFilter(filter);
  return [subject, operator, value].filter((part) => part !== '').join(' ');
}

function timesText(count: number): string {
  return count === 1 ? $localize`once` : $localize`${count}:count: times`;
}
