/** A condition on customers in the language of the API; see `server/domain/search/customer-filter.ts`. */
export type CustomerFilter =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: TextOperator;
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | { readonly on: 'attribute'; readonly name: string; readonly is: NumberOperator; readonly number: string }
  | { readonly on: 'attribute'; readonly name: string; readonly is: TimeOperator; readonly time: string }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'exists' | 'not_exists' }
  | ({
      readonly on: 'event';
      readonly name: string;
      readonly is: 'at_least' | 'at_most';
      readonly count: number;
    } & Within)
  | ({ readonly on: 'event'; readonly name: string; readonly is: 'never' } & Within)
  | { readonly on: 'label'; readonly is: 'is' | 'is_not'; readonly value: string }
  | { readonly on: 'label'; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | { readonly on: 'last_updated'; readonly is: TimeOperator; /** Also Unix time. */ readonly time: string };

/** Narrows a filter to the events within a relative time. */
interface Within {
  readonly within?: string;
}

const TEXT_OPERATORS = ['is', 'is_not', 'contains', 'starts_with'] as const;
const NUMBER_OPERATORS = ['above', 'at_least', 'below', 'at_most'] as const;
const TIME_OPERATORS = ['before', 'after', 'on'] as const;
type TextOperator = (typeof TEXT_OPERATORS)[number];
type NumberOperator = (typeof NUMBER_OPERATORS)[number];
type TimeOperator = (typeof TIME_OPERATORS)[number];

export type FilterSubject = CustomerFilter['on'];
export type FilterOperator = CustomerFilter['is'];

/** The fields of a form for a filter, not checked yet. */
export interface FilterParts {
  readonly on: FilterSubject;
  readonly name: string;
  readonly is: FilterOperator;
  /** A value, several values in lines, a number, a number of events, or a time. */
  readonly value: string;
  /** A relative time; empty or missing for none. */
  readonly within?: string;
}

/** The field of a form beside the operator. */
export type ValueKind = 'count' | 'none' | 'number' | 'text' | 'texts' | 'time';

export const OPERATORS: Readonly<Record<FilterSubject, readonly FilterOperator[]>> = {
  attribute: [
    ...(['is', 'is_not', 'is_any_of', 'contains', 'starts_with'] as const),
    ...NUMBER_OPERATORS,
    ...TIME_OPERATORS,
    ...(['exists', 'not_exists'] as const),
  ],
  event: ['at_least', 'at_most', 'never'],
  label: ['is', 'is_not', 'is_any_of'],
  last_updated: ['after', 'before', 'on'],
};

export const PERIODS = ['today', 'yesterday', 'this_week', 'this_month', 'this_year'] as const;

const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/;
const AGO = /^-\d{1,6}[dh]$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const MOMENT = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/;
const SECONDS = /^\d{1,11}$/;

export function valueKindOf(on: FilterSubject, is: FilterOperator): ValueKind {
  if (is === 'exists' || is === 'not_exists' || is === 'never') return 'none';
  if (on === 'event') return 'count';
  if (includes(TIME_OPERATORS, is)) return 'time';
  if (is === 'is_any_of') return 'texts';
  return includes(NUMBER_OPERATORS, is) ? 'number' : 'text';
}

/** Reads a filter of the address; null when it is none (the server then says what is wrong with it). */
export function readFilter(text: string): CustomerFilter | null {
  const parts = decoded(text);
  if (!parts) return null;
  const [on, ...rest] = parts;
  if (on !== 'attribute' && on !== 'event' && on !== 'label' && on !== 'last_updated') return null;
  const name = isNamed(on) ? (rest.shift() ?? '') : '';
  const [is, ...values] = rest;
  if (is === 'is_any_of') return manyOf(on, name, values);
  const isTime = includes(TIME_OPERATORS, is);
  // Safe: an unknown operator gives null.
  const operator = is as FilterOperator;
  const needed = valueKindOf(on, operator) === 'none' ? 0 : 1;
  const isNarrowed = on === 'event' && values.length === needed + 2 && values[needed] === 'within';
  const within = isNarrowed ? values[needed + 1] : '';
  if (isNarrowed && within === '') return null;
  if (!isTime && !isNarrowed && values.length !== needed) return null;
  return filterOf({
    on,
    name,
    is: operator,
    value: isNarrowed ? values.slice(0, needed).join() : values.join(':'),
    within,
  });
}

/** Writes the text that {@link readFilter} reads: parts joined by ':', each percent-encoded. */
export function writeFilter(filter: CustomerFilter): string {
  const parts: (string | number)[] = 'name' in filter ? [filter.on, filter.name, filter.is] : [filter.on, filter.is];
  if ('value' in filter) parts.push(filter.value);
  if ('values' in filter) parts.push(...filter.values);
  if ('number' in filter) parts.push(filter.number);
  if ('time' in filter) parts.push(filter.time);
  if ('count' in filter) parts.push(filter.count);
  if ('within' in filter && filter.within) parts.push('within', filter.within);
  return parts.map(encodeURIComponent).join(':');
}

/** Makes a filter of the fields of a form; null when a field is missing or is not of its kind. */
export function filterOf({ on, name, is, value, within = '' }: FilterParts): CustomerFilter | null {
  if (!OPERATORS[on].includes(is) || (isNamed(on) && !name)) return null;
  if (on === 'event') {
    if (within !== '' && !isRelative(within)) return null;
    const narrowed = within === '' ? {} : { within };
    if (is === 'never') return { on, name, is, ...narrowed };
    if (is !== 'at_least' && is !== 'at_most') return null;
    return /^\d{1,15}$/.test(value) ? { on, name, is, count: Number(value), ...narrowed } : null;
  }
  if (on === 'label') {
    if (is === 'is_any_of') return manyOf(on, name, linesOf(value));
    return (is === 'is' || is === 'is_not') && value !== '' ? { on, is, value } : null;
  }
  if (includes(TIME_OPERATORS, is)) {
    if (on === 'last_updated') return isTime(value) || SECONDS.test(value) ? { on, is, time: value } : null;
    return isTime(value) ? { on, name, is, time: value } : null;
  }
  if (on === 'last_updated') return null;
  if (is === 'exists' || is === 'not_exists') return { on, name, is };
  if (is === 'is_any_of') return manyOf(on, name, linesOf(value));
  if (includes(NUMBER_OPERATORS, is)) return NUMBER.test(value) ? { on, name, is, number: value } : null;
  return includes(TEXT_OPERATORS, is) && value !== '' ? { on, name, is, value } : null;
}

export function partsOf(filter: CustomerFilter): FilterParts {
  const { on, is } = filter;
  const within = 'within' in filter ? filter.within : undefined;
  return { on, is, name: 'name' in filter ? filter.name : '', value: valueOf(filter), ...(within && { within }) };
}

/** True for a time that is another moment whenever it is asked for. */
export function isRelative(time: string): boolean {
  return includes(PERIODS, time) || AGO.test(time);
}

/** True for a filter that means other moments in another zone: dates, and all relative times but hours. */
export function dependsOnZone(filter: CustomerFilter): boolean {
  const times = ['time' in filter ? filter.time : null, 'within' in filter ? filter.within : null];
  return times.some((time) => time && (DATE.test(time) || (isRelative(time) && !time.endsWith('h'))));
}

/** True for a filter that selects others from day to day. */
export function isRelativeFilter(filter: CustomerFilter): boolean {
  return ('within' in filter && filter.within !== undefined) || ('time' in filter && isRelative(filter.time));
}

function valueOf(filter: CustomerFilter): string {
  if ('value' in filter) return filter.value;
  if ('values' in filter) return filter.values.join('\n');
  if ('number' in filter) return filter.number;
  if ('time' in filter) return filter.time;
  return 'count' in filter ? String(filter.count) : '';
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** True for a subject of which there are several, by name. */
export function isNamed(on: FilterSubject): on is 'attribute' | 'event' {
  return on === 'attribute' || on === 'event';
}

function manyOf(on: FilterSubject, name: string, values: readonly string[]): CustomerFilter | null {
  const isFine = values.length > 0 && values.length <= 100 && values.every((value) => value !== '');
  if (!isFine || (on === 'attribute' && name === '')) return null;
  if (on === 'label') return { on, is: 'is_any_of', values };
  return on === 'attribute' ? { on, name, is: 'is_any_of', values } : null;
}

function isTime(text: string): boolean {
  if (isRelative(text)) return true;
  const day = Date.parse(`${text.slice(0, 10)}T00:00:00Z`);
  if (Number.isNaN(day) || !new Date(day).toISOString().startsWith(text.slice(0, 10))) return false;
  return DATE.test(text) || (MOMENT.test(text) && !Number.isNaN(Date.parse(text)));
}

function includes<T extends string>(list: readonly T[], text: string): text is T {
  return (list as readonly string[]).includes(text);
}

function decoded(text: string): string[] | null {
  try {
    return text.split(':').map(decodeURIComponent);
  } catch {
    return null;
  }
}
