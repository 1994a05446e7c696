import type { ClientBase } from 'pg';
import {
  CustomerMessages,
  LOWEST,
  lowerBound,
  splitRun,
  type IdentityRun,
  type OpenedRun,
} from '../../../domain/customer/packed-identities.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { CopyField } from './copy-rows.js';

/** Limit of a row, in identities: 1.8 kB, so that the row stays in its page, and a message rewrites no more than that. */
const RUN_IDENTITIES = 112;
/** Identities of a row after a split, so that the next message does not split it again. */
const FILLED_IDENTITIES = 72;
/** For a customer with more runs, only the needed runs are read. */
const FEW_RUNS = 8;

interface RunRow {
  readonly customer_id: string;
  readonly first: Uint8Array;
  /** Null for a customer with many runs. */
  readonly identities: Uint8Array | null;
}

/** A run with wanted identities, read or about to be read. */
interface WantedRun {
  readonly id: string;
  readonly first: Uint8Array;
  identities: Uint8Array | null;
  readonly wanted: Uint8Array;
}

/** Reads the runs of many customers that may hold some of their identities. */
export async function openMessages(
  client: ClientBase,
  customers: readonly Pick<PartialCustomer, 'id' | 'identities'>[],
): Promise<Map<string, CustomerMessages>> {
  const { rows } = await client.query<RunRow>({
    name: 'message_runs',
    text: `SELECT customer_id, first,
             CASE WHEN count(*) OVER (PARTITION BY customer_id) <= ${FEW_RUNS} THEN identities END AS identities
           FROM applied_messages WHERE customer_id = ANY($1) ORDER BY customer_id, first`,
    values: [customers.map(({ id }) => id)],
  });
  const rowsOf = new Map<string, RunRow[]>();
  for (const row of rows) {
    const known = rowsOf.get(row.customer_id);
    if (known) known.push(row);
    else rowsOf.set(row.customer_id, [row]);
  }
  const opened = customers.map(({ id, identities }) => wantedRuns(id, rowsOf.get(id) ?? [], identities));
  await readRuns(client, opened.flat());
  return new Map(customers.map(({ id }, at) => [id, new CustomerMessages(opened[at].map(readRun))]));
}

/** Distributes packed and sorted identities over the runs of their customer. */
function wantedRuns(id: string, rows: readonly RunRow[], identities: Uint8Array): WantedRun[] {
  if (rows.length === 0) return [{ id, first: LOWEST, identities: LOWEST, wanted: identities }];
  const runs: WantedRun[] = [];
  for (let row = 0, at = 0; row < rows.length && at < identities.length; row++) {
    const next = rows.at(row + 1);
    const end = next ? lowerBound(identities, next.first, at) : identities.length;
    if (end > at) runs.push({ ...rows[row], id, wanted: identities.subarray(at, end) });
    at = end;
  }
  return runs;
}

async function readRuns(client: ClientBase, runs: readonly WantedRun[]): Promise<void> {
  const missing = runs.filter(({ identities }) => !identities);
  if (missing.length === 0) return;
  const { rows } = await client.query<{ at: number; identities: Uint8Array }>({
    name: 'message_runs_of_many',
    text: `SELECT at, identities FROM applied_messages
           JOIN unnest($1::text[], $2::bytea[], $3::bigint[]) AS wanted (customer_id, first, at) USING (customer_id, first)`,
    values: [missing.map(({ id }) => id), missing.map(({ first }) => Buffer.from(first)), [...missing.keys()]],
  });
  for (const { at, identities } of rows) missing[at].identities = identities;
}

function readRun({ id, first, identities, wanted }: WantedRun): OpenedRun {
  if (!identities) throw new Error(`A run of customer ${JSON.stringify(id)} was not read.`);
  return { first, identities, wanted };
}

/** Writes the runs of a few customers with one statement. */
export async function writeRuns(
  client: ClientBase,
  runs: readonly (readonly [id: string, run: IdentityRun])[],
): Promise<void> {
  const pieces = runs.flatMap(([id, run]) =>
    [...splitRun(run, RUN_IDENTITIES, FILLED_IDENTITIES)].map((piece) => ({ id, ...piece })),
  );
  const bytesOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  await client.query({
    name: 'write_message_runs',
    text: `INSERT INTO applied_messages (${RUN_COLUMNS}) SELECT * FROM unnest($1::text[], $2::bytea[], $3::bytea[])
           ON CONFLICT (customer_id, first) DO UPDATE SET identities = excluded.identities`,
    values: [
      pieces.map(({ id }) => id),
      pieces.map(({ first }) => bytesOf(first)),
      pieces.map(({ identities }) => bytesOf(identities)),
    ],
  });
}

/** The columns of {@link runRows}. */
export const RUN_COLUMNS = 'customer_id, first, identities';

/** Returns the rows of a run: several when it has become too large. */
export function runRows(id: string, run: IdentityRun): (readonly CopyField[])[] {
  const runs = [...splitRun(run, RUN_IDENTITIES, FILLED_IDENTITIES)];
  return runs.map(({ first, identities }) => [id, first, identities]);
}
