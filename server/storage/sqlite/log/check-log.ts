import type { DatabaseSyncInstance as DatabaseSync } from '@photostructure/sqlite';
import type { Differences } from '../../check/differences.js';
import { blockProblem } from '../../log/block-problem.js';
import type { BlockRow } from '../../log/block-row.js';
import { prepareObjects, prepareRows } from '../database/statements.js';

const BLOCKS = `SELECT coalesce(t.id, b.key) AS id, last_time AS lastTime, moment, part, first_time AS firstTime, entries, format, packed
  FROM log_blocks AS b LEFT JOIN text_keys AS t USING (key)`;
const LATER = `WITH last AS (SELECT value FROM meta WHERE name = 'search_change')
  SELECT coalesce(t.id, l.key) FROM (
    SELECT key FROM log_blocks WHERE moment > (SELECT value FROM last)
    UNION SELECT key FROM log_edits WHERE moment > (SELECT value FROM last)
    UNION SELECT key FROM log_baselines WHERE moment > (SELECT value FROM last)
  ) AS l LEFT JOIN text_keys AS t USING (key)`;

/** Checks that every block can be read and holds what its columns say, and that no later moment is to come. */
export function checkLog(db: DatabaseSync, differences: Differences): void {
  for (const { id, ...block } of prepareObjects<BlockRow & { readonly id: number | string }>(db, BLOCKS).iterate()) {
    const problem = blockProblem(block);
    if (problem !== undefined) differences.add(id, 'a block as its columns say', problem);
  }
  for (const [id] of prepareRows<[number | string]>(db, LATER).iterate())
    differences.add(id, 'a moment that has come', 'a later one');
}
