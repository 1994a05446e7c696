import type { StoredCustomer } from './customer.js';

/** Reads customers with all that is kept of them, in bulk. This class is the contract of every engine and the token for Nest. */
export abstract class StoredCustomers {
  /**
   * The next customers in the order of lists, at most `limit`. Who goes on behind the last of them meets every customer that
   * stays, once, whatever comes and goes meanwhile.
   * @param id behind this one, which need not exist; undefined: from the first on
   */
  abstract after(id: string | undefined, limit: number): Promise<readonly StoredCustomer[]>;

  /** Those of the ids that there are, in the order of `ids`. */
  abstract among(ids: readonly string[]): Promise<readonly StoredCustomer[]>;
}
