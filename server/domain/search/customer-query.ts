import type { Condition } from './condition.js';
import type { CustomerRecord } from '../customer/customer.js';

/** The customers that satisfy every condition; all customers when there is none. */
export interface CustomerSelection {
  /** Trimmed, not empty. Finds customers by their id and their attributes: see `SearchRank`. */
  readonly search?: string;
  readonly filters: readonly Condition[];
  /** Only customers with these ids. Unknown ids are ignored. */
  readonly ids?: readonly string[];
}

export const CUSTOMER_SORTS = ['id', 'email', 'created_at', 'last_updated'] as const;
/** `created_at` and `email` are attributes. A customer without it, or whose `created_at` is no number, comes last in either order. */
export type CustomerSort = (typeof CUSTOMER_SORTS)[number];

export const SORT_ORDERS = ['asc', 'desc'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/** A selection in an order; equals are in the order of their ids. */
export interface CustomerQuery extends CustomerSelection {
  /** Customers come in the order of their `SearchRank` first. */
  readonly ranked?: boolean;
  readonly sort: CustomerSort;
  readonly order: SortOrder;
}

/** A page of selected customers. */
export interface FoundCustomers {
  readonly customers: readonly CustomerRecord[];
  /** The number of selected customers on all pages. */
  readonly total: number;
  /** True when there may be more than `total`, because counting all would be slow. */
  readonly totalIsMinimum: boolean;
  /** True when the search index is so far behind that selected customers may be missing. */
  readonly indexing: boolean;
}

/** The ids of a page of selected customers. */
export interface FoundIds extends CustomerCount {
  readonly ids: readonly string[];
}

/** The number of selected customers; see {@link FoundCustomers}. */
export type CustomerCount = Omit<FoundCustomers, 'customers'>;

/** The name of an attribute with the number of customers that have it. */
export interface AttributeName {
  readonly name: string;
  readonly customers: number;
}

/** The name of an event with the number of customers that have it, and the number of these events. */
export interface EventName extends AttributeName {
  readonly events: number;
}
