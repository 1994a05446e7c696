import type { CustomerFilter } from './customer-filter.js';
import type { CustomerRecord } from '../customer/customer.js';

/** Which customers: those that satisfy all that is said. Nothing said: all customers. */
export interface CustomerSelection {
  /** Trimmed, not empty. What it finds is said by `searchRank`. */
  readonly search?: string;
  readonly filters: readonly CustomerFilter[];
  /** None but these; ids that nobody has are no error. */
  readonly ids?: readonly string[];
}

export const CUSTOMER_SORTS = ['id', 'email', 'created_at', 'last_updated'] as const;
/** `created_at` and `email` are attributes: who has none, or a `created_at` that is no number, comes last in either order. */
export type CustomerSort = (typeof CUSTOMER_SORTS)[number];

export const SORT_ORDERS = ['asc', 'desc'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** A selection in an order. Whom the search names by id or by email comes first; equals are in the order of their ids. */
export interface CustomerQuery extends CustomerSelection {
  readonly sort: CustomerSort;
  readonly order: SortOrder;
}

/** A page of what was found. */
export interface FoundCustomers {
  readonly customers: readonly CustomerRecord[];
  /** All that were found, not those of the page. */
  readonly total: number;
  /** True when there may be more than `total`: counting on would be slow. */
  readonly totalIsMinimum: boolean;
  /** True when the search index is so far behind that customers may be missing. */
  readonly indexing: boolean;
}

/** A number of customers; see {@link FoundCustomers}. */
export type CustomerCount = Omit<FoundCustomers, 'customers'>;

/** An attribute with the number of customers that have it. */
export interface AttributeName {
  readonly name: string;
  readonly customers: number;
}

/** An event with the number of customers that did it, and how often they did. */
export interface EventName extends AttributeName {
  readonly events: number;
}
