import type { ClientBase } from 'pg';
import type { Awaitable } from '../../../domain/awaitable.js';
import type { StoredCustomer } from '../../../domain/customer/customer.js';
import type { LogEntry, LogPlace } from '../../../domain/log/log-entry.js';
import { comparePlaces } from '../../../domain/log/log-fold.js';
import {
  LogRepository,
  type CountQuery,
  type CustomerLog,
  type KindCounts,
  type LogLimits,
  type LogQuery,
  type WholeLog,
} from '../../../domain/log/log-repository.js';
import { hasUnsupportedCharacter } from '../../../domain/text.js';
import { openBlock, type BlockHead, type BlockRow } from '../../log/block-row.js';
import { EntryCounts } from '../../log/entry-counts.js';
import { NAME_BITS } from '../../log/block-names.js';
import { NewestMessages } from '../../log/newest-messages.js';
import { readEntry } from '../../log/placed-entry.js';
import { knownOf, type KnownColumns } from '../customers/row.js';
import { STORED } from '../customers/stored-customers.js';
import { rowsOf } from '../database/cursor.js';
import type { PostgresDatabase } from '../database/database.js';
import { readsOf } from '../database/reads.js';
import type { LogCompactor } from './compact-logs.js';
import { endAllLogs, endMessages } from './end-messages.js';
import { BLOCK, HEAD, readCustomerLog, readCustomerLogs } from './log-rows.js';

/** Blocks that are read for a page at first, and the most that are read at once. */
const FIRST_BLOCKS = 4;
const BLOCKS_AT_ONCE = 64;
/** Bytes of the messages of a customer that are read together with those of others. */
const SHORT_BYTES = 64 * 1024;

/** The filter of mayHave; see block-names.ts. */
const BITS = Array.from(
  { length: NAME_BITS },
  (_, i) => `get_bit(names, ((first + ${i} * step) % (8 * octet_length(names)))::int) = 1`,
);
const MAY_HAVE_NAME = `AND ($8::bigint[] IS NULL OR names IS NULL
  OR EXISTS (SELECT FROM unnest($8::bigint[], $9::bigint[]) AS wanted (first, step) WHERE ${BITS.join(' AND ')}))`;
const NEWEST = `SELECT ${BLOCK} FROM log_blocks WHERE customer_id = $1 AND (last_time, moment, part) < ($2, $3, $4)
  AND first_time <= $5 AND last_time >= $6 ${MAY_HAVE_NAME} ORDER BY last_time DESC, log_blocks.moment DESC, log_blocks.part DESC LIMIT $7`;
/** A loose block has messages of one moment, and a compacted one of any up to its own. */
const AROUND = `SELECT ${BLOCK} FROM log_blocks WHERE customer_id = $1 AND last_time >= $2 AND first_time <= $2
  AND (format <> 0 OR moment = $3)`;
/** The names are not needed, and longer than the rest. */
const BETWEEN = `SELECT ${HEAD.replace(', names', ', NULL AS names')} FROM log_blocks WHERE customer_id = $1 AND last_time >= $2 AND first_time < $3`;
const SOME = `SELECT ${BLOCK} FROM log_blocks WHERE customer_id = $1
  AND (last_time, moment, part) IN (SELECT * FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]))`;
const OF_SOME = `SELECT customer_id AS id, ${BLOCK} FROM log_blocks WHERE customer_id = ANY($1)`;
const ALL = `SELECT ${BLOCK} FROM log_blocks WHERE customer_id = $1`;

/** The log in a PostgreSQL database. */
export class PostgresLogRepository extends LogRepository {
  constructor(
    private readonly database: PostgresDatabase,
    private readonly compactor: LogCompactor,
  ) {
    super();
  }

