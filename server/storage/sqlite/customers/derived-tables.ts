import type { SqliteDatabase } from '../database/database.js';
import { ChangeCounter } from './change-counter.js';
import { CustomerRanges } from './customer-ranges.js';
import type { DerivedTable } from './derived-table.js';
import { HistoryTable } from './history-table.js';
import { LogTable } from './log-table.js';
import { SearchPending } from './search-pending.js';
import { StatisticsTable } from './statistics-table.js';
import { TrashTable } from './trash-table.js';

/** Every derived table. A further table is added here, and nowhere else. */
export function derivedTables({ writer: db, keepsLog }: SqliteDatabase): readonly DerivedTable[] {
  const changes = new ChangeCounter(db);
  return [
    ...[new CustomerRanges(db), new SearchPending(db, changes), new StatisticsTable(db), new HistoryTable(db)],
    ...[new TrashTable(db), new LogTable(db, changes, keepsLog)],
  ];
}
