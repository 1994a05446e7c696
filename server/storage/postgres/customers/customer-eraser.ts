import type { ClientBase } from 'pg';
import { erasure } from '../../../domain/customer/customer-change.js';
import { erasedUntil, erasureOf, type ErasureNote, type SourceOfCustomer } from '../../../domain/customer/erasure.js';
import { customerNotFound } from '../../../domain/errors.js';
import type { IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import { appendAudit } from '../../access/audit.js';
import { blankAudit, eraseCalls, eraseLines, writeErased } from '../../erased/erased.js';
import { namedSources } from '../../erased/named-sources.js';
import { eraseLabelEdits } from '../../notes/label-edits.js';
import { eraseNotes } from '../../notes/notes.js';
import { readTrashed, removeTrash } from '../../trash/trash.js';
import { runWithin } from '../access-runner.js';
import { lockAll, lockKnown, type LockedCustomer } from './customer-rows.js';
import type { CustomerWriter } from './customer-writer.js';

/** The tables with rows of a customer, by its id, that no derived table empties. */
const TABLES = ['customers', 'applied_messages', 'history'];

/**
 * Takes a customer away for ever, within a transaction of its writer. What derived tables still have of it is removed afterwards, by
 * ErasureCleaner.
 * @throws DomainError `customer_not_found` when nothing is kept of the customer
 */
export async function eraseCustomer(
  client: ClientBase,
  writer: CustomerWriter,
  id: string,
  note: ErasureNote,
): Promise<readonly SourceOfCustomer[] | undefined> {
  // A customer that nobody knows gets an empty row, so that no other process inserts one meanwhile. The transaction removes it.
  const lock = note.trashedBefore === undefined ? lockAll : lockKnown;
  const locked = (await lock(client, [id])).get(id);
  if (!locked) throw new Error(`Customer ${JSON.stringify(id)} was locked, but not read.`);
  const trashed = await runWithin(client, readTrashed(id));
  switch (erasureOf(locked, trashed, note)) {
    case 'nothing':
      return undefined;
    case 'entry':
      await runWithin(client, removeTrash([id]));
      return undefined;
    case 'all': {
      const { stored, deletedAt, suppressedAt } = locked;
      await writer.erase(erasure(locked));
      for (const table of TABLES) await client.query(`DELETE FROM ${table} WHERE customer_id = $1`, [id]);
      await client.query(
        'INSERT INTO erasing (customer_id) VALUES ($1) ON CONFLICT (customer_id) DO UPDATE SET change = excluded.change',
        [id],
      );
      const ingestions = await forgetTouched(client, locked);
      const lines = await runWithin(client, eraseLines(id));
      const calls = await runWithin(client, eraseCalls(id));
      const notes = (await runWithin(client, eraseNotes(id))) + (await runWithin(client, eraseLabelEdits(id)));
      const entries = await runWithin(client, blankAudit(id));
      const isKept = (stored ?? deletedAt ?? suppressedAt ?? trashed) !== undefined || locked.touchedBy.length > 0;
      if (!isKept && lines.length + calls.length + notes + entries === 0) throw customerNotFound(id);
      await runWithin(client, writeErased(id, erasedUntil(Date.now(), locked, trashed, note)));
      await runWithin(client, appendAudit(note.audit, Date.now()));
      await runWithin(client, blankAudit(id));
      return runWithin(client, namedSources(note, [...ingestions, ...lines], calls));
    }
  }
}

/** Takes the customer out of the counts of the ingestions that are not done. @returns all ingestions that have touched it */
async function forgetTouched(client: ClientBase, { touchedBy }: LockedCustomer): Promise<readonly number[]> {
  if (touchedBy.length === 0) return [];
  const { rows } = await client.query<{ id: number; counts: string }>(
    "SELECT id, counts FROM ingestions WHERE id = ANY($1) AND state <> 'done' ORDER BY id FOR UPDATE",
    [touchedBy],
  );
  for (const { id, counts } of rows) {
    // Safe: written by this engine.
    const { customers, ...rest } = JSON.parse(counts) as IngestionCounts;
    const less = JSON.stringify({ ...rest, customers: customers - 1 });
    await client.query('UPDATE ingestions SET counts = $2 WHERE id = $1', [id, less]);
  }
  return touchedBy;
}
