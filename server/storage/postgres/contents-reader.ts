import type { IngestionState } from '../../domain/ingestion/ingestion.js';
import type {
  CustomerRow,
  HistoryRow,
  IngestionRow,
  Logged,
  MessagesRow,
  RejectRow,
  SegmentRow,
  StatisticsRow,
} from '../copy/content-rows.js';
import {
  plainReads,
  ofEachPlainTable,
  type ContentsReader,
  type Key,
  type NextIds,
  type Section,
} from '../copy/contents.js';
import type { BaselineRow } from '../log/baseline-row.js';
import type { BlockRow } from '../log/block-row.js';
import type { EditRow } from '../log/edit-row.js';
import { run } from './access-runner.js';
import { IS_OWNED } from './ingestions/ingestion-owner.js';
import { UNFINISHED } from './ingestions/ingestion-progress.js';
import type { Reads } from './database/reads.js';
import { BASELINE, BLOCK, LAST_MOMENT } from './log/log-rows.js';
import { WITH_CHANGES } from './customers/statistics-table.js';

/** SQL condition that leaves out rows that were made to be locked and never written. */
const IS_KNOWN = '(attributes IS NOT NULL OR deleted_at IS NOT NULL OR suppressed_at IS NOT NULL)';
const CUSTOMERS = `
  SELECT customer_id AS id, attributes, events, attribute_times AS "attributeTimes", last_updated AS "lastUpdated", labels,
    deleted_at AS "deletedAt", suppressed_at AS "suppressedAt", touched_by AS "touchedBy"
  FROM customers WHERE customer_id > $1 AND ${IS_KNOWN} ORDER BY customer_id LIMIT $2`;
/** A customer as it is stored: `touchedBy` may be null, and may name finished ingestions. */
type TouchedRow = Omit<CustomerRow, 'touchedBy'> & { readonly touchedBy: readonly number[] | null };
const TABLES: Readonly<Record<Section, string>> = {
  ingestions: 'ingestions',
  customers: `customers WHERE ${IS_KNOWN}`,
  messages: 'applied_messages',
  history: 'history',
  log_blocks: 'log_blocks',
  log_edits: 'log_edits',
  log_baselines: 'log_baselines',
  rejects: 'reject_blocks',
  segments: 'segments',
  ...ofEachPlainTable((table) => table),
  statistics: `${WITH_CHANGES} AS n`,
};

/** Reads the contents of a PostgreSQL database for a copy. */
export class PostgresContentsReader implements ContentsReader {
  constructor(private readonly database: Reads) {}

