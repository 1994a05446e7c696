import type { ClientBase } from 'pg';
import type { Differences } from '../../check/differences.js';
import { blockProblem } from '../../log/block-problem.js';
import type { BlockRow } from '../../log/block-row.js';
import { rowsOf } from '../database/cursor.js';
import { BLOCK, LAST_MOMENT } from './log-rows.js';

/** Checks that every block can be read and holds what its columns say, and that no later moment is to come. */
export async function checkLog(client: ClientBase, differences: Differences): Promise<void> {
  const blocks = rowsOf<BlockRow & { readonly id: string }>(
    client,
    `SELECT customer_id AS id, ${BLOCK} FROM log_blocks`,
  );
  for await (const { id, ...block } of blocks) {
    const problem = blockProblem(block);
    if (problem !== undefined) differences.add(id, 'a block as its columns say', problem);
  }
  const { rows } = await client.query<{ moment: number }>(LAST_MOMENT);
  const [{ moment }] = rows;
  for await (const { id } of rowsOf<{ id: string }>(client, LATER.replaceAll('$1', String(moment))))
    differences.add(id, `a moment up to ${moment}`, 'a later one');
}

const LATER = `SELECT customer_id AS id FROM log_blocks WHERE moment > $1
  UNION SELECT customer_id FROM log_edits WHERE moment > $1
  UNION SELECT customer_id FROM log_baselines WHERE moment > $1`;
