import type { CustomerCount, CustomerSelection } from './customer-query.js';

/** Counts the customers of selections without holding up other work. This class is the token for Nest. */
export abstract class SelectionCounts {
  /** Returns the number that is known; undefined when customers may have changed since, or it was never counted. */
  abstract known(selection: CustomerSelection): CustomerCount | undefined;

  /** Returns the number that is known, or counts. */
  abstract count(selection: CustomerSelection): Promise<CustomerCount>;
}
