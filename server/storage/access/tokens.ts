import type { AuditDraft } from '../../domain/access/audit.js';
import { PERMISSIONS } from '../../domain/access/permission.js';
import { tokenNotFound, type NewToken, type Token, type TokenWithCreator } from '../../domain/access/token.js';
import { userDisabled } from '../../domain/access/user.js';
import { close, lock, nextId } from './access-state.js';
import { appendAudit } from './audit.js';
import { toMinute } from './sessions.js';
import { first, only, query, type Work } from './statement.js';
import { readUser, readUsers } from './users.js';

interface TokenRow {
  readonly id: number;
  readonly name: string;
  readonly permissions: string;
  readonly creator_id: number | null;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly used_at: number | null;
}

const COLUMNS = 'id, name, permissions, creator_id, created_at, expires_at, used_at';

function toToken(row: TokenRow): Token {
  const names = row.permissions.split(' ');
  return {
    id: row.id,
    name: row.name,
    permissions: PERMISSIONS.filter((permission) => names.includes(permission)),
    creatorId: row.creator_id ?? undefined,
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    usedAt: row.used_at ?? undefined,
  };
}

export function* createToken(token: NewToken, audit: AuditDraft): Work<Token> {
  yield* lock();
  const { hash, name, permissions, creatorId, createdAt, expiresAt } = token;
  if (creatorId !== undefined && (yield* readUser(creatorId))?.isDisabled !== false) throw userDisabled();
  const row = yield* only<TokenRow>(
    `INSERT INTO tokens (hash, ${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) RETURNING ${COLUMNS}`,
    ...[hash, yield* nextId('token'), name, permissions.join(' '), creatorId ?? null, createdAt, expiresAt ?? null],
  );
  yield* appendAudit(audit, createdAt);
  yield* close(audit, createdAt);
  return toToken(row);
}

export function* readTokens(): Work<readonly TokenWithCreator[]> {
  const rows = yield* query<TokenRow>(`SELECT ${COLUMNS} FROM tokens ORDER BY id DESC`);
  const users = new Map((yield* readUsers()).map((user) => [user.id, user]));
  return rows.map(toToken).map((token) => ({
    token,
    creator: token.creatorId === undefined ? undefined : users.get(token.creatorId),
  }));
}

export function* readToken(hash: Uint8Array, now: number): Work<TokenWithCreator | undefined> {
  const row = yield* first<TokenRow>(
    `SELECT ${COLUMNS} FROM tokens WHERE hash = $1 AND (expires_at IS NULL OR expires_at > $2)`,
    ...[hash, now],
  );
  if (!row) return undefined;
  const token = toToken(row);
  if (token.creatorId === undefined) return { token, creator: undefined };
  const creator = yield* readUser(token.creatorId);
  return creator && !creator.isDisabled ? { token, creator } : undefined;
}

export function* touchToken(id: number, now: number): Work<void> {
  yield* query('UPDATE tokens SET used_at = $2 WHERE id = $1', id, toMinute(now));
}

export function* removeToken(id: number, audit: AuditDraft): Work<void> {
  yield* lock();
  const removed = yield* query('DELETE FROM tokens WHERE id = $1 RETURNING id', id);
  if (removed.length === 0) throw tokenNotFound(id);
  yield* appendAudit(audit, Date.now());
}
