import { LIMITS } from '../domain/limits.js';

/** Pages start at 1. */
export interface Paging {
  readonly page: number;
  readonly perPage: number;
}

const DEFAULT_PAGE = 1;
const DEFAULT_PER_PAGE = 25;

/** Reads `page` and `per_page` of a query: what is no positive integer takes the default, more than 10 000 a page is served as that. */
export function readPaging(query: Readonly<Record<string, unknown>>): Paging {
  return {
    page: positiveInteger(query.page) ?? DEFAULT_PAGE,
    perPage: Math.min(positiveInteger(query.per_page) ?? DEFAULT_PER_PAGE, LIMITS.perPage),
  };
}

/** A positive integer in digits, else undefined. A huge one is clamped to a safe integer; so far out there is no page anyway. */
export function positiveInteger(text: unknown): number | undefined {
  if (typeof text !== 'string' || !/^\d+$/.test(text)) return undefined;
  const value = Math.min(Number(text), Number.MAX_SAFE_INTEGER);
  return value > 0 ? value : undefined;
}
