import { numericId } from '../../domain/customer/customer-id.js';
import type { IngestionState } from '../../domain/ingestion/ingestion.js';
import { SqliteWork } from '../access/sqlite-work.js';
import {
  plainReads,
  ofEachPlainTable,
  type ContentsReader,
  type CustomerRow,
  type HistoryRow,
  type IngestionRow,
  type Key,
  type Logged,
  type MessagesRow,
  type NextIds,
  type RejectRow,
  type Section,
  type SegmentRow,
  type StatisticsRow,
} from '../copy/contents.js';
import type { BaselineRow } from '../log/baseline-row.js';
import type { BlockRow } from '../log/block-row.js';
import type { EditRow } from '../log/edit-row.js';
import { isOwnerAlive } from './ingestions/ingestion-owner.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareObjects, prepareRows, type Query } from './database/statements.js';

/** A key below that of every customer. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

const CUSTOMERS = `
  SELECT k.key, t.id AS text, c.attributes, c.events, c.attribute_times, c.last_updated, d.deleted_at, s.suppressed_at,
    (SELECT json_group_array(ingestion) FROM (
      SELECT ingestion FROM ingestion_customers
      WHERE key = k.key AND ingestion IN (SELECT id FROM ingestions WHERE state <> 'done') ORDER BY ingestion
    )) AS touched_by
  FROM (
    SELECT key FROM customers WHERE key > ?1 UNION SELECT key FROM deletions WHERE key > ?1
    UNION SELECT key FROM suppressed WHERE key > ?1 ORDER BY key LIMIT ?2
  ) AS k LEFT JOIN customers AS c USING (key) LEFT JOIN deletions AS d USING (key) LEFT JOIN suppressed AS s USING (key)
    LEFT JOIN text_keys AS t USING (key)
  ORDER BY k.key`;
const MESSAGES = `SELECT m.key, t.id AS text, first, identities FROM applied_messages AS m LEFT JOIN text_keys AS t USING (key)
  WHERE (m.key, first) > (?, ?) ORDER BY m.key, first LIMIT ?`;
const HISTORY = `SELECT h.key, t.id AS text, h.id, at, source, action, changes, author FROM history AS h LEFT JOIN text_keys AS t USING (key)
  WHERE (h.key, h.id) > (?, ?) ORDER BY h.key, h.id LIMIT ?`;

const LOG_BLOCKS = `SELECT l.key, t.id AS text, last_time AS lastTime, moment, part, first_time AS firstTime, entries, format, packed
  FROM log_blocks AS l LEFT JOIN text_keys AS t USING (key)
  WHERE (l.key, last_time, moment, part) > (?, ?, ?, ?) ORDER BY l.key, last_time, moment, part LIMIT ?`;
const LOG_EDITS = `SELECT l.key, t.id AS text, moment, at, kind, data FROM log_edits AS l LEFT JOIN text_keys AS t USING (key)
  WHERE (l.key, moment) > (?, ?) ORDER BY l.key, moment LIMIT ?`;
const LOG_BASELINES = `SELECT l.key, t.id AS text, moment, time, deleted_at AS deletedAt, attributes, events,
    last_updated AS lastUpdated, attribute_times AS attributeTimes, arrivals
  FROM log_baselines AS l LEFT JOIN text_keys AS t USING (key) WHERE l.key > ? ORDER BY l.key LIMIT ?`;

/** Reads of one kind, in the order of names as they are stored. The name of a day is its number. */
const STATISTICS = {
  attribute:
    "SELECT name, customers, 0 AS events FROM attribute_counts WHERE name > coalesce(?, '') ORDER BY name LIMIT ?",
  day: 'SELECT CAST(day AS TEXT) AS name, customers, 0 AS events FROM day_counts WHERE day > coalesce(CAST(? AS INTEGER), -1) ORDER BY day LIMIT ?',
  event: "SELECT name, customers, events FROM event_counts WHERE name > coalesce(?, '') ORDER BY name LIMIT ?",
} as const;
const KINDS = ['attribute', 'day', 'event'] as const satisfies readonly StatisticsRow['kind'][];

const TABLES: Readonly<Record<Exclude<Section, 'statistics' | 'customers'>, string>> = {
  ingestions: 'ingestions',
  messages: 'applied_messages',
  history: 'history',
  log_blocks: 'log_blocks',
  log_edits: 'log_edits',
  log_baselines: 'log_baselines',
  rejects: 'reject_blocks',
  segments: 'segments',
  ...ofEachPlainTable((table) => table),
};

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
      for (const kind of KINDS) {
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
          'SELECT (SELECT count(*) FROM attribute_counts) + (SELECT count(*) FROM day_counts) + (SELECT count(*) FROM event_counts)',
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
