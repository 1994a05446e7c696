import { authorJson, readAuthor } from '../../domain/customer/history.js';
import { noteNotFound, type Note, type NoteDraft, type NoteEdit, type NotePlace } from '../../domain/customer/notes.js';
import { first, query, type Work } from '../access/statement.js';

interface NoteRow {
  readonly id: number;
  readonly at: number;
  readonly author: string | null;
  readonly edited_at: number | null;
  readonly edited_by: string | null;
  readonly text: string;
}

const COLUMNS = 'id, at, author, edited_at, edited_by, text';

export function* readNotes(customerId: string, limit: number, before: NotePlace | undefined): Work<readonly Note[]> {
  const behind = before ? 'AND (at, id) < ($3, $4)' : '';
  const rows = yield* query<NoteRow>(
    `SELECT ${COLUMNS} FROM notes WHERE customer_id = $1 AND is_hidden = 0 ${behind} ORDER BY at DESC, id DESC LIMIT $2`,
    ...[customerId, limit, ...(before ? [before.at, before.id] : [])],
  );
  return rows.map(toNote);
}

/** The notes of a customer in the order of their ids, hidden ones included. */
export function* readAllNotes(customerId: string, after: number, limit: number): Work<readonly Note[]> {
  const text = `SELECT ${COLUMNS} FROM notes WHERE customer_id = $1 AND id > $2 ORDER BY id LIMIT $3`;
  return (yield* query<NoteRow>(text, customerId, after, limit)).map(toNote);
}

export function* addNote(customerId: string, { id, at, author, text }: NoteDraft): Work<Note> {
  yield* query(
    'INSERT INTO notes (customer_id, id, is_hidden, at, author, text) VALUES ($1, $2, 0, $3, $4, $5)',
    ...[customerId, id, at, authorJson(author), text],
  );
  return { id, at, author, editedAt: undefined, editedBy: undefined, text };
}

export function* editNote(customerId: string, { id, at, author, text }: NoteEdit): Work<Note> {
  const row = yield* first<NoteRow>(
    `UPDATE notes SET text = $3, edited_at = $4, edited_by = $5 WHERE customer_id = $1 AND id = $2 AND is_hidden = 0
     RETURNING ${COLUMNS}`,
    ...[customerId, id, text, at, authorJson(author)],
  );
  if (!row) throw noteNotFound(id);
  return toNote(row);
}

export function* removeNote(customerId: string, id: number): Work<void> {
  const text = 'DELETE FROM notes WHERE customer_id = $1 AND id = $2 AND is_hidden = 0 RETURNING id';
  if (!(yield* first(text, customerId, id))) throw noteNotFound(id);
}

/** Hides the notes of customers that were deleted. */
export function* hideNotes(customerIds: readonly string[]): Work<void> {
  const ids = customerIds.map((_, at) => `$${at + 1}`).join(', ');
  yield* query(`UPDATE notes SET is_hidden = 1 WHERE customer_id IN (${ids})`, ...customerIds);
}

/** Shows the notes of a customer that was restored. */
export function* showNotes(customerId: string): Work<void> {
  yield* query('UPDATE notes SET is_hidden = 0 WHERE customer_id = $1', customerId);
}

/** Removes the notes that were on a customer when it was deleted. */
export function* removeHiddenNotes(customerId: string): Work<void> {
  yield* query('DELETE FROM notes WHERE customer_id = $1 AND is_hidden = 1', customerId);
}

/** Removes all notes of a customer that is erased. @returns their number */
export function* eraseNotes(customerId: string): Work<number> {
  return (yield* query('DELETE FROM notes WHERE customer_id = $1 RETURNING id', customerId)).length;
}

function toNote(row: NoteRow): Note {
  const { id, at, author, edited_at: editedAt, edited_by: editedBy, text } = row;
  return { id, at, author: readAuthor(author), editedAt: editedAt ?? undefined, editedBy: readAuthor(editedBy), text };
}
