import type { AuditDraft } from '../../domain/access/audit.js';
import {
  hasEnded,
  SESSION_MS,
  type NewSession,
  type Session,
  type SessionWithUser,
} from '../../domain/access/session.js';
import { userDisabled } from '../../domain/access/user.js';
import { lock, nextId } from './access-state.js';
import { appendAudit } from './audit.js';
import { forgetTries } from './login-failures.js';
import { first, only, query, type Work } from './statement.js';
import { hasPassword, toUser, type UserRow } from './users.js';

interface SessionRow {
  readonly id: number;
  readonly user_id: number;
  readonly created_at: number;
  readonly used_at: number;
  readonly ends_at: number;
  readonly address: string;
  readonly user_agent: string;
  readonly sealed_refresh: Uint8Array | null;
  readonly refreshed_at: number | null;
}

const COLUMNS = 'id, user_id, created_at, used_at, ends_at, address, user_agent, sealed_refresh, refreshed_at';

function toSession(row: SessionRow): Session {
  return {
    id: row.id,
    userId: row.user_id,
    createdAt: row.created_at,
    usedAt: row.used_at,
    endsAt: row.ends_at,
    address: row.address,
    userAgent: row.user_agent,
    sealedRefresh: row.sealed_refresh ? Uint8Array.from(row.sealed_refresh) : undefined,
    refreshedAt: row.refreshed_at ?? undefined,
  };
}

export function* createSession(session: NewSession, audit: AuditDraft): Work<Session> {
  yield* lock();
  const { hash, passwordHash, userId, createdAt, endsAt, address, network, userAgent, sealedRefresh, refreshedAt } =
    session;
  // A login that began before the password was changed must not outlast the change.
  if (passwordHash !== undefined && !(yield* hasPassword(userId, passwordHash))) throw userDisabled();
  const user = yield* first<{ email: string }>(
    'UPDATE users SET last_seen_at = $2 WHERE id = $1 AND is_disabled = 0 RETURNING email',
    ...[userId, toMinute(createdAt)],
  );
  if (!user) throw userDisabled();
  const row = yield* only<SessionRow>(
    `INSERT INTO sessions (hash, ${COLUMNS}) VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9) RETURNING ${COLUMNS}`,
    ...[hash, yield* nextId('session'), userId, createdAt, endsAt, address, userAgent],
    ...[sealedRefresh ?? null, refreshedAt ?? null],
  );
  yield* forgetTries(user.email, network, createdAt);
  yield* appendAudit(audit, createdAt);
  return toSession(row);
}

export function* readSession(hash: Uint8Array, now: number): Work<SessionWithUser | undefined> {
  const row = yield* first<SessionRow>(`SELECT ${COLUMNS} FROM sessions WHERE hash = $1`, hash);
  if (!row) return undefined;
  const session = toSession(row);
  if (hasEnded(session, now)) return undefined;
  const user = yield* first<UserRow>('SELECT * FROM users WHERE id = $1 AND is_disabled = 0', session.userId);
  return user && { session, user: toUser(user) };
}

export function* readSessions(userId: number, now: number): Work<readonly Session[]> {
  const rows = yield* query<SessionRow>(
    `SELECT ${COLUMNS} FROM sessions WHERE user_id = $1 ORDER BY used_at DESC, id DESC`,
    userId,
  );
  return rows.map(toSession).filter((session) => !hasEnded(session, now));
}

export function* touchSession(
  id: number,
  now: number,
  refresh?: { readonly sealed: Uint8Array | undefined },
): Work<void> {
  const row = refresh
    ? yield* first<{ user_id: number }>(
        'UPDATE sessions SET used_at = $2, sealed_refresh = $3, refreshed_at = $2 WHERE id = $1 RETURNING user_id',
        ...[id, now, refresh.sealed ?? null],
      )
    : yield* first<{ user_id: number }>('UPDATE sessions SET used_at = $2 WHERE id = $1 RETURNING user_id', id, now);
  if (row) yield* query('UPDATE users SET last_seen_at = $2 WHERE id = $1', row.user_id, toMinute(now));
}

export function* claimRefresh(id: number, seen: number | undefined, now: number): Work<boolean> {
  const claimed = yield* query(
    'UPDATE sessions SET refreshed_at = $3 WHERE id = $1 AND coalesce(refreshed_at, 0) = $2 RETURNING id',
    ...[id, seen ?? 0, now],
  );
  return claimed.length > 0;
}

export function* endSessions(
  userId: number,
  which: { readonly id: number } | { readonly keep: number | undefined },
  audit: AuditDraft,
): Work<number> {
  yield* lock();
  const [condition, id] = 'id' in which ? ['id = $2', which.id] : ['id <> $2', which.keep ?? 0];
  const ended = yield* query(`DELETE FROM sessions WHERE user_id = $1 AND ${condition} RETURNING id`, userId, id);
  if (ended.length > 0) yield* appendAudit(audit, Date.now());
  return ended.length;
}

export function* removeEndedSessions(now: number): Work<void> {
  yield* query('DELETE FROM sessions WHERE ends_at <= $1 OR used_at <= $2', now, now - SESSION_MS.idle);
}

/** The beginning of the minute of a time. */
export function toMinute(time: number): number {
  return time - (time % SESSION_MS.precision);
}