  readonly rows = {
    ingestions: async (after: Key | undefined, limit: number): Promise<IngestionRow[]> => {
      const rows = await this.database.read<IngestionRow & { state: IngestionState; owned: boolean }>(
        'copy_ingestions',
        `SELECT id, name, path, size, fingerprint, state, failure, counts, seconds,
           (extract(epoch FROM started_at) * 1000)::bigint AS "startedAt",
           (extract(epoch FROM finished_at) * 1000)::bigint AS "finishedAt", ${IS_OWNED} AS owned
         FROM ingestions WHERE id > $1 ORDER BY id LIMIT $2`,
        [after?.[0] ?? 0, limit],
      );
      return rows.map(({ state, owned, ...row }) => ({
        ...row,
        state: state === 'running' && !owned ? 'interrupted' : state,
      }));
    },

    customers: async (after: Key | undefined, limit: number): Promise<CustomerRow[]> => {
      const values = [after?.[0] ?? '', limit];
      const rows = await this.database.read<TouchedRow>('copy_customers', CUSTOMERS, values);
      const unfinished = await this.database.read<{ id: number }>('unfinished', UNFINISHED);
      const touching = new Set(unfinished.map(({ id }) => id));
      return rows.map((row) => ({
        ...row,
        touchedBy: (row.touchedBy ?? []).filter((id) => touching.has(id)).sort((a, b) => a - b),
      }));
    },

    messages: (after: Key | undefined, limit: number): Promise<MessagesRow[]> =>
      this.database.read(
        'copy_messages',
        `SELECT customer_id AS id, first, identities FROM applied_messages WHERE (customer_id, first) > ($1, $2)
         ORDER BY customer_id, first LIMIT $3`,
        [after?.[0] ?? '', Buffer.from(String(after?.[1] ?? ''), 'hex'), limit],
      ),

    history: (after: Key | undefined, limit: number): Promise<HistoryRow[]> =>
      this.database.read(
        'copy_history',
        `SELECT customer_id AS "customerId", id, at, source, action, changes, author,
           bulk_edit AS "bulkEdit" FROM history
         WHERE (customer_id, id) > ($1, $2) ORDER BY customer_id, id LIMIT $3`,
        [after?.[0] ?? '', after?.[1] ?? 0, limit],
      ),

    log_blocks: (after: Key | undefined, limit: number): Promise<Logged<BlockRow>[]> =>
      this.database.read(
        'copy_log_blocks',
        `SELECT customer_id AS "customerId", ${BLOCK} FROM log_blocks WHERE (customer_id, last_time, moment, part) > ($1, $2, $3, $4)
         ORDER BY customer_id, last_time, moment, part LIMIT $5`,
        [after?.[0] ?? '', after?.[1] ?? -1, after?.[2] ?? -1, after?.[3] ?? -1, limit],
      ),

    log_edits: (after: Key | undefined, limit: number): Promise<Logged<EditRow>[]> =>
      this.database.read(
        'copy_log_edits',
        `SELECT customer_id AS "customerId", moment, at, kind, data FROM log_edits WHERE (customer_id, moment) > ($1, $2)
         ORDER BY customer_id, moment LIMIT $3`,
        [after?.[0] ?? '', after?.[1] ?? -1, limit],
      ),

    log_baselines: (after: Key | undefined, limit: number): Promise<Logged<BaselineRow>[]> =>
      this.database.read(
        'copy_log_baselines',
        `SELECT customer_id AS "customerId", ${BASELINE} FROM log_baselines WHERE customer_id > $1 ORDER BY customer_id LIMIT $2`,
        [after?.[0] ?? '', limit],
      ),

    rejects: (after: Key | undefined, limit: number): Promise<RejectRow[]> =>
      this.database.read(
        'copy_rejects',
        `SELECT ingestion, first, packed FROM reject_blocks
         WHERE (ingestion, first) > ($1, $2) ORDER BY ingestion, first LIMIT $3`,
        [after?.[0] ?? 0, after?.[1] ?? 0, limit],
      ),

    segments: (after: Key | undefined, limit: number): Promise<SegmentRow[]> =>
      this.database.read(
        'copy_segments',
        `SELECT id, name, search, filters, sort, sort_order AS "order" FROM segments WHERE id > $1 ORDER BY id LIMIT $2`,
        [after?.[0] ?? 0, limit],
      ),

    statistics: (after: Key | undefined, limit: number): Promise<StatisticsRow[]> =>
      this.database.read(
        'copy_statistics',
        `SELECT * FROM ${WITH_CHANGES} AS n WHERE (kind, name) > ($1, $2) ORDER BY kind, name LIMIT $3`,
        [after?.[0] ?? '', after?.[1] ?? '', limit],
      ),

    ...plainReads((work) => run(this.database, work)),
  };

  async count(section: Section): Promise<number> {
    const rows = await this.database.read<{ count: number }>(
      `count_${section}`,
      `SELECT count(*) AS count FROM ${TABLES[section]}`,
    );
    return rows[0].count;
  }

  async identityKey(): Promise<Uint8Array> {
    const rows = await this.database.read<{ value: string }>(
      'identity_key',
      "SELECT value FROM meta WHERE name = 'identity_key'",
    );
    if (rows.length === 0) throw new Error('The database has no identity key.');
    return Uint8Array.from(Buffer.from(rows[0].value, 'hex'));
  }

  async nextIds(): Promise<NextIds> {
    const rows = await this.database.read<NextIds>(
      'next_ids',
      `SELECT i.last_value + i.is_called::int AS ingestions, s.last_value + s.is_called::int AS segments, m.moment
       FROM ingestions_id_seq AS i, segments_id_seq AS s, (${LAST_MOMENT}) AS m`,
    );
    return rows[0];
  }

  async isBusy(): Promise<boolean> {
    const rows = await this.database.read(
      'is_ingesting',
      `SELECT FROM ingestions WHERE state = 'running' AND ${IS_OWNED} LIMIT 1`,
    );
    return rows.length > 0;
  }
}
