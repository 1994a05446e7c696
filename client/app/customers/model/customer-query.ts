export type CustomerSort = 'id' | 'email' | 'created_at' | 'last_updated';
export type SortOrder = 'asc' | 'desc';

/** Which customers: those whom everything that is said holds for. */
export interface CustomerSelection {
  /** Trimmed; empty for none. */
  readonly search: string;
  /** As they stand in the address; see `customer-filter.ts`. */
  readonly filters: readonly string[];
}

export interface CustomerOrder {
  readonly sort: CustomerSort;
  readonly order: SortOrder;
}

/** What the list shows: a page of a selection in an order. */
export interface CustomerQuery extends CustomerSelection, CustomerOrder {
  readonly page: number;
  readonly perPage: number;
}

export const PER_PAGE = 25;
export const MOST_PER_PAGE = 100;
const SORTS: readonly CustomerSort[] = ['id', 'email', 'created_at', 'last_updated'];

/** The query of an address. What is none of the possible values counts as the default. */
export function readQuery(params: {
  search: unknown;
  filter: unknown;
  sort: unknown;
  order: unknown;
  page: unknown;
  per_page: unknown;
}): CustomerQuery {
  return {
    search: typeof params.search === 'string' ? params.search.trim() : '',
    filters: many(params.filter),
    sort: SORTS.find((sort) => sort === params.sort) ?? 'id',
    order: params.order === 'desc' ? 'desc' : 'asc',
    page: positive(params.page, 1),
    perPage: Math.min(positive(params.per_page, PER_PAGE), MOST_PER_PAGE),
  };
}

/** The parameters of a query, without what is the default anyway: in the address, and for the API. */
export function writeQuery(query: CustomerSelection & CustomerOrder): {
  search: string | null;
  filter: string[] | null;
  sort: CustomerSort | null;
  order: SortOrder | null;
} {
  return {
    search: query.search || null,
    filter: query.filters.length > 0 ? [...query.filters] : null,
    sort: query.sort === 'id' ? null : query.sort,
    order: query.order === 'asc' ? null : query.order,
  };
}

export function isEverybody({ search, filters }: CustomerSelection): boolean {
  return search === '' && filters.length === 0;
}

/** Whether two select and order alike, whatever page they show. */
export function sameList(a: CustomerSelection & CustomerOrder, b: CustomerSelection & CustomerOrder): boolean {
  return listKey(a) === listKey(b);
}

export function sameSelection(a: CustomerSelection, b: CustomerSelection): boolean {
  return selectionKey(a) === selectionKey(b);
}

/** The order of filters means nothing. */
export function selectionKey({ search, filters }: CustomerSelection): string {
  return JSON.stringify([search, [...filters].sort()]);
}

function listKey(list: CustomerSelection & CustomerOrder): string {
  return JSON.stringify([selectionKey(list), list.sort, list.order]);
}

function many(value: unknown): string[] {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return [...new Set(values.filter((one) => typeof one === 'string' && one !== '') as string[])];
}

function positive(value: unknown, fallback: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  return number > 0 ? number : fallback;
}
