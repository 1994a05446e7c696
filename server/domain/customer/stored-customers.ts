import type { StoredCustomer } from './customer.js';

/** Reads stored customers in bulk. This class is the contract of every engine and the token for Nest. */
export abstract class StoredCustomers {
  /**
   * Keyset paging in the order of lists: returns at most `limit` customers behind `id`. A customer that exists throughout is returned
   * exactly once, even if others are added or deleted meanwhile.
   * @param id the last id of the page before, which need not exist; undefined for the first page
   */
  abstract after(id: string | undefined, limit: number): Promise<readonly StoredCustomer[]>;

  /** Returns the customers of `ids` that exist, in the order of `ids`. */
  abstract among(ids: readonly string[]): Promise<readonly StoredCustomer[]>;
}
