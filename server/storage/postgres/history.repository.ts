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
import { hasUnsupportedCharacter } from '../../domain/text.js';
import type { PostgresDatabase } from './database/database.js';

interface Row {
  readonly id: number;
  readonly at: number;
  readonly source: EditSource;
  readonly action: EditAction;
  readonly changes: string;
  readonly author: string | null;
  readonly bulkEdit: number | null;
}

type BulkRow = Row & Pick<BulkEntry, 'customerId'>;

const ENTRY = 'id, at, source, action, changes, author, bulk_edit AS "bulkEdit"';

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
      `SELECT ${ENTRY} FROM history WHERE customer_id = $1 AND id < $2
         AND id > CASE WHEN EXISTS (SELECT 1 FROM customers WHERE customer_id = $1 AND deleted_at IS NOT NULL)
           THEN coalesce((SELECT max(id) FROM history WHERE customer_id = $1 AND action = 'deleted' AND id >
             coalesce((SELECT max(id) FROM history WHERE customer_id = $1 AND action = 'restored'), 0)), 0) ELSE 0 END
       ORDER BY id DESC LIMIT $3`,
      [customerId, before ?? Number.MAX_SAFE_INTEGER, limit + 1],
    );
    return { entries: rows.slice(0, limit).map(toEntry), more: rows.length > limit };
  }

  override async newest(customerId: string): Promise<HistoryEntry | undefined> {
    if (hasUnsupportedCharacter(customerId)) return undefined;
    const text = `SELECT ${ENTRY} FROM history WHERE customer_id = $1 ORDER BY id DESC LIMIT 1`;
    return (await this.database.read<Row>('newest_entry', text, [customerId])).map(toEntry).at(0);
  }

  override async counts(edges: readonly number[]): Promise<readonly EditCounts[]> {
    const rows = await this.database.read<{ span: number; action: EditAction; count: number }>(
      'edits_by_time',
      `SELECT width_bucket(at, $1::bigint[]) AS span, action, count(*) AS count FROM history
         WHERE at >= $2 AND at < $3 GROUP BY 1, 2`,
      [edges, edges[0], edges[edges.length - 1]],
    );
    return edges
      .slice(1)
      .map((_, at) => editCounts(rows.filter(({ span }) => span === at + 1).map((row) => [row.action, row.count])));
  }

  override async ofBulkEdit(
    bulkEdit: number,
    after: BulkEntry['place'] = '',
    limit: number,
  ): Promise<readonly BulkEntry[]> {
    const rows = await this.database.read<BulkRow>(
      'bulk_entries',
      `SELECT customer_id AS "customerId", ${ENTRY} FROM history WHERE bulk_edit = $1 AND customer_id > $2
       ORDER BY customer_id, id LIMIT $3`,
      [bulkEdit, after, limit],
    );
    const newest = await this.database.read<{ customerId: string; last: number }>(
      'newest_entries',
      'SELECT customer_id AS "customerId", max(id) AS last FROM history WHERE customer_id = ANY($1) GROUP BY customer_id',
      [rows.map(({ customerId }) => customerId)],
    );
    const lasts = new Map(newest.map(({ customerId, last }) => [customerId, last]));
    return rows.map(({ customerId, ...row }) => ({
      ...{ ...toEntry(row), customerId, place: customerId },
      last: lasts.get(customerId) ?? row.id,
    }));
  }

  override async countOfBulkEdit(bulkEdit: number): Promise<number> {
    const text = 'SELECT count(*) AS count FROM history WHERE bulk_edit = $1';
    return (await this.database.read<{ count: number }>('count_bulk_entries', text, [bulkEdit]))[0].count;
  }
}

function toEntry({ author, bulkEdit, ...entry }: Row): HistoryEntry {
  return { ...entry, author: readAuthor(author), ...(bulkEdit !== null && { bulkEdit }) };
}
