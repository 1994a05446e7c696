import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';
import type { Differences } from '../../check/differences.js';
import type { SqliteDatabase } from '../database/database.js';

/** A table that follows from the customers. The customer writer tells it of every change, within the write transaction. */
export interface DerivedTable {
  /** Its name in the report of a check. */
  readonly name: string;
  /** Starts a transaction. Sums of a transaction that failed are discarded. */
  begin?(): void;
  /** Takes note of a change after its row was written. */
  record(key: number, change: CustomerChange): void;
  /** Takes note of a customer who did not exist, after its row was inserted from a folded batch. */
  recordFresh(key: number, id: number | string, customer: FreshCustomer): void;
  /** Takes note that {@link recordFresh} was called for all customers of a batch. */
  recordAllOf?(batch: FoldedBatch): void;
  /** Takes note that {@link recordFresh} was called for the first `count` customers of a batch only. */
  recordFirstOf?(batch: FoldedBatch, count: number): void;
  /** Removes what the table holds of an erased customer apart from its record, after {@link record}. */
  erase?(key: number, id: string): void;
  /** Writes what is still in memory, at the end of the transaction. */
  flush?(): void;
  /** Compares the table with the customers, within a snapshot of the reader. */
  check(database: SqliteDatabase, differences: Differences): void;
  /**
   * Empties the table within a write transaction, to be filled anew by {@link record} with the arrival of every customer. Undefined: the
   * customers do not say what the table holds.
   */
  readonly clear: (() => void) | undefined;
}
