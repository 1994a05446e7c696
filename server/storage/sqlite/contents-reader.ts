import { numericId } from '../../domain/customer/customer-id.js';
import type { IngestionState } from '../../domain/ingestion/ingestion.js';
import { SqliteWork } from '../access/sqlite-work.js';
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
import { plainReads, type ContentsReader, type Key, type NextIds, type Section } from '../copy/contents.js';
import type { BaselineRow } from '../log/baseline-row.js';
import type { BlockRow } from '../log/block-row.js';
import type { EditRow } from '../log/edit-row.js';
import {
  CUSTOMERS,
  HISTORY,
  LOG_BASELINES,
  LOG_BLOCKS,
  LOG_EDITS,
  MESSAGES,
  STATISTICS,
  STATISTICS_KINDS,
  TABLES,
} from './contents-queries.js';
import { isOwnerAlive } from './ingestions/ingestion-owner.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareObjects, prepareRows, type Query } from './database/statements.js';

/** A key below that of every customer. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

interface Keyed {
  readonly key: number;
  /** The id of the customer; null if the key itself is the id. */
  readonly text: string | null;
}

/** Reads the contents of a SQLite file for a copy. */
export class SqliteContentsReader implements ContentsReader {
  private readonly textKey: Query<[number]>;
  private readonly access: SqliteWork;

  constructor(private readonly database: SqliteDatabase) {
    this.access = new SqliteWork(database.reader);
    this.textKey = prepareRows(database.reader, 'SELECT key FROM text_keys WHERE id = ?');
  }

  readonly rows = {
    ingestions: async (after: Key | undefined, limit: number): Promise<IngestionRow[]> => {
      const rows = this.all<Omit<IngestionRow, 'state'> & { state: IngestionState; owner: string; lease: number }>(
        `SELECT id, name, path, size, fingerprint, state, failure, counts, seconds, started_at AS startedAt,
           finished_at AS finishedAt, owner, lease_until AS lease
         FROM ingestions WHERE id > ? ORDER BY id LIMIT ?`,
        [after?.[0] ?? 0, limit],
      );
      return rows.map(({ state, owner, lease, ...row }) => ({
        ...row,
        state: state === 'running' && !isRunning(owner, lease) ? 'interrupted' : state,
      }));
    },

    customers: async (after: Key | undefined, limit: number): Promise<CustomerRow[]> => {
      interface Row extends Keyed {
        readonly attributes: string | null;
        readonly events: string | null;
        readonly attribute_times: string | null;
        readonly last_updated: number | null;
        readonly labels: string | null;
        readonly deleted_at: number | null;
        readonly suppressed_at: number | null;
        readonly touched_by: string;
      }
      return this.all<Row>(CUSTOMERS, [this.keyOf(after), limit]).map((row) => ({
        id: idOf(row),
        attributes: row.attributes,
        events: row.events,
        attributeTimes: row.attribute_times,
        lastUpdated: row.last_updated,
        labels: row.labels,
        deletedAt: row.deleted_at,
        suppressedAt: row.suppressed_at,
        touchedBy: JSON.parse(row.touched_by) as number[],
      }));
    },

    messages: async (after: Key | undefined, limit: number): Promise<MessagesRow[]> => {
      const first = Buffer.from(String(after?.[1] ?? ''), 'hex');
      return this.all<Keyed & Omit<MessagesRow, 'id'>>(MESSAGES, [this.keyOf(after), first, limit]).map((row) => ({
        id: idOf(row),
        first: row.first,
        identities: row.identities,
      }));
    },

    history: async (after: Key | undefined, limit: number): Promise<HistoryRow[]> => {
      const rows = this.all<Keyed & Omit<HistoryRow, 'customerId'>>(HISTORY, [
        this.keyOf(after),
        after?.[1] ?? 0,
        limit,
      ]);
      return rows.map(({ key, text, ...row }) => ({ customerId: idOf({ key, text }), ...row }));
    },

    log_blocks: async (after: Key | undefined, limit: number): Promise<Logged<BlockRow>[]> => {
      const [, lastTime = -1, moment = -1, part = -1] = after ?? [];
      return this.logged(LOG_BLOCKS, [this.keyOf(after), lastTime, moment, part, limit]);
    },

    log_edits: async (after: Key | undefined, limit: number): Promise<Logged<EditRow>[]> =>
      this.logged(LOG_EDITS, [this.keyOf(after), after?.[1] ?? -1, limit]),

    log_baselines: async (after: Key | undefined, limit: number): Promise<Logged<BaselineRow>[]> =>
      this.logged(LOG_BASELINES, [this.keyOf(after), limit]),

    rejects: async (after: Key | undefined, limit: number): Promise<RejectRow[]> =>
      this.all<RejectRow>(
        `SELECT ingestion, first, packed FROM reject_blocks WHERE (ingestion, first) > (?, ?)
         ORDER BY ingestion, first LIMIT ?`,
        [after?.[0] ?? 0, after?.[1] ?? 0, limit],
      ),

    segments: async (after: Key | undefined, limit: number): Promise<SegmentRow[]> =>
      this.all<SegmentRow>(
        'SELECT id, name, search, filters, sort, sort_order AS "order" FROM segments WHERE id > ? ORDER BY id LIMIT ?',
        [after?.[0] ?? 0, limit],
      ),

    statistics: async (after: Key | undefined, limit: number): Promise<StatisticsRow[]> => {
      const rows: StatisticsRow[] = [];
      for (const kind of STATISTICS_KINDS) {
        const [afterKind = '', afterName = null] = after ?? [];
        if (kind < String(afterKind)) continue;
        const name = kind === afterKind ? afterName : null;
        const some = this.all<Omit<StatisticsRow, 'kind'>>(STATISTICS[kind], [name, limit - rows.length]);
        rows.push(...some.map((row) => ({ kind, ...row })));
        if (rows.length === limit) break;
      }
      return rows;
    },

    ...plainReads(async (work) => this.access.run(work)),
  };

