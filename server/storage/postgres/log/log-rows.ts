import type { ClientBase } from 'pg';
import type { EditEffect } from '../../../domain/log/log-change.js';
import type { LogBaseline, LogBlock } from '../../../domain/log/log-entry.js';
import type { CustomerLog } from '../../../domain/log/log-repository.js';
import { readBaseline, toBaselineRow, type BaselineRow } from '../../log/baseline-row.js';
import { looseRows, type BlockHead, type BlockRow } from '../../log/block-row.js';
import { readEdit, toEditRow, type EditRow } from '../../log/edit-row.js';
import type { CopyField } from '../customers/copy-rows.js';
import type { CustomerColumns } from '../customers/row.js';
import { readsOf, type Reads } from '../database/reads.js';

/** A value for each customer, with its id. */
type Of<T> = readonly (readonly [id: string, value: T])[];

export const BLOCK_COLUMNS =
  'customer_id, last_time, moment, part, first_time, entries, format, packed, names, attribute_entries';
/** The columns of a {@link BlockHead}. */
export const HEAD =
  'last_time AS "lastTime", moment, part, first_time AS "firstTime", entries, format, names, attribute_entries AS "attributeEntries"';
/** The columns of a {@link BlockRow}. */
export const BLOCK = `${HEAD}, packed`;
/** The columns of a {@link BaselineRow}. */
export const BASELINE = `moment, "time", deleted_at AS "deletedAt", attributes, events, attribute_times AS "attributeTimes",
  last_updated AS "lastUpdated", arrivals`;
export const BASELINE_COLUMNS =
  'customer_id, moment, "time", deleted_at, attributes, events, attribute_times, last_updated, arrivals';
const TABLES = ['log_blocks', 'log_edits', 'log_baselines'] as const;
/** Subqueries, and not columns of a join, so that the first row of a customer is enough. */
const HAVE_NONE = TABLES.map((table) => `NOT EXISTS (SELECT 1 FROM ${table} AS l WHERE l.customer_id = c.customer_id)`);
/** Tells whether the customer $1 has a log. */
export const ONE_HAS_LOG = `(${TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE customer_id = $1)`).join(' OR ')})`;
const HAVE_ANY = TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table} WHERE customer_id = ANY($1))`);

/** The moment of a statement, which has to come after the rows of the customers are locked. The subquery runs once. */
const MOMENT = "(SELECT nextval('log_moments'))";

/** Reads the last moment that was taken, as `moment`; 0 before the first. `last_value` is the next one until it is taken. */
export const LAST_MOMENT = 'SELECT last_value - (NOT is_called)::int AS moment FROM log_moments';

/** Takes the moment of a transaction that has locked its customers. */
export async function nextMoment(client: ClientBase): Promise<number> {
  const { rows } = await client.query<{ moment: number }>("SELECT nextval('log_moments') AS moment");
  return rows[0].moment;
}

/** Returns the rows, as they are now, of those customers that are there or were deleted, and have no log. */
export async function withoutLog(client: ClientBase, ids: readonly string[]): Promise<CustomerColumns[]> {
  const { rows } = await client.query<CustomerColumns>({
    name: 'without_log',
    text: `SELECT customer_id, attributes, events, attribute_times, last_updated, deleted_at, suppressed_at FROM customers AS c
      WHERE customer_id = ANY($1) AND (attributes IS NOT NULL OR deleted_at IS NOT NULL) AND ${HAVE_NONE.join(' AND ')}`,
    values: [ids],
  });
  return rows;
}

export async function insertBaselines(client: ClientBase, baselines: Of<LogBaseline>): Promise<void> {
  if (baselines.length === 0) return;
  const rows = baselines.map(([, baseline]) => toBaselineRow(baseline));
  await client.query({
    name: 'insert_baselines',
    // No customer has one; with the clause, Citus plans it as a write to the shards.
    text: `INSERT INTO log_baselines (${BASELINE_COLUMNS}) SELECT * FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[],
      $5::text[], $6::text[], $7::text[], $8::bigint[], $9::text[]) ON CONFLICT (customer_id) DO NOTHING`,
    values: [
      baselines.map(([id]) => id),
      ...[rows.map(({ moment }) => moment), rows.map(({ time }) => time), rows.map(({ deletedAt }) => deletedAt)],
      ...[rows.map(({ attributes }) => attributes), rows.map(({ events }) => events)],
      ...[rows.map(({ attributeTimes }) => attributeTimes), rows.map(({ lastUpdated }) => lastUpdated)],
      rows.map(({ arrivals }) => arrivals),
    ],
  });
}

