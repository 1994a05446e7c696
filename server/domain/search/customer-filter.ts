import { isBoundedNumber } from '../decimal.js';
import { isLabel } from '../customer/labels.js';
import { DomainError } from '../errors.js';
import { LIMITS, utf8Length } from '../limits.js';
import { isAttributeName } from '../message/attribute.js';
import { hasUnsupportedCharacter } from '../text.js';
import { COMPARISONS, type Comparison } from './condition.js';
import { isFilterTime, isRelative, isSeconds, TIME_FORMS } from './filter-time.js';

/** A filter as it is written, with times that may be relative; see `resolveFilter`. */
export type CustomerFilter =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'is' | 'is_not' | 'contains' | 'starts_with';
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | { readonly on: 'attribute'; readonly name: string; readonly is: Comparison; readonly number: string }
  | { readonly on: 'attribute'; readonly name: string; readonly is: TimeComparison; readonly time: string }
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
  | {
      readonly on: 'last_updated';
      readonly is: TimeComparison;
      /** Also seconds since the Unix epoch. */ readonly time: string;
    };

/** Narrows a filter to the events within a relative time. */
interface Within {
  /** Satisfies {@link isRelative}. */
  readonly within?: string;
}

const TIME_COMPARISONS = ['before', 'after', 'on'] as const;
type TimeComparison = (typeof TIME_COMPARISONS)[number];

const FORMS = {
  attribute:
    'attribute:NAME:is:VALUE, …:is_not:VALUE, …:is_any_of:VALUE:VALUE…, …:contains:VALUE, …:starts_with:VALUE, …:above:NUMBER, …:at_least:NUMBER, …:below:NUMBER, …:at_most:NUMBER, …:before:TIME, …:after:TIME, …:on:TIME, …:exists or …:not_exists',
  event:
    'event:NAME:at_least:N, …:at_most:N or …:never, each also with :within:-7d, -12h, today, yesterday, this_week, this_month or this_year',
  label: 'label:is:LABEL, …:is_not:LABEL or …:is_any_of:LABEL:LABEL…',
  last_updated: 'last_updated:before:TIME, …:after:TIME or …:on:TIME',
};
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Reads a filter from a URL: parts joined by ':', each percent-encoded separately, so that a name may hold ':'. A time may also hold a bare ':'.
 * @param text a query parameter, already decoded once
 * @throws DomainError `invalid_request` with the text and the forms that are accepted
 */
export function parseFilter(text: string): CustomerFilter {
  const parts = text.split(':').map((part) => decode(part, text));
  switch (parts[0]) {
    case 'attribute':
      return attributeFilter(parts, text);
    case 'event':
      return eventFilter(parts, text);
    case 'label':
      return labelFilter(parts, text);
    case 'last_updated':
      return lastUpdatedFilter(parts, text);
    default:
      throw refusal(text, `It takes ${Object.values(FORMS).join('; ')}.`);
  }
}

/** Writes a filter so that {@link parseFilter} reads the same filter back. */
export function formatFilter(filter: CustomerFilter): string {
  const parts: (string | number)[] = 'name' in filter ? [filter.on, filter.name, filter.is] : [filter.on, filter.is];
  if ('value' in filter) parts.push(filter.value);
  if ('values' in filter) parts.push(...filter.values);
  if ('number' in filter) parts.push(filter.number);
  if ('time' in filter) parts.push(filter.time);
  if ('count' in filter) parts.push(filter.count);
  if ('within' in filter && filter.within !== undefined) parts.push('within', filter.within);
  return parts.map(encodeURIComponent).join(':');
}

function attributeFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, name = '', is, ...values] = parts;
  if (!isAttributeName(name) || hasUnsupportedCharacter(name)) {
    throw refusal(text, `An attribute name has 1 to ${LIMITS.attributeNameBytes} bytes.`);
  }
  const single = values.length === 1;
  const comparison = COMPARISONS.find((one) => one === is);
  const timeComparison = TIME_COMPARISONS.find((one) => one === is);
  if ((is === 'exists' || is === 'not_exists') && values.length === 0) return { on: 'attribute', name, is };
  if (single && (is === 'is' || is === 'is_not' || is === 'contains' || is === 'starts_with')) {
    return { on: 'attribute', name, is, value: valueOf(values[0], text) };
  }
  if (is === 'is_any_of' && values.length > 0) {
    if (values.length > LIMITS.filterValues)
      throw refusal(text, `is_any_of takes at most ${LIMITS.filterValues} values.`);
    return { on: 'attribute', name, is, values: values.map((value) => valueOf(value, text)) };
  }
  if (single && comparison) return { on: 'attribute', name, is: comparison, number: numberOf(values[0], text) };
  if (timeComparison && values.length > 0) {
    const time = values.join(':');
    if (!isFilterTime(time)) throw refusal(text, `${TIME_FORMS}.`);
    return { on: 'attribute', name, is: timeComparison, time };
  }
  throw refusal(text, `It takes ${FORMS.attribute}.`);
}

function valueOf(value: string, text: string): string {
  if (value !== '' && utf8Length(value) <= LIMITS.attributeValueBytes && !hasUnsupportedCharacter(value)) return value;
  throw refusal(text, `A value has 1 to ${LIMITS.attributeValueBytes} bytes; use exists or not_exists for none.`);
}

function numberOf(value: string, text: string): string {
  if (NUMBER.test(value) && isBoundedNumber(value)) return value;
  const most = LIMITS.numberDigits;
  throw refusal(text, `${JSON.stringify(value)} is no number such as 18, -0.5 or 1e6, of at most ${most} digits.`);
}

function eventFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, name = '', is, count] = parts;
  if (name === '' || utf8Length(name) > LIMITS.eventNameBytes || hasUnsupportedCharacter(name)) {
    throw refusal(text, `An event name has 1 to ${LIMITS.eventNameBytes} bytes.`);
  }
  if (is === 'never') return { on: 'event', name, is, ...withinOf(parts.slice(3), text) };
  if ((is === 'at_least' || is === 'at_most') && parts.length > 3) {
    return { on: 'event', name, is, count: wholeNumber(count, text), ...withinOf(parts.slice(4), text) };
  }
  throw refusal(text, `It takes ${FORMS.event}.`);
}

/** @param parts behind those of the filter without a time */
function withinOf(parts: readonly string[], text: string): Within {
  if (parts.length === 0) return {};
  const [word, within] = parts;
  if (word === 'within' && parts.length === 2 && isRelative(within)) return { within };
  throw refusal(text, `It takes ${FORMS.event}.`);
}

function labelFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, is, ...values] = parts;
  const wrong = values.find((value) => !isLabel(value));
  if (wrong !== undefined) throw refusal(text, `${JSON.stringify(wrong)} can be no label.`);
  if ((is === 'is' || is === 'is_not') && values.length === 1) return { on: 'label', is, value: values[0] };
  if (is !== 'is_any_of' || values.length === 0) throw refusal(text, `It takes ${FORMS.label}.`);
  if (values.length <= LIMITS.filterValues) return { on: 'label', is, values };
  throw refusal(text, `is_any_of takes at most ${LIMITS.filterValues} values.`);
}

function lastUpdatedFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, is, ...rest] = parts;
  const comparison = TIME_COMPARISONS.find((one) => one === is);
  if (!comparison || rest.length === 0) throw refusal(text, `It takes ${FORMS.last_updated}.`);
  const time = rest.join(':');
  if (!isSeconds(time) && !isFilterTime(time)) throw refusal(text, `${TIME_FORMS}, or seconds since 1970.`);
  return { on: 'last_updated', is: comparison, time };
}

function wholeNumber(part: string, text: string): number {
  const number = Number(part);
  if (/^\d+$/.test(part) && Number.isSafeInteger(number)) return number;
  throw refusal(text, `${JSON.stringify(part)} is no whole number from 0 on.`);
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch (error) {
    if (error instanceof URIError) throw refusal(text, 'Its parts are not percent-encoded one by one.');
    throw error;
  }
}

function refusal(text: string, reason: string): DomainError {
  const shown = JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text);
  const message = `The filter ${shown} is not understood. ${reason}`;
  return new DomainError('invalid_request', message, [{ field: 'filter', message }]);
}
