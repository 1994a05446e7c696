import { numericId } from '../../../domain/customer/customer-id.js';
import type { CustomerSort } from '../../../domain/search/customer-query.js';

/** The numbers that the documents of a block are sorted by, one column for each order, and the keys of their customers. */
export type ColumnName = CustomerSort | 'key';

/** Numbers below all labels: -2 ** 53 is the id 0. Exact for every id that is a number. */
const NUMBERS_BELOW_LABELS = 2 ** 53;

/** @param label of an id that is no number */
export function idNumber(id: string, label: (id: string) => number): number {
  const number = numericId(id);
  return number === undefined ? label(id) : number - NUMBERS_BELOW_LABELS;
}

/** Who has no value comes last. */
export const NO_VALUE = Infinity;
