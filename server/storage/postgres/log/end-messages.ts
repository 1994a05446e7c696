import type { ClientBase } from 'pg';
import { LogEnd, waitsUpTo } from '../../../domain/log/log-end.js';
import type { LogPlace } from '../../../domain/log/log-entry.js';
import type { LogLimits } from '../../../domain/log/log-repository.js';
import { openBlock, type BlockRow } from '../../log/block-row.js';
import { EndPlace } from '../../log/end-place.js';
import { BlockPacker } from '../../log/pack-blocks.js';
import { comparePlaces, readEntry } from '../../log/placed-entry.js';
import { readTrashed } from '../../trash/trash.js';
import { runWithin } from '../access-runner.js';
import { copyRows } from '../customers/copy-rows.js';
import { rowsOf } from '../database/cursor.js';
import type { PostgresDatabase } from '../database/database.js';
import { readsOf } from '../database/reads.js';
import { BACKGROUND } from '../database/transaction-kind.js';
import {
  BLOCK,
  BLOCK_COLUMNS,
  blockFields,
  lockBlocks,
  readCustomerLog,
  removeBlocks,
  setBaseline,
  truncateLogs,
} from './log-rows.js';

/** Customers that are looked at with one statement. */
const CUSTOMERS_AT_ONCE = 500;
/** Messages that end in one transaction, about. */
const MESSAGES_AT_ONCE = 5_000;

interface Sum {
  readonly id: string;
  readonly entries: number;
  readonly first: number;
}

const SUMS = `SELECT customer_id AS id, sum(entries)::bigint AS entries, min(first_time) AS first FROM log_blocks
  WHERE customer_id > $1 GROUP BY customer_id ORDER BY customer_id LIMIT ${CUSTOMERS_AT_ONCE}`;
/** The blocks of a customer with a message up to a time. */
const UP_TO = `SELECT ${BLOCK} FROM log_blocks WHERE customer_id = $1 AND first_time <= $2 ORDER BY first_time`;

/** Ends messages in transactions of some ms. @returns the messages that ended */
export async function endMessages(database: PostgresDatabase, { entries, before = -1 }: LogLimits): Promise<number> {
  if (entries === 'all' && before < 0) return 0;
  let ended = 0;
  for (let after = ''; ;) {
    const sums = await database.read<Sum>('log_sums', SUMS, [after]);
    const last = sums.at(-1);
    if (!last) return ended;
    after = last.id;
    for (const { id, entries: count, first } of sums) {
      const over = entries === 'all' ? 0 : Math.max(0, count - entries);
      if (over > 0 || first < before) ended += await endOf(database, id, over, before);
    }
  }
}

/** Ends the logs of all customers. @returns the messages that ended */
export function endAllLogs(database: PostgresDatabase): Promise<number> {
  return database.write(BACKGROUND, truncateLogs);
}

async function endOf(database: PostgresDatabase, id: string, over: number, before: number): Promise<number> {
  const place = await database.snapshot((client) => placeOf(client, id, over, before));
  const packer = new BlockPacker();
  for (let ended = 0; ;) {
    const some = await database.write(BACKGROUND, (client) => endSome(client, id, place, packer));
    if (some === 0) return ended;
    ended += some;
  }
}

/** Finds the place before which the messages of a customer end. Opens the blocks with the oldest messages only. */
async function placeOf(client: ClientBase, id: string, over: number, before: number): Promise<LogPlace> {
  const end = new EndPlace(over, before);
  if (over === 0) return end.place;
  const { rows } = await client.query<{ last: number; entries: number }>(
    'SELECT last_time AS last, entries FROM log_blocks WHERE customer_id = $1 ORDER BY last_time',
    [id],
  );
  let count = 0;
  const last = rows.find(({ entries }) => (count += entries) >= over);
  for await (const block of rowsOf<BlockRow>(client, UP_TO, [id, last?.last ?? 0])) end.take(openBlock(block));
  return end.place;
}

/** Ends some messages before a place. @returns how many; 0 when none is left */
async function endSome(client: ClientBase, id: string, place: LogPlace, packer: BlockPacker): Promise<number> {
  await lockBlocks(client);
  const log = await readCustomerLog(readsOf(client), id);
  const waiting = waitsUpTo(log, await runWithin(client, readTrashed(id)));
  const end = new LogEnd(log);
  let ended = 0;
  const changed: BlockRow[] = [];
  const left: BlockRow[] = [];
  for await (const block of rowsOf<BlockRow>(client, UP_TO, [id, place.time])) {
    const entries = openBlock(block);
    const kept = entries.filter((entry) => entry.moment <= waiting || comparePlaces(entry, place) >= 0);
    if (kept.length === entries.length) continue;
    const isKept = new Set(kept);
    for (const entry of entries) if (!isKept.has(entry)) end.add(readEntry(entry));
    ended += entries.length - kept.length;
    changed.push(block);
    left.push(...packer.pack(kept.sort(comparePlaces)));
    if (ended >= MESSAGES_AT_ONCE) break;
  }
  if (ended === 0) return 0;
  // The index has the times of the events in the log.
  await client.query('INSERT INTO search_pending (customer_id) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
  await setBaseline(client, id, end.baseline());
  await removeBlocks(client, id, changed);
  await copyRows(
    client,
    `log_blocks (${BLOCK_COLUMNS})`,
    left.map((row) => blockFields(id, row)),
  );
  return ended;
}
