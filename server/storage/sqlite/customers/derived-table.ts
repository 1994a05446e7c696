import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';

/** A table that follows from the customers. The customer writer tells it of every change, within the write transaction. */
export interface DerivedTable {
  /** Starts a transaction. Sums of a transaction that failed are discarded. */
  begin?(): void;
  /** Takes note of a change after its row was written. */
  record(key: number, change: CustomerChange): void;
  /** Takes note of a customer who did not exist, after its row was inserted from a folded batch. */
  recordFresh(key: number, id: number | string, customer: FreshCustomer): void;
  /** Takes note that {@link recordFresh} was called for all customers of a batch. */
  recordAllOf?(batch: FoldedBatch): void;
  /** Writes what is still in memory, at the end of the transaction. */
  flush?(): void;
}
