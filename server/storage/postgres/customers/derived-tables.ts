import { RangeChanges } from './customer-ranges.js';
import type { DerivedTable } from './derived-table.js';
import { HistoryTable } from './history-table.js';
import { LogTable } from './log-table.js';
import { SearchPending } from './search-pending.js';
import { StatisticsChanges } from './statistics-table.js';
import { TrashTable } from './trash-table.js';

/** Every derived table, for one transaction. A further table is added here, and nowhere else. @param keepsLog whether the log gets entries */
export function derivedTables(keepsLog = false): readonly DerivedTable[] {
  return [
    ...[new SearchPending(), new RangeChanges(), new StatisticsChanges(), new HistoryTable(), new TrashTable()],
    new LogTable(keepsLog),
  ];
}