export async function insertEdits(client: ClientBase, edits: Of<EditEffect>): Promise<void> {
  const rows = edits.map(([, edit]) => toEditRow(edit, 0));
  await client.query({
    name: 'insert_log_edits',
    text: `INSERT INTO log_edits (customer_id, moment, at, kind, data)
      SELECT customer_id, ${MOMENT}, at, kind, data FROM unnest($1::text[], $2::bigint[], $3::text[], $4::text[]) AS edits (customer_id, at, kind, data)`,
    values: [
      edits.map(([id]) => id),
      rows.map(({ at }) => at),
      rows.map(({ kind }) => kind),
      rows.map(({ data }) => data),
    ],
  });
}

/** Inserts the messages of a few customers with one statement. */
export async function insertFewBlocks(client: ClientBase, blocks: Of<LogBlock>): Promise<void> {
  const rows = blocks.flatMap(([id, block]) => [...looseRows(block, 0)].map((row) => ({ id, ...row })));
  await client.query({
    name: 'insert_log_blocks',
    text: `INSERT INTO log_blocks (${BLOCK_COLUMNS})
      SELECT customer_id, last_time, ${MOMENT}, part, first_time, entries, format, packed, NULL, NULL
      FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bytea[])
        AS blocks (customer_id, last_time, part, first_time, entries, format, packed)`,
    values: [
      ...[rows.map(({ id }) => id), rows.map(({ lastTime }) => lastTime), rows.map(({ part }) => part)],
      ...[rows.map(({ firstTime }) => firstTime), rows.map(({ entries }) => entries), rows.map(({ format }) => format)],
      rows.map(({ packed }) => Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)),
    ],
  });
}

/** Returns the fields of {@link BLOCK_COLUMNS}. */
export function blockFields(id: string, row: BlockRow): readonly CopyField[] {
  const { lastTime, moment, part, firstTime, entries, format, packed, names, attributeEntries } = row;
  return [id, lastTime, moment, part, firstTime, entries, format, packed, names, attributeEntries];
}

/** Puts a baseline in place of the one that a customer may have. */
export async function setBaseline(client: ClientBase, id: string, baseline: LogBaseline): Promise<void> {
  const row = toBaselineRow(baseline);
  const { moment, time, deletedAt, attributes, events, attributeTimes, lastUpdated, arrivals } = row;
  await client.query({
    name: 'set_baseline',
    text: `INSERT INTO log_baselines (${BASELINE_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (customer_id) DO UPDATE SET moment = excluded.moment, "time" = excluded."time", attributes = excluded.attributes,
        events = excluded.events, attribute_times = excluded.attribute_times, last_updated = excluded.last_updated, arrivals = excluded.arrivals`,
    values: [id, moment, time, deletedAt, attributes, events, attributeTimes, lastUpdated, arrivals],
  });
}

/** Another transaction has taken a block away. */
export class Overtaken extends Error {}

/**
 * Removes blocks of a customer.
 * @throws Overtaken if one of them is not there
 */
export async function removeBlocks(client: ClientBase, id: string, blocks: readonly BlockHead[]): Promise<void> {
  const { rowCount } = await client.query({
    name: 'remove_log_blocks',
    text: `DELETE FROM log_blocks WHERE customer_id = $1
      AND (last_time, moment, part) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]))`,
    values: [
      id,
      ...[blocks.map(({ lastTime }) => lastTime), blocks.map(({ moment }) => moment), blocks.map(({ part }) => part)],
    ],
  });
  if (rowCount !== blocks.length) throw new Overtaken(`A block of customer ${JSON.stringify(id)} is gone.`);
}

/** The advisory lock of the transaction that puts blocks in place of others. Transactions that remove whole logs share it. */
const BLOCKS_LOCK = '5021981, hashtext(current_schema())';

/** Lets no other transaction put blocks in place of others, or remove whole logs. @returns false if it would have to wait */
export async function triesBlocks(client: ClientBase): Promise<boolean> {
  const text = `SELECT pg_try_advisory_xact_lock(${BLOCKS_LOCK}) AS locked`;
  return (await client.query<{ locked: boolean }>(text)).rows[0].locked;
}

