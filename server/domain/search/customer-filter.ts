import { isAttributeName } from '../message/attribute.js';
import { DomainError } from '../errors.js';
import { LIMITS, utf8Length } from '../limits.js';
import { hasUnsupportedCharacter } from '../text.js';

/** A condition on a customer. `CustomerMatcher` defines which customers satisfy it. */
export type CustomerFilter =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'is' | 'is_not' | 'contains';
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'exists' | 'not_exists' }
  | { readonly on: 'event'; readonly name: string; readonly is: 'at_least' | 'at_most'; readonly count: number }
  | { readonly on: 'event'; readonly name: string; readonly is: 'never' }
  | {
      readonly on: 'last_updated';
      readonly is: 'before' | 'after';
      /** Since the Unix epoch. */ readonly seconds: number;
    };

const FORMS = {
  attribute: 'attribute:NAME:is:VALUE, …:is_not:VALUE, …:contains:VALUE, …:exists or …:not_exists',
  event: 'event:NAME:at_least:N, …:at_most:N or …:never',
  last_updated: 'last_updated:before:SECONDS or …:after:SECONDS',
};

/**
 * Reads a filter from a URL: parts joined by ':', each percent-encoded separately, so that a name may hold ':'.
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
    case 'last_updated':
      return lastUpdatedFilter(parts, text);
    default:
      throw refusal(text, `It takes ${Object.values(FORMS).join('; ')}.`);
  }
}

/** Writes a filter so that {@link parseFilter} reads the same filter back. */
export function formatFilter(filter: CustomerFilter): string {
  const parts: (string | number)[] =
    filter.on === 'last_updated' ? [filter.on, filter.is] : [filter.on, filter.name, filter.is];
  if ('value' in filter) parts.push(filter.value);
  if ('count' in filter) parts.push(filter.count);
  if ('seconds' in filter) parts.push(filter.seconds);
  return parts.map(encodeURIComponent).join(':');
}

function attributeFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, name = '', is, value] = parts;
  if (!isAttributeName(name) || hasUnsupportedCharacter(name)) {
    throw refusal(text, `An attribute name has 1 to ${LIMITS.attributeNameBytes} bytes.`);
  }
  if ((is === 'exists' || is === 'not_exists') && parts.length === 3) return { on: 'attribute', name, is };
  if ((is === 'is' || is === 'is_not' || is === 'contains') && parts.length === 4) {
    if (value === '' || utf8Length(value) > LIMITS.attributeValueBytes || hasUnsupportedCharacter(value)) {
      throw refusal(text, `A value has 1 to ${LIMITS.attributeValueBytes} bytes; use exists or not_exists for none.`);
    }
    return { on: 'attribute', name, is, value };
  }
  throw refusal(text, `It takes ${FORMS.attribute}.`);
}

function eventFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, name = '', is, count] = parts;
  if (name === '' || utf8Length(name) > LIMITS.eventNameBytes || hasUnsupportedCharacter(name)) {
    throw refusal(text, `An event name has 1 to ${LIMITS.eventNameBytes} bytes.`);
  }
  if (is === 'never' && parts.length === 3) return { on: 'event', name, is };
  if ((is === 'at_least' || is === 'at_most') && parts.length === 4) {
    return { on: 'event', name, is, count: wholeNumber(count, text) };
  }
  throw refusal(text, `It takes ${FORMS.event}.`);
}

function lastUpdatedFilter(parts: readonly string[], text: string): CustomerFilter {
  const [, is, seconds] = parts;
  if ((is === 'before' || is === 'after') && parts.length === 3) {
    return { on: 'last_updated', is, seconds: wholeNumber(seconds, text) };
  }
  throw refusal(text, `It takes ${FORMS.last_updated}.`);
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
