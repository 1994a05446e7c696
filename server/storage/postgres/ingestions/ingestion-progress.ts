import type { ClientBase } from 'pg';
import { DomainError } from '../../../domain/errors.js';
import {
  advanceCounts,
  countEarly,
  type Checkpoint,
  type IngestionCounts,
} from '../../../domain/ingestion/ingestion.js';
import type { OutcomeCounts } from '../../../domain/customer/fold.js';
import { copyRows } from '../customers/copy-rows.js';

/** SQL assignments that add the seconds since the ingestion was taken up or moved on. */
export const ADD_SECONDS = 'seconds = seconds + extract(epoch FROM now() - active_since), active_since = now()';

export const UNFINISHED = "SELECT id FROM ingestions WHERE state <> 'done'";

/** Reads the ids of all ingestions that are not done. */
export async function unfinishedIngestions(client: ClientBase): Promise<Set<number>> {
  const { rows } = await client.query<{ id: number }>(UNFINISHED);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Moves an ingestion on, as the last step of the transaction that applies its stretch: it locks the row of the ingestion.
 * @param touched customers that the ingestion has touched for the first time
 * @param owner the number of this process
 * @returns the counts of the checkpoint, complete
 * @throws DomainError `ingestion_taken_over` when another process goes on with it
 */
export async function advance(
  client: ClientBase,
  { ingestionId, counts, rejects }: Checkpoint,
  outcomes: OutcomeCounts,
  touched: number,
  owner: number,
): Promise<IngestionCounts> {
  return update(client, ingestionId, owner, async (total) => {
    if (rejects.length > 0) {
      await copyRows(
        client,
        'reject_blocks (ingestion, first, packed)',
        rejects.map(({ first, packed }) => [ingestionId, first, packed]),
      );
    }
    return advanceCounts(total, counts, outcomes, touched);
  });
}

/** Notes that a part of a stretch is applied, as {@link advance} does at its end; see {@link countEarly}. */
export async function advanceEarly(
  client: ClientBase,
  { ingestionId }: Checkpoint,
  outcomes: OutcomeCounts,
  touched: number,
  owner: number,
): Promise<void> {
  await update(client, ingestionId, owner, (total) => countEarly(total, outcomes, touched));
}

/**
 * Notes that an ingestion has applied messages to customers, whose rows are locked. Ingestions that are done are left out then.
 * @returns the number of customers that it has touched for the first time
 */
export async function touchCustomers(
  client: ClientBase,
  changes: readonly { readonly change: { readonly id: string } }[],
  ingestionId: number,
): Promise<number> {
  if (changes.length === 0) return 0;
  const unfinished = await unfinishedIngestions(client);
  unfinished.delete(ingestionId);
  const { rows } = await client.query({
    name: 'touch_customers',
    text: `UPDATE customers SET touched_by = array_append(
             ARRAY(SELECT id FROM unnest(touched_by) AS id WHERE id = ANY($3::bigint[])), $2::bigint)
           WHERE customer_id = ANY($1) AND ($2::bigint = ANY(touched_by)) IS NOT TRUE RETURNING customer_id`,
    values: [changes.map(({ change: { id } }) => id), ingestionId, [...unfinished]],
  });
  return rows.length;
}

async function update<T>(
  client: ClientBase,
  ingestionId: number,
  owner: number,
  change: (total: IngestionCounts) => T | Promise<T>,
): Promise<T> {
  const { rows } = await client.query<{ counts: string; owner: number }>(
    'SELECT counts, owner FROM ingestions WHERE id = $1 FOR UPDATE',
    [ingestionId],
  );
  const row = rows.at(0);
  if (!row) throw new Error(`There is no ingestion ${ingestionId}.`);
  if (row.owner !== owner) {
    const message = `Another process has taken over ingestion ${ingestionId}, after this one was cut off. It goes on there.`;
    throw new DomainError('ingestion_taken_over', message);
  }
  // Safe: written by this function and by PostgresIngestionRepository.
  const total = JSON.parse(row.counts) as IngestionCounts;
  const result = await change(total);
  await client.query(`UPDATE ingestions SET counts = $2, ${ADD_SECONDS} WHERE id = $1`, [
    ingestionId,
    JSON.stringify(total),
  ]);
  return result;
}
