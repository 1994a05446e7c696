import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { Differences } from '../../check/differences.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';

/** A table that follows from the customers. The customer writer tells it of every change of one transaction. */
export interface DerivedTable {
  /** Its name in the report of a check. */
  readonly name: string;
  record(change: CustomerChange): void;
  /** @param customers all or some customers of `batch`; they did not exist, and {@link record} is not called for them */
  recordFresh(customers: readonly PartialCustomer[], batch: FoldedBatch): void;
  /**
   * Looks at the rows of the customers that it was told of by {@link record}, before they are written.
   * @param hasLog of a customer, if that is known; see LockedCustomer
   */
  begin?(client: ClientBase, hasLog: ReadonlyMap<string, boolean | undefined>): Promise<void>;
  /** Writes what is in memory. @param isLast true at the end of the transaction, false after the writes before */
  flush(client: ClientBase, isLast: boolean): Promise<void>;
  /** Settles the changes of a copy at its end, all at once. */
  settle?(client: ClientBase): Promise<void>;
  /** Compares the table with the customers, on a snapshot. */
  check(client: ClientBase, differences: Differences): Promise<void>;
  /**
   * Empties the table, to be filled anew by {@link record} with the arrival of every customer. The transaction has a snapshot, and has
   * locked `settled`. Undefined: the customers do not say what the table holds.
   */
  readonly clear: ((client: ClientBase) => Promise<void>) | undefined;
  /** The table of the database that is locked by the process that moves changes into it. */
  readonly settled: string | undefined;
}
