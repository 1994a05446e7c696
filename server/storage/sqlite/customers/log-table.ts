import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';
import { isRestored } from '../../../domain/customer/trash.js';
import { baselineOf, editEffect, startOfLog, startsLogAnew } from '../../../domain/log/log-change.js';
import type { LogBlock } from '../../../domain/log/log-entry.js';
import type { Differences } from '../../check/differences.js';
import { looseRows } from '../../log/block-row.js';
import { toEditRow } from '../../log/edit-row.js';
import { LOG_TABLES } from '../../log/schema.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';
import { checkLog } from '../log/check-log.js';
import { LogRows } from '../log/log-rows.js';
import { LogWriter } from '../log/log-writer.js';
import type { ChangeCounter } from './change-counter.js';
import type { DerivedTable } from './derived-table.js';

/** Appends messages and edits to the log of their customer; or, where no log is kept, ends the log of each customer that changes. */
export class LogTable implements DerivedTable {
  readonly name = 'log';
  /** Nothing else holds the entries. */
  readonly clear = undefined;
  private readonly rows: LogRows;
  private readonly writer: LogWriter;
  private readonly any: Query<[number]>;
  /** False if certainly no customer has a log. */
  private hasRows = true;

  /** @param keepsLog false: what changes is not logged */
  constructor(
    db: DatabaseSync,
    private readonly changes: ChangeCounter,
    private readonly keepsLog: boolean,
  ) {
    this.rows = new LogRows(db);
    this.writer = new LogWriter(db);
    this.any = prepareRows(db, `SELECT ${LOG_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')}`);
  }

  begin(): void {
    this.changes.begin();
    this.writer.begin();
    this.hasRows = this.keepsLog || this.any.get()?.[0] === 1;
  }

  record(key: number, change: CustomerChange): void {
    if (this.keepsLog) this.append(key, change);
    else if (this.hasRows) this.writer.remove(key);
  }

  recordFresh(key: number, _id: number | string, { log }: FreshCustomer): void {
    if (this.keepsLog && log) this.addMessages(key, log);
  }

  erase(key: number): void {
    this.writer.remove(key);
  }

  flush(): void {
    if (this.writer.hasLoose) this.writer.flush(this.changes.current);
  }

  check({ reader }: SqliteDatabase, differences: Differences): void {
    checkLog(reader, differences);
  }

  private append(key: number, change: CustomerChange): void {
    const { log, before, after, deletedBefore, deletedAt } = change;
    const edit = editEffect(change, change.history?.at ?? Date.now());
    if (!edit && !log) return;
    const moment = this.changes.current;
    if (after && isRestored(change) && startsLogAnew(change, this.rows.customer(key))) {
      this.writer.remove(key);
      this.writer.setBaseline(key, baselineOf(after, moment, deletedAt));
      return;
    }
    // A customer that begins has no rows.
    if ((before ?? deletedBefore) !== undefined && !this.rows.exist(key)) {
      const start = startOfLog(change, moment);
      if (start) this.writer.setBaseline(key, start);
    }
    if (log) this.addMessages(key, log);
    if (edit) this.writer.addEdit(key, toEditRow(edit, moment));
  }

  private addMessages(key: number, log: LogBlock): void {
    const moment = this.changes.current;
    for (const row of looseRows(log, moment)) this.writer.addBlock(key, row);
    this.writer.addLoose(key, moment);
  }
}
