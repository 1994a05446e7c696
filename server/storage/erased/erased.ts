import { createHmac } from 'node:crypto';
import { withoutRejectsOf } from '../../domain/ingestion/reject.js';
import { first, only, query, type Work } from '../access/statement.js';

/** Gives a key if a customer was ever erased, else no row. */
export const KEY_IF_ANY = 'SELECT hmac_key FROM erased_state WHERE EXISTS (SELECT 1 FROM erased)';

/** Blocks of rejects that are read at once. A block has at most 132 KiB. */
const BLOCKS_AT_ONCE = 8;

export function erasedHash(key: Uint8Array, id: string): Uint8Array {
  return createHmac('sha256', key).update(id).digest();
}

/** The time up to which messages of an erased customer are ignored; undefined if it was not erased. */
export function* readErasedUntil(id: string): Work<number | undefined> {
  const state = yield* first<{ hmac_key: Uint8Array }>(KEY_IF_ANY);
  if (!state) return undefined;
  const hash = erasedHash(state.hmac_key, id);
  return (yield* first<{ until: number }>('SELECT until FROM erased WHERE hash = $1', hash))?.until;
}

export function* writeErased(id: string, until: number): Work<void> {
  const { hmac_key: key } = yield* only<{ hmac_key: Uint8Array }>('SELECT hmac_key FROM erased_state');
  yield* query(
    'INSERT INTO erased (hash, until) VALUES ($1, $2) ON CONFLICT (hash) DO UPDATE SET until = excluded.until',
    ...[erasedHash(key, id), until],
  );
}

/** Blanks the id in the entries of the audit that are about the customer. @returns the number of entries */
export function* blankAudit(id: string): Work<number> {
  const rows = yield* query<object>(
    "UPDATE audit SET target = NULL WHERE target = $1 AND action LIKE 'customer.%' RETURNING id",
    id,
  );
  return rows.length;
}

/** Removes the rejected calls of the customer. @returns the numbers of their sources */
export function* eraseCalls(id: string): Work<readonly number[]> {
  const rows = yield* query<{ source: number }>('DELETE FROM source_rejects WHERE user_id = $1 RETURNING source', id);
  return [...new Set(rows.map(({ source }) => source))];
}

/** Removes the rejected lines of the customer. @returns the numbers of their ingestions */
export function* eraseLines(id: string): Work<readonly number[]> {
  interface Block {
    readonly ingestion: number;
    readonly first: number;
    readonly packed: Uint8Array;
  }
  const ingestions = new Set<number>();
  for (let after: readonly [number, number] = [0, 0]; ;) {
    const blocks: readonly Block[] = yield* query<Block>(
      `SELECT ingestion, first, packed FROM reject_blocks WHERE (ingestion, first) > ($1, $2) ORDER BY ingestion, first LIMIT ${BLOCKS_AT_ONCE}`,
      ...after,
    );
    for (const block of blocks) {
      after = [block.ingestion, block.first];
      const left = withoutRejectsOf(id, block);
      if (left.length === block.packed.length) continue;
      ingestions.add(block.ingestion);
      if (left.length === 0) yield* query('DELETE FROM reject_blocks WHERE ingestion = $1 AND first = $2', ...after);
      else yield* query('UPDATE reject_blocks SET packed = $3 WHERE ingestion = $1 AND first = $2', ...after, left);
    }
    if (blocks.length < BLOCKS_AT_ONCE) return [...ingestions];
  }
}