  override async messages(customerId: string, query: LogQuery): Promise<readonly LogEntry[]> {
    if (hasUnsupportedCharacter(customerId)) return [];
    const { since = 0, until = Number.MAX_SAFE_INTEGER, before } = query;
    const latest = Math.min(until, before?.time ?? until);
    const newest = new NewestMessages(query);
    const names = [newest.names?.map(({ first }) => first), newest.names?.map(({ step }) => step)];
    let behind: readonly number[] = [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
    for (let limit = FIRST_BLOCKS; ; limit = Math.min(limit * 2, BLOCKS_AT_ONCE)) {
      const values = [customerId, ...behind, latest, since, limit, ...names];
      const blocks = await this.database.read<BlockRow>('newest_blocks', NEWEST, values);
      for (const block of blocks) {
        if (!newest.wants(block.lastTime)) return newest.messages();
        newest.take(block);
      }
      if (blocks.length < limit) return newest.messages();
      behind = placeOf(blocks[blocks.length - 1]);
    }
  }

  override async message(customerId: string, place: LogPlace): Promise<LogEntry | undefined> {
    if (hasUnsupportedCharacter(customerId)) return undefined;
    const blocks = await this.database.read<BlockRow>('blocks_around', AROUND, [customerId, place.time, place.moment]);
    const found = blocks.flatMap(openBlock).find((entry) => comparePlaces(entry, place) === 0);
    return found && readEntry(found);
  }

  override async counts(customerId: string, query: CountQuery): Promise<readonly KindCounts[]> {
    const counts = new EntryCounts(query);
    if (hasUnsupportedCharacter(customerId)) return counts.counts;
    const { edges } = query;
    await this.database.snapshot(async (client) => {
      const opened: (readonly number[])[] = [];
      for await (const head of rowsOf<BlockHead>(client, BETWEEN, [customerId, edges[0], edges[edges.length - 1]]))
        if (!counts.takeHead(head)) opened.push(placeOf(head));
      for (let from = 0; from < opened.length; from += BLOCKS_AT_ONCE) {
        const some = opened.slice(from, from + BLOCKS_AT_ONCE);
        const values = [customerId, ...[0, 1, 2].map((part) => some.map((place) => place[part]))];
        const { rows } = await client.query<BlockRow>({ name: 'some_blocks', text: SOME, values });
        for (const row of rows) counts.take(openBlock(row));
      }
    });
    return counts.counts;
  }

  override async customer(customerId: string): Promise<CustomerLog> {
    if (hasUnsupportedCharacter(customerId)) return NO_LOG;
    return readCustomerLog(this.database, customerId);
  }

  override async whole<T>(
    customerId: string,
    read: (log: CustomerLog, messages: AsyncIterable<LogEntry>, record: StoredCustomer | undefined) => Awaitable<T>,
  ): Promise<T> {
    const isImpossible = hasUnsupportedCharacter(customerId);
    return this.database.snapshot(async (client) => {
      if (isImpossible) return read(NO_LOG, noMessages(), undefined);
      const log = await readCustomerLog(readsOf(client), customerId);
      return read(log, messagesOf(client, customerId), (await recordsOf(client, [customerId])).get(customerId));
    });
  }

  override async wholes(
    customerIds: readonly string[],
    read: (customerId: string, ...whole: WholeLog) => Awaitable<void>,
  ): Promise<void> {
    const possible = customerIds.filter((id) => !hasUnsupportedCharacter(id));
    await this.database.snapshot(async (client) => {
      const logs = await readCustomerLogs(readsOf(client), possible);
      const records = await recordsOf(client, possible);
      const short = possible.filter((id) => (logs.get(id)?.bytes ?? 0) <= SHORT_BYTES);
      const { rows } = await client.query<BlockRow & { readonly id: string }>({ text: OF_SOME, values: [short] });
      const blocks = new Map(short.map((id): [string, BlockRow[]] => [id, []]));
      for (const row of rows) blocks.get(row.id)?.push(row);
      for (const id of customerIds) {
        const { log = NO_LOG } = logs.get(id) ?? {};
        const own = blocks.get(id);
        const messages = own ? entriesOf(own) : logs.has(id) ? messagesOf(client, id) : noMessages();
        await read(id, log, messages, records.get(id));
        blocks.delete(id);
      }
    });
  }

  override end(limits: LogLimits): Promise<number> {
    return limits.entries === 0 ? endAllLogs(this.database) : endMessages(this.database, limits);
  }

  override compact(signal: AbortSignal): Promise<boolean> {
    return this.compactor.run(signal);
  }
}

const NO_LOG: CustomerLog = { baseline: undefined, edits: [], exists: false };

function* entriesOf(blocks: readonly BlockRow[]): Generator<LogEntry> {
  for (const block of blocks) for (const entry of openBlock(block)) yield readEntry(entry);
}

async function* messagesOf(client: ClientBase, customerId: string): AsyncGenerator<LogEntry> {
  for await (const block of rowsOf<BlockRow>(client, ALL, [customerId]))
    for (const entry of openBlock(block)) yield readEntry(entry);
}

function placeOf({ lastTime, moment, part }: BlockHead): readonly number[] {
  return [lastTime, moment, part];
}

async function* noMessages(): AsyncGenerator<LogEntry> {
  yield* [];
}

async function recordsOf(
  client: ClientBase,
  customerIds: readonly string[],
): Promise<ReadonlyMap<string, StoredCustomer>> {
  const text = `SELECT ${STORED} FROM customers WHERE customer_id = ANY($1) AND attributes IS NOT NULL`;
  const { rows } = await client.query<KnownColumns>({ name: 'stored_customers', text, values: [customerIds] });
  return new Map(rows.map((row) => [row.customer_id, knownOf(row)]));
}
