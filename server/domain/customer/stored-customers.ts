import type { AllNames } from '../overview.js';
import type { CustomerSelection } from '../search/customer-query.js';
import type { StoredCustomer } from './customer.js';

/** All customers as they were at one moment. */
export interface CustomerSnapshot {
  /**
   * The customers behind an id in the order of lists, at most `limit`.
   * @param id which need not exist; undefined for the first customers
   */
  after(id: string | undefined, limit: number): Promise<readonly StoredCustomer[]>;

  /** The customers of `ids` that exist, in the order of `ids`. */
  among(ids: readonly string[]): Promise<readonly StoredCustomer[]>;

  /** The names of attributes and of events, at most `limit` of each, by code point. */
  names(limit: number): Promise<AllNames>;

  /**
   * The ids of the selected customers, each once, in an unspecified order.
   * @throws the reason of the signal when it is aborted
   */
  select(selection: CustomerSelection, signal: AbortSignal): AsyncIterable<string>;
}

/** Reads stored customers in bulk. This class is the contract of every engine and the token for Nest. */
export abstract class StoredCustomers {
  /**
   * Reads from one snapshot, beside any write. `read` takes turns with other work itself, and is called again from its start if the
   * database was away.
   */
  abstract snapshot<T>(read: (snapshot: CustomerSnapshot) => Promise<T>): Promise<T>;
}
