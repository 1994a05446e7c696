import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';
import type { FoldedBatch } from '../../../domain/customer/folded-batch.js';
import { CustomerRanges, type OrderedId } from './customer-ranges.js';
import { HistoryTable } from './history-table.js';
import { SearchPending } from './search-pending.js';
import { StatisticsTable } from './statistics-table.js';

/** A table that follows from the customers. The customer writer tells it of every change, within the write transaction. */
export interface DerivedTable {
  /** Starts a transaction. Sums of a transaction that failed are discarded. */
  begin?(): void;
  /** Takes note of a change after its row was written. */
  record(key: number, change: CustomerChange): void;
  /** Takes note of a customer who did not exist, after its row was inserted from a folded batch. */
  recordFresh(key: number, id: OrderedId, customer: FreshCustomer): void;
  /** Takes note that {@link recordFresh} was called for all customers of a batch. */
  recordAllOf?(batch: FoldedBatch): void;
  /** Writes what is still in memory, at the end of the transaction. */
  flush?(): void;
}

/** Every derived table. A further table is added here, and nowhere else. */
export function derivedTables(db: DatabaseSync): readonly DerivedTable[] {
  return [new CustomerRanges(db), new SearchPending(db), new StatisticsTable(db), new HistoryTable(db)];
}
