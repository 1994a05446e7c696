import type { AccessState } from '../../domain/access/access-repository.js';
import type { AuditDraft } from '../../domain/access/audit.js';
import { appendAudit } from './audit.js';
import { only, query, type Work } from './statement.js';

/** Locks the row of the state until the end of the transaction. Every work that decides by what it reads begins with it. */
export function* lock(): Work<void> {
  yield* query('UPDATE access_state SET is_closed = is_closed');
}

export function* readState(): Work<AccessState> {
  const row = yield* only<{ is_closed: number; first_user: number | null }>(
    'SELECT is_closed, (SELECT min(id) FROM users) AS first_user FROM access_state',
  );
  return { isClosed: row.is_closed === 1, hasUsers: row.first_user !== null };
}

/** The next number of a user, session or token. */
export function* nextId(kind: 'user' | 'session' | 'token'): Work<number> {
  const { id } = yield* only<{ id: number }>(
    `UPDATE access_state SET last_${kind} = last_${kind} + 1 RETURNING last_${kind} AS id`,
  );
  return id;
}

/** Closes the database, with an entry in the audit unless it is closed. */
export function* close({ author, origin }: AuditDraft, at: number): Work<void> {
  const closed = yield* query('UPDATE access_state SET is_closed = 1 WHERE is_closed = 0 RETURNING id');
  if (closed.length > 0)
    yield* appendAudit({ author, origin, action: 'access.closed', target: undefined, details: {} }, at);
}

export function* open(audit: AuditDraft): Work<void> {
  yield* query('UPDATE access_state SET is_closed = 0');
  yield* appendAudit(audit, Date.now());
}
