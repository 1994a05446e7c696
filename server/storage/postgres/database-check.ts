import type { ClientBase } from 'pg';
import { arrival } from '../../domain/customer/customer-change.js';
import { POSTGRES_AUDIT_DEFINITIONS, POSTGRES_AUDIT_FUNCTION, POSTGRES_AUDIT_TRIGGERS } from '../access/schema.js';
import { AUDIT_TRIGGERS, compareTriggers, createTriggers } from '../check/audit-triggers.js';
import { Differences, type DatabaseCheck, type TableCheck } from '../check/differences.js';
import { derivedTables } from './customers/derived-tables.js';
import { eachStored } from './customers/stored-customers.js';
import type { PostgresDatabase } from './database/database.js';
import { RECORD_CHECKS } from './record-checks.js';

/** Time that mending waits for each table while another process works on it, as a PostgreSQL interval. */
const LOCK_TIMEOUT = '1min';
/** Customers whose changes are held in memory before they are written. */
const CUSTOMERS_AT_ONCE = 5_000;

/** The triggers of the audit that take effect, with the body of their function. */
const ENABLED_TRIGGERS = `SELECT tgname AS name, pg_get_triggerdef(t.oid, true) || '; ' || prosrc AS definition
  FROM pg_trigger AS t JOIN pg_proc AS f ON f.oid = tgfoid
  WHERE tgrelid = 'audit'::regclass AND NOT tgisinternal AND tgenabled IN ('O', 'A')`;

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
      await checkOne(AUDIT_TRIGGERS, true, checkTriggers);
      for (const table of derivedTables())
        await checkOne(table.name, table.clear !== undefined, (...values) => table.check(...values));
      return found;
    });
  }

  async mend(names: readonly string[]): Promise<void> {
    const tables = derivedTables().filter(({ name }) => names.includes(name));
    const mendsTriggers = names.includes(AUDIT_TRIGGERS);
    const locked = [...tables.flatMap((table) => table.settled ?? []), ...(mendsTriggers ? ['audit'] : [])];
    if (locked.length === 0) return;
    const mend = async (client: ClientBase): Promise<void> => {
      if (mendsTriggers)
        await client.query(POSTGRES_AUDIT_FUNCTION + createTriggers(POSTGRES_AUDIT_TRIGGERS, ' ON audit'));
      if (tables.length === 0) return;
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

async function checkTriggers(client: ClientBase, differences: Differences): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(ENABLED_TRIGGERS);
  const found = new Map(rows.map(({ name, definition }) => [name, definition]));
  compareTriggers(POSTGRES_AUDIT_DEFINITIONS, found, differences);
}
