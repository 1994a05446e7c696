import type { ClientBase } from 'pg';
import { arrival } from '../../domain/customer/customer-change.js';
import { Differences, type DatabaseCheck, type TableCheck } from '../check/differences.js';
import { derivedTables } from './customers/derived-tables.js';
import { eachStored } from './customers/stored-customers.js';
import type { PostgresDatabase } from './database/database.js';
import { RECORD_CHECKS } from './record-checks.js';

/** Time that mending waits for each table while another process works on it, as a PostgreSQL interval. */
const LOCK_TIMEOUT = '1min';
/** Customers whose changes are held in memory before they are written. */
const CUSTOMERS_AT_ONCE = 5_000;

/** Checks a PostgreSQL database: its records, and every derived table. */
export class PostgresCheck implements DatabaseCheck {
  constructor(private readonly database: PostgresDatabase) {}

  async run(onTable: (table: string) => void = () => undefined): Promise<readonly TableCheck[]> {
    return this.database.snapshot(async (client) => {
      const found: TableCheck[] = [];
      const checkOne = async (
        table: string,
        mendable: boolean,
        check: (client: ClientBase, differences: Differences) => Promise<void>,
      ): Promise<void> => {
        onTable(table);
        const differences = new Differences();
        await check(client, differences);
        found.push({ table, mendable, differences: differences.count, first: differences.first });
      };
      for (const [name, check] of Object.entries(RECORD_CHECKS)) await checkOne(name, false, check);
      for (const table of derivedTables())
        await checkOne(table.name, table.clear !== undefined, (...values) => table.check(...values));
      return found;
    });
  }

  async mend(names: readonly string[]): Promise<void> {
    const tables = derivedTables().filter(({ name }) => names.includes(name));
    const locked = tables.flatMap((table) => table.settled ?? []);
    if (locked.length === 0) return;
    const mend = async (client: ClientBase): Promise<void> => {
      for (const table of tables) await table.clear?.(client);
      let customers = 0;
      for await (const stored of eachStored(client)) {
        for (const table of tables) table.record(arrival(stored.id, stored));
        if (++customers % CUSTOMERS_AT_ONCE > 0) continue;
        for (const table of tables) await table.flush(client, true);
      }
      for (const table of tables) await table.flush(client, true);
    };
    await this.database.alone(locked.join(', '), mend, LOCK_TIMEOUT);
  }
}
