import { numericId } from '../../domain/customer/customer-id.js';
import { AuditChain, CHAIN, CHAIN_STATE } from '../access/audit-chain.js';
import { SqliteWork } from '../access/sqlite-work.js';
import type { AuditHead, AuditRow } from '../access/audit-row.js';
import type { Differences } from '../check/differences.js';
import { IdentityRuns } from '../check/identity-runs.js';
import { storedProblem } from '../check/stored-problem.js';
import { LOG_TABLES } from '../log/schema.js';
import { checkImports } from '../imports/check-imports.js';
import { checkSources } from '../sources/check-sources.js';
import { eachStored } from './customers/stored-customers.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareObjects, prepareRows } from './database/statements.js';

/** Damages of the file that SQLite lists at most. */
const MOST_DAMAGES = 100;

const RUNS = `SELECT coalesce(t.id, m.key), first, identities FROM applied_messages AS m LEFT JOIN text_keys AS t USING (key)
  ORDER BY m.key, first`;
/** Keys of customers that are neither there nor deleted, in the tables that belong to customers. */
const STRAYS = ['applied_messages', 'history', 'ingestion_customers', ...LOG_TABLES]
  .map(
    (
      name,
    ) => `SELECT DISTINCT '${name}', key FROM ${name} AS t WHERE NOT EXISTS (SELECT 1 FROM customers AS c WHERE c.key = t.key)
      AND NOT EXISTS (SELECT 1 FROM deletions AS d WHERE d.key = t.key)`,
  )
  .join(' UNION ALL ');
/** Notes on customers that are not there, or not in the trash if they are hidden. */
const STRAY_NOTES = `SELECT n.customer_id FROM notes AS n LEFT JOIN text_keys AS k ON k.id = n.customer_id
  LEFT JOIN customers AS c ON c.key = coalesce(k.key, CAST(n.customer_id AS INTEGER)) LEFT JOIN trash AS t ON t.id = n.customer_id
  WHERE CASE n.is_hidden WHEN 1 THEN t.id ELSE c.key END IS NULL`;
/** Labels of bulk edits on customers that are neither there nor deleted. */
const STRAY_LABELS = `SELECT DISTINCT customer_id FROM label_edits AS e LEFT JOIN text_keys AS k ON k.id = e.customer_id
  LEFT JOIN customers AS c ON c.key = coalesce(k.key, CAST(e.customer_id AS INTEGER))
  LEFT JOIN deletions AS d ON d.key = coalesce(k.key, CAST(e.customer_id AS INTEGER)) WHERE c.key IS NULL AND d.key IS NULL`;
const SUPPRESSED = `SELECT id FROM customers JOIN suppressed USING (key)`;
/** Ingestions that count other customers than they have touched. A finished one has forgotten them. */
const MISCOUNTED = `
  SELECT id, CASE state WHEN 'done' THEN 0 ELSE json_extract(counts, '$.customers') END AS expected, found FROM (
    SELECT *, (SELECT count(*) FROM ingestion_customers WHERE ingestion = ingestions.id) AS found FROM ingestions
  ) WHERE expected <> found`;

/** The checks of what derived tables are made from, by the name of a table. Nothing can make these tables anew. */
export const RECORD_CHECKS: Readonly<Record<string, (database: SqliteDatabase, differences: Differences) => void>> = {
  file: ({ reader }, differences) => {
    const damages = prepareRows<[string]>(reader, `PRAGMA integrity_check(${MOST_DAMAGES})`);
    for (const [damage] of damages.iterate()) if (damage !== 'ok') differences.add('page', 'no damage', damage);
  },

  customers: ({ reader }, differences) => {
    const textOf = prepareRows<[string]>(reader, 'SELECT id FROM text_keys WHERE key = ?');
    for (const { key, ...stored } of eachStored(reader)) {
      const id = key < 0 ? textOf.get(key)?.[0] : String(key);
      if (id !== stored.id || key < 0 !== (numericId(stored.id) === undefined))
        differences.add(stored.id, `the key of ${stored.id}`, `that of ${id ?? 'nobody'}`);
      const problem = storedProblem(stored);
      if (problem !== undefined) differences.add(stored.id, 'sorted JSON', problem);
    }
    const strays = prepareRows<[table: string, key: number]>(reader, STRAYS);
    for (const [table, key] of strays.iterate()) differences.add(`key ${key}`, 'a customer', `only a row of ${table}`);
    for (const [id] of prepareRows<[number | string]>(reader, SUPPRESSED).iterate())
      differences.add(id, 'no customer, as it is suppressed', 'a customer');
  },

  applied_messages: ({ reader }, differences) => {
    const runs = new IdentityRuns(differences);
    const rows = prepareRows<[id: number | string, first: Uint8Array, identities: Uint8Array]>(reader, RUNS);
    for (const [id, first, identities] of rows.iterate()) runs.take(String(id), first, identities);
  },

  ingestions: ({ reader }, differences) => {
    const rows = prepareRows<[id: number, expected: number, found: number]>(reader, MISCOUNTED);
    for (const [id, expected, found] of rows.iterate())
      differences.add(`ingestion ${id}`, `${expected} customers`, `${found} customers`);
  },

  audit: ({ reader }, differences) => {
    const state = prepareObjects<AuditHead>(reader, CHAIN_STATE).get();
    if (!state) {
      differences.add('access_state', '1 row', 'none');
      return;
    }
    const chain = new AuditChain(state, differences);
    for (const row of prepareObjects<AuditRow>(reader, CHAIN).iterate()) chain.take(row);
    chain.end();
  },

  label_edits: ({ reader }, differences) => {
    for (const [id] of prepareRows<[string]>(reader, STRAY_LABELS).iterate())
      differences.add(id, 'a customer, or one that was deleted', 'only a label of a bulk edit');
  },

  notes: ({ reader }, differences) => {
    for (const [id] of prepareRows<[string]>(reader, STRAY_NOTES).iterate())
      differences.add(id, 'a customer, or one in the trash', 'only a note');
  },

  sources: ({ reader }, differences) => new SqliteWork(reader).run(checkSources(differences)),
  imports: ({ reader }, differences) => new SqliteWork(reader).run(checkImports(differences)),
};
