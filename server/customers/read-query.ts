import { parseFilter } from '../domain/search/customer-filter.js';
import { readUserId } from '../domain/customer/customer-id.js';
import {
  CUSTOMER_SORTS,
  SORT_ORDERS,
  type CustomerQuery,
  type CustomerSelection,
  type CustomerSort,
  type SortOrder,
} from '../domain/search/customer-query.js';
import { parseGroupText, type FilterGroup } from '../domain/search/filter-group.js';
import { readSearchText } from '../domain/search/search-text.js';
import { resolveConditions } from '../domain/search/written-query.js';
import { DomainError } from '../domain/errors.js';
import { LIMITS, utf8Length } from '../domain/limits.js';
import { isAttributeName } from '../domain/message/attribute.js';
import { hasUnsupportedCharacter } from '../domain/text.js';
import { readClock } from './read-conditions.js';

type RawQuery = Readonly<Record<string, unknown>>;

/** Default of `limit` in a query of names. */
const DEFAULT_NAMES = 50;

const SEARCHING = ['search', 'filter', 'where', 'tz', 'week_start', 'sort', 'order', 'id'] as const;

/** True when a request asks for a part of the list or for an order. Without either, pages come from the repository, which is faster. */
export function asksToSearch(query: RawQuery): boolean {
  return SEARCHING.some((name) => query[name] !== undefined && query[name] !== '');
}

/** True for `?erase=true`. @throws DomainError `invalid_request` for any other text than `false` */
export function asksToErase(erase: unknown): boolean {
  if (erase === undefined || erase === 'false') return false;
  if (erase === 'true') return true;
  const message = 'erase is "true" or "false".';
  throw new DomainError('invalid_request', message, [{ field: 'erase', message }]);
}

/**
 * Reads the query of `?search=&filter=&where=&tz=&week_start=&sort=&order=&id=`. Relative times are resolved by the clock of this moment.
 * @throws DomainError `invalid_request` that names the parameter
 */
export function readCustomerQuery(query: RawQuery): CustomerQuery {
  return {
    ...readSelection(query),
    ranked: query.sort === undefined || query.sort === '',
    sort: oneOf<CustomerSort>('sort', query.sort, CUSTOMER_SORTS, 'id'),
    order: oneOf<SortOrder>('order', query.order, SORT_ORDERS, 'asc'),
  };
}

function readSelection(query: RawQuery): CustomerSelection {
  const search = readSearch(query.search);
  const ids = many('id', query.id, LIMITS.selectedIds);
  const filters = many('filter', query.filter, LIMITS.filters) ?? [];
  const where = readWhere(query.where);
  const written = {
    filters: filters.map(parseFilter),
    ...(where && { where }),
    ...readClock(query.tz, query.week_start),
  };
  return {
    ...(search !== undefined && { search }),
    filters: resolveConditions(written, Date.now()),
    ...(ids && { ids: ids.map(idOf) }),
  };
}

/**
 * Reads a text to search for, without the white space around it. Returns undefined when there is none.
 * @throws DomainError `invalid_request`
 */
export function readSearch(value: unknown, field = 'search'): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw refusal(field, `${field} is one text.`);
  if (utf8Length(value) > LIMITS.searchBytes) throw refusal(field, `${field} has at most ${LIMITS.searchBytes} bytes.`);
  if (hasUnsupportedCharacter(value))
    throw refusal(field, `${field} must not hold U+0000 or half of a surrogate pair.`);
  const search = value.trim();
  if (search === '') return undefined;
  if (readSearchText(search).terms.length > LIMITS.searchTerms)
    throw refusal(field, `${field} has at most ${LIMITS.searchTerms} words. Quotes make a phrase of several words.`);
  return search;
}

function readWhere(value: unknown): FilterGroup | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value === 'string') return parseGroupText(value);
  throw refusal('where', 'where is one text of JSON; a group in it holds the others.');
}

/** Reads `limit`, 1 to 1000. Any other value counts as 50. */
export function readLimit({ limit }: RawQuery): number {
  const number = typeof limit === 'string' && /^\d+$/.test(limit) ? Number(limit) : 0;
  return number > 0 ? Math.min(number, LIMITS.names) : DEFAULT_NAMES;
}

/** Reads the name of an attribute. @throws DomainError `invalid_request` */
export function readName(value: unknown): string {
  if (typeof value === 'string' && isAttributeName(value) && !hasUnsupportedCharacter(value)) return value;
  throw refusal('name', `name is that of an attribute, 1 to ${LIMITS.attributeNameBytes} bytes.`);
}

function idOf(value: string): string {
  const id = readUserId(value);
  if (id) return id;
  throw refusal('id', `id is a customer's id, 1 to ${LIMITS.userIdBytes} bytes.`);
}

/** Reads a parameter that may be repeated. Returns undefined when it is absent or empty. */
function many(field: string, value: unknown, most: number): string[] | undefined {
  const values = (Array.isArray(value) ? (value as unknown[]) : [value]).filter(
    (one) => one !== undefined && one !== '',
  );
  if (values.length === 0) return undefined;
  if (values.length > most) throw refusal(field, `${field} may be repeated up to ${most} times.`);
  return values.map(String);
}

export function oneOf<T extends string>(field: string, value: unknown, allowed: readonly T[], fallback: T): T {
  if (value === undefined || value === '') return fallback;
  const found = allowed.find((one) => one === value);
  if (found) return found;
  throw refusal(field, `${field} is one of ${allowed.join(', ')}.`);
}

function refusal(field: string, message: string): DomainError {
  return new DomainError('invalid_request', message, [{ field, message }]);
}
