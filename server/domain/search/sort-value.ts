import { compareCodePoints } from '../text.js';
import type { SortOrder } from './customer-query.js';

/** The value that a customer is sorted by; undefined comes last. */
export type SortValue = string | number | undefined;

/** Numbers come before texts, texts are in the order of their code points, and undefined comes last in either order. */
export function compareSortValues(a: SortValue, b: SortValue, order: SortOrder): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  const ascending = compareValues(a, b);
  return order === 'asc' ? ascending : -ascending;
}

function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number') return typeof b === 'number' ? a - b : -1;
  return typeof b === 'number' ? 1 : compareCodePoints(a, b);
}