  async count(section: Section): Promise<number> {
    switch (section) {
      case 'customers':
        return this.number(
          'SELECT count(*) FROM (SELECT key FROM customers UNION SELECT key FROM deletions UNION SELECT key FROM suppressed)',
        );
      case 'statistics':
        return this.number(
          `SELECT (SELECT count(*) FROM attribute_counts) + (SELECT count(*) FROM day_counts) + (SELECT count(*) FROM event_counts)
             + (SELECT count(*) FROM label_counts)`,
        );
      default:
        return this.number(`SELECT count(*) FROM ${TABLES[section]}`);
    }
  }

  async identityKey(): Promise<Uint8Array> {
    const row = prepareRows<[Uint8Array]>(
      this.database.reader,
      "SELECT value FROM meta WHERE name = 'identity_key'",
    ).get();
    if (!row) throw new Error(`${this.database.path} has no identity key.`);
    return row[0];
  }

  async nextIds(): Promise<NextIds> {
    const next = (table: string): number =>
      1 + this.number(`SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = '${table}'), 0)`);
    const moment = this.number("SELECT value FROM meta WHERE name = 'search_change'");
    return { ingestions: next('ingestions'), segments: next('segments'), moment };
  }

  async isBusy(): Promise<boolean> {
    return this.all<{ owner: string; lease: number }>(
      "SELECT owner, lease_until AS lease FROM ingestions WHERE state = 'running'",
      [],
    ).some(({ owner, lease }) => isRunning(owner, lease));
  }

  private keyOf(after: Key | undefined): number {
    if (!after) return BEFORE_ALL;
    const id = String(after[0]);
    const key = numericId(id) ?? this.textKey.get(id)?.[0];
    if (key === undefined) throw new Error(`Customer ${JSON.stringify(id)} has gone while the database was copied.`);
    return key;
  }

  private logged<Row extends object>(text: string, parameters: Parameters<Query<Row>['all']>): Logged<Row>[] {
    return this.all<Keyed & Row>(text, parameters).map(({ key, text: id, ...row }) => {
      // Safe: the columns that are left are those of the row.
      return { customerId: idOf({ key, text: id }), ...row } as unknown as Logged<Row>;
    });
  }

  private all<Row extends object>(text: string, parameters: Parameters<Query<Row>['all']>): Row[] {
    return prepareObjects<Row>(this.database.reader, text).all(...parameters);
  }

  private number(text: string): number {
    return prepareRows<[number]>(this.database.reader, text).get()?.[0] ?? 0;
  }
}

function isRunning(owner: string, lease: number): boolean {
  return lease > Date.now() && isOwnerAlive(owner);
}

function idOf({ key, text }: Keyed): string {
  return text ?? String(key);
}
