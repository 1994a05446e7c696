import { numericId } from '../../domain/customer/customer-id.js';
import {
  HistoryRepository,
  readAuthor,
  type EditAction,
  type EditSource,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows, type Query } from './database/statements.js';

type Row = [id: number, at: number, source: EditSource, action: EditAction, changes: string, author: string | null];

/** The history in a SQLite file. */
export class SqliteHistoryRepository extends HistoryRepository {
  private readonly entries: Query<Row>;
  private readonly textKey: Query<[number]>;

  constructor({ reader }: SqliteDatabase) {
    super();
    this.entries = prepareRows(
      reader,
      // Only a customer that was ever deleted pays for the search of its deletion.
      `SELECT id, at, source, action, changes, author FROM history WHERE key = ?1 AND id < ?2
         AND id > CASE WHEN EXISTS (SELECT 1 FROM deletions WHERE key = ?1)
           THEN coalesce((SELECT max(id) FROM history WHERE key = ?1 AND action = 'deleted' AND id >
             coalesce((SELECT max(id) FROM history WHERE key = ?1 AND action = 'restored'), 0)), 0) ELSE 0 END
       ORDER BY id DESC LIMIT ?3`,
    );
    this.textKey = prepareRows(reader, 'SELECT key FROM text_keys WHERE id = ?');
  }

  override async page(customerId: string, before: number | undefined, limit: number): Promise<HistoryPage> {
    const key = numericId(customerId) ?? this.textKey.get(customerId)?.[0];
    if (key === undefined) return { entries: [], more: false };
    const rows = this.entries.all(key, before ?? Number.MAX_SAFE_INTEGER, limit + 1);
    return { entries: rows.slice(0, limit).map(toEntry), more: rows.length > limit };
  }
}

function toEntry([id, at, source, action, changes, author]: Row): HistoryEntry {
  return { id, at, source, action, changes, author: readAuthor(author) };
}
