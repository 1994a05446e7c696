import { arrival } from '../../domain/customer/customer-change.js';
import { SQLITE_AUDIT_TRIGGERS } from '../access/schema.js';
import { AUDIT_TRIGGERS, compareTriggers, createTriggers } from '../check/audit-triggers.js';
import { Differences, type DatabaseCheck, type TableCheck } from '../check/differences.js';
import { derivedTables } from './customers/derived-tables.js';
import { eachStored } from './customers/stored-customers.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows } from './database/statements.js';
import { RECORD_CHECKS } from './record-checks.js';

/** Checks a SQLite file: its pages, its records, and every derived table. */
export class SqliteCheck implements DatabaseCheck {
  constructor(private readonly database: SqliteDatabase) {}

  async run(onTable: (table: string) => void = () => undefined): Promise<readonly TableCheck[]> {
    const { database } = this;
    const checkOne = (
      table: string,
      mendable: boolean,
      check: (database: SqliteDatabase, differences: Differences) => void,
    ): TableCheck => {
      onTable(table);
      const differences = new Differences();
      check(database, differences);
      return { table, mendable, differences: differences.count, first: differences.first };
    };
    return database.snapshot(() => [
      ...Object.entries(RECORD_CHECKS).map(([name, check]) => checkOne(name, false, check)),
      checkOne(AUDIT_TRIGGERS, true, checkTriggers),
      ...derivedTables(database).map((table) =>
        checkOne(table.name, table.clear !== undefined, (...values) => table.check(...values)),
      ),
    ]);
  }

  async mend(names: readonly string[]): Promise<void> {
    const db = this.database.writer;
    const tables = derivedTables(this.database).filter(({ name }) => names.includes(name));
    await this.database.write(() => {
      if (names.includes(AUDIT_TRIGGERS)) db.exec(createTriggers(SQLITE_AUDIT_TRIGGERS));
      if (tables.length === 0) return;
      for (const table of tables) {
        table.begin?.();
        table.clear?.();
      }
      for (const { key, ...stored } of eachStored(db)) {
        const change = arrival(stored.id, stored);
        for (const table of tables) table.record(key, change);
      }
      for (const table of tables) table.flush?.();
    });
  }
}

function checkTriggers({ reader }: SqliteDatabase, differences: Differences): void {
  const found = prepareRows<[name: string, statement: string]>(
    reader,
    "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'",
  );
  compareTriggers(SQLITE_AUDIT_TRIGGERS, new Map(found.iterate()), differences);
}
