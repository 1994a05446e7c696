export type CustomerSort = 'id' | 'email' | 'created_at' | 'last_updated';
export type SortOrder = 'asc' | 'desc';

/** Selects the customers that match the search and all filters. */
export interface CustomerSelection {
  /** Without white space at the ends; empty for no search. */
  readonly search: string;
  /** Filters as text, as the address holds them; see `customer-filter.ts`. */
  readonly filters: readonly string[];
  /** Groups of filters as JSON, as the address holds them; missing or empty for none. See `conditions.ts`. */
  readonly where?: string;
  /** The time zone of a segment; missing for that of the reader. */
  readonly tz?: string;
}

export interface CustomerOrder {
  readonly sort: CustomerSort;
  readonly order: SortOrder;
}

/** A page of a selection in an order. */
export interface CustomerQuery extends CustomerSelection, CustomerOrder {
  readonly page: number;
  readonly perPage: number;
}

export const PER_PAGE = 25;
export const MOST_PER_PAGE = 100;
const SORTS: readonly CustomerSort[] = ['id', 'email', 'created_at', 'last_updated'];

/** Reads the query of an address. A value that is not possible counts as the default. */
export function readQuery(params: {
  search: unknown;
  filter: unknown;
  where?: unknown;
  tz?: unknown;
  sort: unknown;
  order: unknown;
  page: unknown;
  per_page: unknown;
}): CustomerQuery {
  return {
    search: typeof params.search === 'string' ? params.search.trim() : '',
    filters: many(params.filter),
    ...(typeof params.where === 'string' && params.where !== '' && { where: params.where }),
    ...(typeof params.tz === 'string' && params.tz !== '' && { tz: params.tz }),
    sort: SORTS.find((sort) => sort === params.sort) ?? 'id',
    order: params.order === 'desc' ? 'desc' : 'asc',
    page: positive(params.page, 1),
    perPage: Math.min(positive(params.per_page, PER_PAGE), MOST_PER_PAGE),
  };
}

/** The parameters of a query, for the address and for the API. Null for a default. */
export function writeQuery(query: CustomerSelection & CustomerOrder): {
  search: string | null;
  filter: string[] | null;
  where: string | null;
  sort: CustomerSort | null;
  order: SortOrder | null;
} {
  return {
    search: query.search || null,
    filter: query.filters.length > 0 ? [...query.filters] : null,
    where: query.where === '' ? null : (query.where ?? null),
    sort: query.sort === 'id' ? null : query.sort,
    order: query.order === 'asc' ? null : query.order,
  };
}

/** The parameters of the address of a page of the list. Null for a default. */
export function addressOf(query: CustomerQuery): Readonly<Record<string, string | number | string[] | null>> {
  const { page, perPage, tz = null } = query;
  return { ...writeQuery(query), tz, page: page === 1 ? null : page, per_page: perPage === PER_PAGE ? null : perPage };
}

export function isEverybody({ search, filters, where }: CustomerSelection): boolean {
  return search === '' && filters.length === 0 && !where;
}

/** Tells whether two lists have the same selection and order. */
export function sameList(a: CustomerSelection & CustomerOrder, b: CustomerSelection & CustomerOrder): boolean {
  return listKey(a) === listKey(b);
}

/** Equal for equal selections. The order of the filters does not matter. */
export function selectionKey({ search, filters, where = '', tz = '' }: CustomerSelection): string {
  return JSON.stringify([search, [...filters].sort(), where, tz]);
}

function listKey({ search, filters, where, sort, order }: CustomerSelection & CustomerOrder): string {
  return JSON.stringify([selectionKey({ search, filters, where }), sort, order]);
}

function many(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(values.filter((one) => typeof one === 'string' && one !== '') as string[])];
}

function positive(value: unknown, fallback: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  return number > 0 ? number : fallback;
}