/** As {@link triesBlocks}, but waits. */
export async function lockBlocks(client: ClientBase): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${BLOCKS_LOCK})`);
}

/** Removes all that the log holds of all customers. @returns the number of messages */
export async function truncateLogs(client: ClientBase): Promise<number> {
  await lockBlocks(client);
  const found = TABLES.map((table) => `EXISTS (SELECT 1 FROM ${table})`).join(' OR ');
  const { rows } = await client.query<{ found: boolean; messages: number }>(
    `SELECT ${found} AS found, (SELECT coalesce(sum(entries), 0)::bigint FROM log_blocks) AS messages`,
  );
  const [{ found: isAny, messages }] = rows;
  if (isAny) {
    await client.query(`TRUNCATE ${TABLES.join(', ')}`);
    // The index has the times of the events in the log.
    await client.query(`INSERT INTO search_pending SELECT customer_id, pg_current_xact_id()::text::bigint FROM customers
      WHERE attributes IS NOT NULL AND events <> '{}' ON CONFLICT DO NOTHING`);
  }
  return messages;
}

/** Removes all that the log holds of customers. */
export async function deleteLogs(client: ClientBase, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const text = `SELECT ${HAVE_ANY.join(' OR ')} AS found`;
  const { rows } = await client.query<{ found: boolean }>({ name: 'have_log', text, values: [ids] });
  if (!rows[0].found) return;
  await client.query(`SELECT pg_advisory_xact_lock_shared(${BLOCKS_LOCK})`);
  for (const table of TABLES) await client.query(`DELETE FROM ${table} WHERE customer_id = ANY($1)`, [ids]);
}

/** A row of the baseline or of an edit of a customer as JSON, or that it has a block. */
interface LogPart {
  readonly kind: 'baseline' | 'edit' | 'block';
  readonly row: string;
}

/** Reads the log of a customer, but for its messages, with one statement. */
export async function readCustomerLog(database: Reads, customerId: string): Promise<CustomerLog> {
  const parts = await database.read<LogPart>(
    'customer_log',
    `SELECT 'baseline' AS kind, to_json(b)::text AS row FROM (SELECT ${BASELINE} FROM log_baselines WHERE customer_id = $1) AS b
     UNION ALL
     SELECT 'edit', to_json(e)::text FROM (SELECT moment, at, kind, data FROM log_edits WHERE customer_id = $1) AS e
     UNION ALL
     (SELECT 'block', '' FROM log_blocks WHERE customer_id = $1 LIMIT 1)`,
    [customerId],
  );
  return customerLog(parts);
}

/** Reads the logs of customers, but for their messages, and the bytes of these. */
export async function readCustomerLogs(
  database: Reads,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, { readonly log: CustomerLog; readonly bytes: number }>> {
  const parts = await database.read<LogPart & { readonly id: string }>(
    'customer_logs',
    `SELECT id, 'baseline' AS kind, to_json(b)::text AS row FROM (SELECT customer_id AS id, ${BASELINE} FROM log_baselines WHERE customer_id = ANY($1)) AS b
     UNION ALL
     SELECT id, 'edit', to_json(e)::text FROM (SELECT customer_id AS id, moment, at, kind, data FROM log_edits WHERE customer_id = ANY($1)) AS e
     UNION ALL
     SELECT customer_id, 'block', sum(octet_length(packed))::text FROM log_blocks WHERE customer_id = ANY($1) GROUP BY customer_id`,
    [customerIds],
  );
  const groups = new Map(customerIds.map((id): [string, LogPart[]] => [id, []]));
  for (const part of parts) groups.get(part.id)?.push(part);
  return new Map(
    [...groups].map(([id, own]) => {
      const bytes = Number(own.find(({ kind }) => kind === 'block')?.row ?? 0);
      return [id, { log: customerLog(own), bytes }];
    }),
  );
}

function customerLog(parts: readonly LogPart[]): CustomerLog {
  let baseline: LogBaseline | undefined;
  const edits: EditRow[] = [];
  for (const { kind, row } of parts) {
    // Safe: the columns are those of the rows.
    if (kind === 'baseline') baseline = readBaseline(JSON.parse(row) as BaselineRow);
    else if (kind === 'edit') edits.push(JSON.parse(row) as EditRow);
  }
  return { baseline, edits: edits.sort((a, b) => a.moment - b.moment).map(readEdit), exists: parts.length > 0 };
}

/** Reads the logs of customers within a transaction. */
export async function logStates(client: ClientBase, ids: readonly string[]): Promise<Map<string, CustomerLog>> {
  const reads = readsOf(client);
  const states = new Map<string, CustomerLog>();
  for (const id of ids) states.set(id, await readCustomerLog(reads, id));
  return states;
}
