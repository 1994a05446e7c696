import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { Differences } from '../../check/differences.js';
import { blockProblem } from '../../log/block-problem.js';
import type { BlockRow } from '../../log/block-row.js';
import { prepareObjects, prepareRows } from '../database/statements.js';
import { BLOCK } from './block-columns.js';

const BLOCKS = `SELECT coalesce(t.id, log_blocks.key) AS id, ${BLOCK} FROM log_blocks LEFT JOIN text_keys AS t USING (key)`;
const ORPHANS = `SELECT count(*) FROM log_packed AS p WHERE place NOT IN (SELECT place FROM log_blocks WHERE place IS NOT NULL)`;
const LATER = `WITH last AS (SELECT value FROM meta WHERE name = 'search_change')
  SELECT coalesce(t.id, l.key) FROM (
    SELECT key FROM log_blocks WHERE moment > (SELECT value FROM last)
    UNION SELECT key FROM log_edits WHERE moment > (SELECT value FROM last)
    UNION SELECT key FROM log_baselines WHERE moment > (SELECT value FROM last)
  ) AS l LEFT JOIN text_keys AS t USING (key)`;

type StoredBlock = Omit<BlockRow, 'packed'> & { readonly id: number | string; readonly packed: Uint8Array | null };

/** Checks that every block can be read and holds what its columns say, and that no later moment is to come. */
export function checkLog(db: DatabaseSync, differences: Differences): void {
  for (const { id, ...block } of prepareObjects<StoredBlock>(db, BLOCKS).iterate()) {
    const problem = block.packed ? blockProblem({ ...block, packed: block.packed }) : 'a block without its bytes';
    if (problem !== undefined) differences.add(id, 'a block as its columns say', problem);
  }
  const [orphans] = prepareRows<[number]>(db, ORPHANS).get() ?? [0];
  if (orphans > 0) differences.add('', 'bytes of a block for each customer', `${orphans} of no block`);
  for (const [id] of prepareRows<[number | string]>(db, LATER).iterate())
    differences.add(id, 'a moment that has come', 'a later one');
}
