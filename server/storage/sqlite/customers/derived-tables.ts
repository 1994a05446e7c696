import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import { CustomerRanges } from './customer-ranges.js';
import type { DerivedTable } from './derived-table.js';
import { HistoryTable } from './history-table.js';
import { SearchPending } from './search-pending.js';
import { StatisticsTable } from './statistics-table.js';
import { TrashTable } from './trash-table.js';

/** Every derived table. A further table is added here, and nowhere else. */
export function derivedTables(db: DatabaseSync): readonly DerivedTable[] {
  return [
    ...[new CustomerRanges(db), new SearchPending(db), new StatisticsTable(db), new HistoryTable(db)],
    new TrashTable(db),
  ];
}
