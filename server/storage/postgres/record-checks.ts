import type { ClientBase } from 'pg';
import type { IngestionCounts, IngestionState } from '../../domain/ingestion/ingestion.js';
import { AuditChain, CHAIN, CHAIN_STATE } from '../access/audit-chain.js';
import type { AuditHead, AuditRow } from '../access/audit-row.js';
import type { Differences } from '../check/differences.js';
import { IdentityRuns } from '../check/identity-runs.js';
import { storedProblem } from '../check/stored-problem.js';
import { checkImports } from '../imports/check-imports.js';
import { checkSources } from '../sources/check-sources.js';
import { runWithin } from './access-runner.js';
import { knownOf, position, type KnownColumns } from './customers/row.js';
import { STORED } from './customers/stored-customers.js';
import { rowsOf } from './database/cursor.js';

type RecordCheck = (client: ClientBase, differences: Differences) => Promise<void>;

const TOUCHED = `SELECT ingestion, count(*) AS customers FROM (SELECT unnest(touched_by) AS ingestion FROM customers) AS touched
  GROUP BY ingestion`;

/** Notes on customers that are not there, or not in the trash if they are hidden. */
const STRAY_NOTES = `SELECT n.customer_id AS id FROM notes AS n
  LEFT JOIN customers AS c ON c.customer_id = n.customer_id AND c.attributes IS NOT NULL LEFT JOIN trash AS t ON t.id = n.customer_id
  WHERE CASE n.is_hidden WHEN 1 THEN t.id ELSE c.customer_id END IS NULL`;

/** Labels of bulk edits on customers that are neither there nor deleted. */
const STRAY_LABELS = `SELECT DISTINCT e.customer_id AS id FROM label_edits AS e
  LEFT JOIN customers AS c ON c.customer_id = e.customer_id WHERE c.customer_id IS NULL`;

/** The checks of what derived tables are made from, by the name of a table. Nothing can make these tables anew. */
export const RECORD_CHECKS: Readonly<Record<string, RecordCheck>> = {
  customers: async (client, differences) => {
    type Row = KnownColumns & { readonly position: string; readonly suppressed_at: number | null };
    const rows = rowsOf<Row>(
      client,
      `SELECT ${STORED}, position, suppressed_at FROM customers WHERE attributes IS NOT NULL`,
    );
    for await (const row of rows) {
      const { customer_id: id } = row;
      if (row.position !== position(id)) differences.add(id, position(id), row.position);
      const problem = storedProblem(knownOf(row));
      if (problem !== undefined) differences.add(id, 'sorted JSON', problem);
      if (row.suppressed_at !== null) differences.add(id, 'no customer, as it is suppressed', 'a customer');
    }
  },

  applied_messages: async (client, differences) => {
    interface Row {
      readonly customer_id: string;
      readonly first: Uint8Array;
      readonly identities: Uint8Array;
    }
    const runs = new IdentityRuns(differences);
    const text = 'SELECT customer_id, first, identities FROM applied_messages ORDER BY customer_id, first';
    for await (const { customer_id: id, first, identities } of rowsOf<Row>(client, text))
      runs.take(id, first, identities);
  },

  ingestions: async (client, differences) => {
    const touched = await client.query<{ ingestion: number; customers: number }>(TOUCHED);
    const found = new Map(touched.rows.map(({ ingestion, customers }) => [ingestion, customers]));
    interface Row {
      readonly id: number;
      readonly state: IngestionState;
      readonly counts: string;
    }
    for await (const { id, state, counts } of rowsOf<Row>(client, 'SELECT id, state, counts FROM ingestions')) {
      if (state === 'done') continue;
      // Safe: written by this engine.
      const { customers } = JSON.parse(counts) as IngestionCounts;
      const marked = found.get(id) ?? 0;
      if (marked !== customers) differences.add(`ingestion ${id}`, `${customers} customers`, `${marked} customers`);
    }
  },

  audit: async (client, differences) => {
    const [state] = (await client.query<AuditHead>(CHAIN_STATE)).rows;
    const chain = new AuditChain(state, differences);
    for await (const row of rowsOf<AuditRow>(client, CHAIN)) chain.take(row);
    chain.end();
  },

  label_edits: async (client, differences) => {
    for await (const { id } of rowsOf<{ id: string }>(client, STRAY_LABELS))
      differences.add(id, 'a customer, or one that was deleted', 'only a label of a bulk edit');
  },

  notes: async (client, differences) => {
    for await (const { id } of rowsOf<{ id: string }>(client, STRAY_NOTES))
      differences.add(id, 'a customer, or one in the trash', 'only a note');
  },

  sources: (client, differences) => runWithin(client, checkSources(differences)),
  imports: (client, differences) => runWithin(client, checkImports(differences)),
};
