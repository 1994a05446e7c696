import {
  HistoryRepository,
  readAuthor,
  type EditAction,
  type EditSource,
  type HistoryEntry,
  type HistoryPage,
} from '../../domain/customer/history.js';
import { hasUnsupportedCharacter } from '../../domain/text.js';
import type { PostgresDatabase } from './database/database.js';

interface Row {
  readonly id: number;
  readonly at: number;
  readonly source: EditSource;
  readonly action: EditAction;
  readonly changes: string;
  readonly author: string | null;
}

/** The history in a PostgreSQL database. */
export class PostgresHistoryRepository extends HistoryRepository {
  constructor(private readonly database: PostgresDatabase) {
    super();
  }

  override async page(customerId: string, before: number | undefined, limit: number): Promise<HistoryPage> {
    if (hasUnsupportedCharacter(customerId)) return { entries: [], more: false };
    const rows = await this.database.read<Row>(
      'history',
      // Only a customer that was ever deleted pays for the search of its deletion.
      `SELECT id, at, source, action, changes, author FROM history WHERE customer_id = $1 AND id < $2
         AND id > CASE WHEN EXISTS (SELECT 1 FROM customers WHERE customer_id = $1 AND deleted_at IS NOT NULL)
           THEN coalesce((SELECT max(id) FROM history WHERE customer_id = $1 AND action = 'deleted' AND id >
             coalesce((SELECT max(id) FROM history WHERE customer_id = $1 AND action = 'restored'), 0)), 0) ELSE 0 END
       ORDER BY id DESC LIMIT $3`,
      [customerId, before ?? Number.MAX_SAFE_INTEGER, limit + 1],
    );
    return { entries: rows.slice(0, limit).map(toEntry), more: rows.length > limit };
  }
}

function toEntry({ author, ...entry }: Row): HistoryEntry {
  return { ...entry, author: readAuthor(author) };
}
