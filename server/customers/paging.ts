import { LIMITS } from '../domain/limits.js';

/** A page of a list; the first page is 1. */
export interface Paging {
  readonly page: number;
  readonly perPage: number;
}

const DEFAULT_PAGE = 1;
const DEFAULT_PER_PAGE = 25;

/** Reads `page` and `per_page` of a query. A value that is no positive integer counts as absent; more than 10 000 a page counts as 10 000. */
export function readPaging(query: Readonly<Record<string, unknown>>): Paging {
  return {
    page: positiveInteger(query.page) ?? DEFAULT_PAGE,
    perPage: Math.min(positiveInteger(query.per_page) ?? DEFAULT_PER_PAGE, LIMITS.perPage),
  };
}

/** Parses digits as a positive integer, at most the largest safe one, which lies behind every page. Returns undefined for any other value. */
export function positiveInteger(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d+$/.test(text)) return undefined;
  const value = Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  return value > 0 ? value : undefined;
}
