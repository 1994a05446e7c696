import type {
  DatabaseSyncInstance as DatabaseSync,
  StatementSyncInstance as StatementSync,
} from '@photostructure/sqlite';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { FreshCustomer } from '../../../domain/customer/partial-customer.js';
import { isRestored } from '../../../domain/customer/trash.js';
import { baselineOf, editEffect, startOfLog, startsLogAnew } from '../../../domain/log/log-change.js';
import type { LogBaseline, LogBlock } from '../../../domain/log/log-entry.js';
import type { Differences } from '../../check/differences.js';
import { toBaselineRow } from '../../log/baseline-row.js';
import { looseRows } from '../../log/block-row.js';
import { toEditRow } from '../../log/edit-row.js';
import { LOG_TABLES } from '../../log/schema.js';
import type { SqliteDatabase } from '../database/database.js';
import { prepareRows, type Query } from '../database/statements.js';
import { checkLog } from '../log/check-log.js';
import { LogRows } from '../log/log-rows.js';
import type { ChangeCounter } from './change-counter.js';
import type { DerivedTable } from './derived-table.js';

/** Keys that are written at once. One statement for many keys is several times as fast. */
const KEYS_AT_ONCE = 1_000;

/** Appends messages and edits to the log of their customer; or, where no log is kept, ends the log of each customer that changes. */
export class LogTable implements DerivedTable {
  readonly name = 'log';
  /** Nothing else holds the entries. */
  readonly clear = undefined;
  private readonly rows: LogRows;
  private readonly insertBlock: StatementSync;
  private readonly insertEdit: StatementSync;
  private readonly insertBaseline: StatementSync;
  private readonly insertLoose: StatementSync;
  private readonly removals: readonly StatementSync[];
  private readonly any: Query<[number]>;
  private loose: number[] = [];
  /** False if certainly no customer has a log. */
  private hasRows = true;

  /** @param keepsLog false: what changes is not logged */
  constructor(
    db: DatabaseSync,
    private readonly changes: ChangeCounter,
    private readonly keepsLog: boolean,
  ) {
    this.rows = new LogRows(db);
    this.insertBlock = db.prepare('INSERT INTO log_blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    this.insertEdit = db.prepare('INSERT INTO log_edits VALUES (?, ?, ?, ?, ?)');
    this.insertBaseline = db.prepare('INSERT INTO log_baselines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.insertLoose = db.prepare('INSERT OR REPLACE INTO log_loose SELECT value, ?1 FROM json_each(?2)');
    this.removals = LOG_TABLES.map((table) => db.prepare(`DELETE FROM ${table} WHERE key = ?`));
    this.any = prepareRows(db, `SELECT ${LOG_TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ')}`);
  }

  begin(): void {
    this.changes.begin();
    this.loose = [];
    this.hasRows = this.keepsLog || this.any.get()?.[0] === 1;
  }

  record(key: number, change: CustomerChange): void {
    if (this.keepsLog) this.append(key, change);
    else if (this.hasRows) this.remove(key);
  }

  recordFresh(key: number, _id: number | string, { log }: FreshCustomer): void {
    if (this.keepsLog && log) this.addMessages(key, log);
  }

  flush(): void {
    if (this.loose.length === 0) return;
    this.insertLoose.run(this.changes.current, JSON.stringify(this.loose));
    this.loose = [];
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
      this.remove(key);
      this.addBaseline(key, baselineOf(after, moment, deletedAt));
      return;
    }
    // A customer that begins has no rows.
    if ((before ?? deletedBefore) !== undefined && !this.rows.exist(key)) {
      const start = startOfLog(change, moment);
      if (start) this.addBaseline(key, start);
    }
    if (log) this.addMessages(key, log);
    if (edit) {
      const { at, kind, data } = toEditRow(edit, moment);
      this.insertEdit.run(key, moment, at, kind, data);
    }
  }

  private addMessages(key: number, log: LogBlock): void {
    for (const row of looseRows(log, this.changes.current)) {
      const { lastTime, moment, part, firstTime, entries, format, packed } = row;
      this.insertBlock.run(key, lastTime, moment, part, firstTime, entries, format, packed);
    }
    this.loose.push(key);
    if (this.loose.length >= KEYS_AT_ONCE) this.flush();
  }

  private addBaseline(key: number, baseline: LogBaseline): void {
    const row = toBaselineRow(baseline);
    const { moment, time, deletedAt, attributes, events, lastUpdated, attributeTimes, arrivals } = row;
    this.insertBaseline.run(
      ...[key, moment, time, deletedAt, attributes, events],
      ...[lastUpdated, attributeTimes, arrivals],
    );
  }

  private remove(key: number): void {
    for (const removal of this.removals) removal.run(key);
  }
}
