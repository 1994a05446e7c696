import { authorJson, readAuthor, type EditSource } from '../../domain/customer/history.js';
import { addToTrash, type TrashedCustomer, type TrashPlace } from '../../domain/customer/trash.js';
import { hideNotes, removeHiddenNotes, showNotes } from '../notes/notes.js';
import { query, type Value, type Work } from '../access/statement.js';
import { TRASH_TABLES } from './tables.js';

const {
  trash: { columns: TRASH_COLUMNS },
} = TRASH_TABLES;
const COLUMNS = TRASH_COLUMNS.join(', ');
const UPDATES = TRASH_COLUMNS.slice(1)
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

/** The customers that are written by one statement. */
const AT_ONCE = 100;

interface TrashRow {
  readonly id: string;
  readonly deleted_at: number;
  readonly deleted_before: number | null;
  readonly source: EditSource;
  readonly author: string | null;
  readonly attributes: string;
  readonly events: string;
  readonly attribute_times: string;
  readonly last_updated: number;
  readonly labels: string | null;
}

/** Adds deleted customers. The transaction has locked them. */
export function* addTrash(deleted: readonly TrashedCustomer[]): Work<void> {
  for (let from = 0; from < deleted.length;) {
    // One or many: so there are two statements of each kind.
    const count = deleted.length - from < AT_ONCE ? 1 : AT_ONCE;
    const some = deleted.slice(from, (from += count));
    const ids = some.map((_, at) => `$${at + 1}`).join(', ');
    const rows = yield* query<TrashRow>(
      `SELECT ${COLUMNS} FROM trash WHERE id IN (${ids})`,
      ...some.map(({ stored }) => stored.id),
    );
    const earlier = new Map(rows.map((row) => [row.id, toTrashed(row)]));
    const width = TRASH_COLUMNS.length;
    const places = some.map((_, row) => `(${TRASH_COLUMNS.map((__, at) => `$${row * width + at + 1}`).join(', ')})`);
    yield* query(
      `INSERT INTO trash (${COLUMNS}) VALUES ${places.join(', ')} ON CONFLICT (id) DO UPDATE SET ${UPDATES}`,
      ...some.flatMap((one) => valuesOf(addToTrash(earlier.get(one.stored.id), one))),
    );
    yield* hideNotes(some.map(({ stored }) => stored.id));
  }
}

/** Removes customers that were restored. */
export function* restoreTrash(ids: readonly string[]): Work<void> {
  for (const id of ids) {
    yield* query('DELETE FROM trash WHERE id = $1', id);
    yield* showNotes(id);
  }
}

/** Removes customers for ever. */
export function* removeTrash(ids: readonly string[]): Work<void> {
  for (const id of ids) {
    yield* query('DELETE FROM trash WHERE id = $1', id);
    yield* removeHiddenNotes(id);
  }
}

export function* readTrash(limit: number, before: TrashPlace | undefined): Work<readonly TrashedCustomer[]> {
  const where = before ? 'WHERE (deleted_at, id) < ($2, $3)' : '';
  const place = before ? [before.deletedAt, before.id] : [];
  const text = `SELECT ${COLUMNS} FROM trash ${where} ORDER BY deleted_at DESC, id DESC LIMIT $1`;
  return (yield* query<TrashRow>(text, limit, ...place)).map(toTrashed);
}

export function* readTrashed(id: string): Work<TrashedCustomer | undefined> {
  return (yield* query<TrashRow>(`SELECT ${COLUMNS} FROM trash WHERE id = $1`, id)).map(toTrashed).at(0);
}

export function* readDeletedBefore(time: number, limit: number): Work<readonly string[]> {
  const text = 'SELECT id FROM trash WHERE deleted_at < $1 ORDER BY deleted_at, id LIMIT $2';
  return (yield* query<Pick<TrashRow, 'id'>>(text, time, limit)).map(({ id }) => id);
}

function toTrashed(row: TrashRow): TrashedCustomer {
  const { id, attributes, events, attribute_times: attributeTimes, last_updated: lastUpdated, labels } = row;
  return {
    stored: { id, attributes, events, attributeTimes, lastUpdated, ...(labels !== null && { labels }) },
    deletedAt: row.deleted_at,
    deletedBefore: row.deleted_before ?? undefined,
    source: row.source,
    author: readAuthor(row.author),
  };
}

function valuesOf({ stored, deletedAt, deletedBefore, source, author }: TrashedCustomer): readonly Value[] {
  return [
    ...[stored.id, deletedAt, deletedBefore ?? null, source, authorJson(author)],
    ...[stored.attributes, stored.events, stored.attributeTimes, stored.lastUpdated, stored.labels ?? null],
  ];
}
