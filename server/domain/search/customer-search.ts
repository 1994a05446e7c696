import type {
  AttributeName,
  CustomerCount,
  CustomerQuery,
  CustomerSelection,
  EventName,
  FoundCustomers,
} from './customer-query.js';

/**
 * Finds customers. This class is the contract of every engine and the token for Nest. A customer that was found is as it is
 * now, also while an index is behind; one that was not found may be missing only if the answer says `indexing`.
 */
export abstract class CustomerSearch {
  /** Customers from `offset` on (0 is the first), at most `limit`. Past the end there are none. */
  abstract search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers>;

  abstract count(selection: CustomerSelection): Promise<CustomerCount>;

  /**
   * The ids of a selection in no promised order, each once, a bounded number in memory at a time. It never leaves one out: what
   * is not indexed is looked at one by one. A customer that changes meanwhile may be there or not.
   */
  abstract select(selection: CustomerSelection): AsyncIterable<string>;

  /** The attributes whose name holds `search` (case aside), those of most customers first, at most `limit`. */
  abstract attributeNames(search: string, limit: number): Promise<readonly AttributeName[]>;

  /** The events whose name holds `search` (case aside), those of most customers first, at most `limit`. */
  abstract eventNames(search: string, limit: number): Promise<readonly EventName[]>;
}
