import type { ClientBase } from 'pg';
import { DomainError } from '../../../domain/errors.js';
import { addCounts, mergedCounts, type Checkpoint, type IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { CopyRows } from '../customers/copy-rows.js';
import type { Merged } from '../customers/merged.js';

/** Counts the time since the ingestion was taken up or moved on. */
export const ADD_SECONDS = 'seconds = seconds + extract(epoch FROM now() - active_since), active_since = now()';

export const UNFINISHED = "SELECT id FROM ingestions WHERE state <> 'done'";

/** Every ingestion that is not done. */
export async function unfinishedIngestions(client: ClientBase): Promise<Set<number>> {
  const { rows } = await client.query<{ id: number }>(UNFINISHED);
  return new Set(rows.map(({ id }) => id));
}

/**
 * Moves an ingestion on, within the transaction that merges what was read, as its last step: its row is locked then.
 * @param owner the number of this process
 * @returns the counts of the checkpoint, complete
 * @throws DomainError `ingestion_taken_over` when another process goes on with it
 */
export async function advance(
  client: ClientBase,
  { ingestionId, counts: read, rejects }: Checkpoint,
  { verdicts, touched }: Merged,
  owner: number,
): Promise<IngestionCounts> {
  const counts = mergedCounts(read, verdicts, touched);
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
  if (rejects.length > 0) {
    const lines = new CopyRows(client, 'rejects (ingestion, line, byte_offset, reason, text)');
    for (const { line, offset, reason, text } of rejects) {
      await lines.row([ingestionId, line, offset, reason, JSON.stringify(text)]);
    }
    await lines.end();
  }
  // Safe: written by this function and by PostgresIngestionRepository.
  const total = JSON.parse(row.counts) as IngestionCounts;
  addCounts(total, counts);
  await client.query(`UPDATE ingestions SET counts = $2, ${ADD_SECONDS} WHERE id = $1`, [
    ingestionId,
    JSON.stringify(total),
  ]);
  return counts;
}
