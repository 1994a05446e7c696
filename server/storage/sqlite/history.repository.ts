import { numericId } from '../../domain/customer/customer-id.js';
import {
  HistoryRepository,
  type EditAction,
  type EditSource,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';
import type { SqliteDatabase } from './database/database.js';
import { prepareRows, type Query } from './database/statements.js';

type Row = [id: number, at: number, source: EditSource, action: EditAction, changes: string];

/** The history in a SQLite file. */
export class SqliteHistoryRepository extends HistoryRepository {
  private readonly entries: Query<Row>;
  private readonly textKey: Query<[number]>;

  constructor({ reader }: SqliteDatabase) {
    super();
    this.entries = prepareRows(
      reader,
      'SELECT id, at, source, action, changes FROM history WHERE key = ? AND id < ? ORDER BY id DESC LIMIT ?',
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

function toEntry([id, at, source, action, changes]: Row): HistoryEntry {
  return { id, at, source, action, changes };
}
