import { setImmediate as nextTurn } from 'node:timers/promises';
import { numericId } from '../../domain/customer/customer-id.js';
import {
  editCounts,
  HistoryRepository,
  readAuthor,
  type BulkEntry,
  type EditAction,
  type EditCounts,
  type EditSource,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows, type Query } from './database/statements.js';

type Row = [
  id: number,
  at: number,
  source: EditSource,
  action: EditAction,
  changes: string,
  author: string | null,
  bulkEdit: number | null,
];
type BulkRow = [...Row, key: number, text: string | null, last: number];

const ENTRY = 'h.id, at, source, action, changes, author, bulk_edit';
/** Entries that are counted before the event loop gets a turn, in some 2 ms. */
const COUNTED_AT_ONCE = 20_000;
/** A key below that of every customer. */
const BEFORE_ALL = Number.MIN_SAFE_INTEGER;

/** The history in a SQLite file. */
export class SqliteHistoryRepository extends HistoryRepository {
  private readonly entries: Query<Row>;
  private readonly newestOf: Query<Row>;
  private readonly bulkEntries: Query<BulkRow>;
  private readonly bulkCount: Query<[number]>;
  private readonly counted: Query<[action: EditAction, count: number]>;
  private readonly timeAt: Query<[number]>;
  private readonly textKey: Query<[number]>;

  constructor({ reader }: SqliteDatabase) {
    super();
    this.entries = prepareRows(
      reader,
      // Only a customer that was ever deleted pays for the search of its deletion.
      `SELECT ${ENTRY} FROM history AS h WHERE key = ?1 AND id < ?2
         AND id > CASE WHEN EXISTS (SELECT 1 FROM deletions WHERE key = ?1)
           THEN coalesce((SELECT max(id) FROM history WHERE key = ?1 AND action = 'deleted' AND id >
             coalesce((SELECT max(id) FROM history WHERE key = ?1 AND action = 'restored'), 0)), 0) ELSE 0 END
       ORDER BY id DESC LIMIT ?3`,
    );
    this.newestOf = prepareRows(reader, `SELECT ${ENTRY} FROM history AS h WHERE key = ? ORDER BY id DESC LIMIT 1`);
    this.bulkEntries = prepareRows(
      reader,
      `SELECT ${ENTRY}, h.key, t.id, (SELECT max(id) FROM history WHERE key = h.key) FROM history AS h
         LEFT JOIN text_keys AS t USING (key) WHERE bulk_edit = ? AND h.key > ? ORDER BY h.key, h.id LIMIT ?`,
    );
    this.bulkCount = prepareRows(reader, 'SELECT count(*) FROM history WHERE bulk_edit = ?');
    // Reads the index on the times alone.
    this.counted = prepareRows(reader, 'SELECT action, count(*) FROM history WHERE at >= ? AND at < ? GROUP BY action');
    this.timeAt = prepareRows(reader, 'SELECT at FROM history WHERE at >= ? AND at < ? ORDER BY at LIMIT 1 OFFSET ?');
    this.textKey = prepareRows(reader, 'SELECT key FROM text_keys WHERE id = ?');
  }

  override async page(customerId: string, before: number | undefined, limit: number): Promise<HistoryPage> {
    const key = this.keyOf(customerId);
    if (key === undefined) return { entries: [], more: false };
    const rows = this.entries.all(key, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    return { entries: rows.slice(0, limit).map(toEntry), more: rows.length > limit };
  }

  override async newest(customerId: string): Promise<HistoryEntry | undefined> {
    const key = this.keyOf(customerId);
    const row = key === undefined ? undefined : this.newestOf.get(key);
    return row && toEntry(row);
  }

  override async ofBulkEdit(
    bulkEdit: number,
    after: BulkEntry['place'] = BEFORE_ALL,
    limit: number,
  ): Promise<readonly BulkEntry[]> {
    return this.bulkEntries.all(bulkEdit, after, limit).map((row) => {
      const [, , , , , , , key, text, last] = row;
      return { ...toEntry(row), customerId: text ?? String(key), place: key, last };
    });
  }

  override async countOfBulkEdit(bulkEdit: number): Promise<number> {
    return this.bulkCount.get(bulkEdit)?.[0] ?? 0;
  }

  override async counts(edges: readonly number[]): Promise<readonly EditCounts[]> {
    const counts: EditCounts[] = [];
    for (const [span, end] of edges.slice(1).entries()) {
      const actions: [EditAction, number][] = [];
      for (let from = edges[span]; from < end;) {
        // The entries of one moment, those of a transaction, are counted at once.
        const until = Math.max(from + 1, this.timeAt.get(from, end, COUNTED_AT_ONCE)?.[0] ?? end);
        actions.push(...this.counted.all(from, until));
        from = until;
        await nextTurn();
      }
      counts.push(editCounts(actions));
    }
    return counts;
  }

  private keyOf(customerId: string): number | undefined {
    return numericId(customerId) ?? this.textKey.get(customerId)?.[0];
  }
}

function toEntry([id, at, source, action, changes, author, bulkEdit]: Row | BulkRow): HistoryEntry {
  return {
    ...{ id, at, source, action, changes, author: readAuthor(author) },
    ...(bulkEdit !== null && { bulkEdit }),
  };
}
