import type { UserWithPassword } from '../../domain/access/access-repository.js';
import type { AuditDraft } from '../../domain/access/audit.js';
import type { Role } from '../../domain/access/permission.js';
import {
  accountTaken,
  emailTaken,
  lastAdmin,
  userDisabled,
  userNotFound,
  type NewUser,
  type ProviderAccount,
  type User,
  type UserChange,
} from '../../domain/access/user.js';
import { close, lock, nextId } from './access-state.js';
import { appendAudit } from './audit.js';
import { first, only, query, type Work } from './statement.js';

export interface UserRow {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly is_disabled: number;
  readonly password_hash: string | null;
  readonly issuer: string | null;
  readonly subject: string | null;
  readonly may_be_linked: number;
  readonly created_at: number;
  readonly last_seen_at: number | null;
}

export function toUser(row: UserRow): User {
  const { issuer, subject } = row;
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    isDisabled: row.is_disabled === 1,
    hasPassword: row.password_hash !== null,
    account: issuer === null || subject === null ? undefined : { issuer, subject },
    mayBeLinked: row.may_be_linked === 1,
    createdAt: row.created_at,
    lastSeenAt: row.last_seen_at ?? undefined,
  };
}

export function* readUsers(): Work<readonly User[]> {
  return (yield* query<UserRow>('SELECT * FROM users ORDER BY id')).map(toUser);
}

export function* readUser(id: number): Work<User | undefined> {
  const row = yield* first<UserRow>('SELECT * FROM users WHERE id = $1', id);
  return row && toUser(row);
}

export function* readUserByEmail(email: string): Work<UserWithPassword | undefined> {
  const row = yield* first<UserRow>('SELECT * FROM users WHERE email = $1', email);
  return row && { user: toUser(row), passwordHash: row.password_hash ?? undefined };
}

export function* readUserByAccount({ issuer, subject }: ProviderAccount): Work<User | undefined> {
  const row = yield* first<UserRow>('SELECT * FROM users WHERE issuer = $1 AND subject = $2', issuer, subject);
  return row && toUser(row);
}

export function* createUser(user: NewUser, audit: AuditDraft, now: number): Work<User> {
  yield* lock();
  yield* refuseTaken(user.email, undefined);
  const { account } = user;
  if (account && (yield* readUserByAccount(account))) throw accountTaken();
  const row = yield* only<UserRow>(
    `INSERT INTO users (id, email, name, role, is_disabled, password_hash, issuer, subject, may_be_linked, created_at)
     VALUES ($1, $2, $3, $4, 0, $5, $6, $7, $8, $9) RETURNING *`,
    ...[yield* nextId('user'), user.email, user.name, user.role, user.passwordHash ?? null],
    ...[account?.issuer ?? null, account?.subject ?? null, Number(user.mayBeLinked === true), now],
  );
  yield* query("DELETE FROM one_time_codes WHERE purpose = 'set-up'");
  yield* appendAudit(audit, now);
  yield* close(audit, now);
  return toUser(row);
}

export function* changeUser(id: number, change: UserChange, audit: AuditDraft): Work<User> {
  yield* lock();
  const before = yield* readUser(id);
  if (!before) throw userNotFound(id);
  const { email = before.email, name = before.name, role = before.role, isDisabled = before.isDisabled } = change;
  const { mayBeLinked = before.mayBeLinked } = change;
  const isUnlinked = change.mayBeLinked === false && before.account !== undefined;
  if (email !== before.email) yield* refuseTaken(email, id);
  if (role !== 'admin' || isDisabled || (isUnlinked && !before.hasPassword)) yield* refuseLastAdmin(before);
  if (isUnlinked) yield* query('UPDATE users SET issuer = NULL, subject = NULL WHERE id = $1', id);
  const row = yield* only<UserRow>(
    'UPDATE users SET email = $2, name = $3, role = $4, is_disabled = $5, may_be_linked = $6 WHERE id = $1 RETURNING *',
    ...[id, email, name, role, Number(isDisabled), Number(mayBeLinked)],
  );
  if (role !== before.role || isDisabled || isUnlinked) yield* query('DELETE FROM sessions WHERE user_id = $1', id);
  // A link may have been sent to the earlier email.
  if (email !== before.email || isDisabled) yield* query('DELETE FROM one_time_codes WHERE user_id = $1', id);
  yield* appendAudit(audit, Date.now());
  return toUser(row);
}

export function* removeUser(id: number, audit: AuditDraft): Work<void> {
  yield* lock();
  const user = yield* readUser(id);
  if (!user) throw userNotFound(id);
  yield* refuseLastAdmin(user);
  yield* query('DELETE FROM sessions WHERE user_id = $1', id);
  yield* query('DELETE FROM tokens WHERE creator_id = $1', id);
  yield* query('DELETE FROM one_time_codes WHERE user_id = $1', id);
  yield* query('DELETE FROM users WHERE id = $1', id);
  yield* appendAudit(audit, Date.now());
}

export function* setPassword(
  id: number,
  hash: string,
  keep: number | undefined,
  audit: AuditDraft,
  before?: string,
): Work<void> {
  yield* lock();
  if (before !== undefined && !(yield* hasPassword(id, before))) throw userDisabled();
  const changed = yield* query('UPDATE users SET password_hash = $2 WHERE id = $1 RETURNING id', id, hash);
  if (changed.length === 0) throw userNotFound(id);
  yield* query('DELETE FROM one_time_codes WHERE user_id = $1', id);
  yield* query('DELETE FROM sessions WHERE user_id = $1 AND id <> $2', id, keep ?? 0);
  yield* appendAudit(audit, Date.now());
}

export function* linkAccount(id: number, { issuer, subject }: ProviderAccount, audit: AuditDraft): Work<User> {
  yield* lock();
  const other = yield* readUserByAccount({ issuer, subject });
  if (other && other.id !== id) throw accountTaken();
  const row = yield* first<UserRow>(
    'UPDATE users SET issuer = $2, subject = $3, may_be_linked = 0 WHERE id = $1 RETURNING *',
    ...[id, issuer, subject],
  );
  if (!row) throw userNotFound(id);
  yield* appendAudit(audit, Date.now());
  return toUser(row);
}

/** Tells whether the password of a user is still the one with this hash. */
export function* hasPassword(id: number, hash: string): Work<boolean> {
  return (yield* first('SELECT id FROM users WHERE id = $1 AND password_hash = $2', id, hash)) !== undefined;
}

function* refuseTaken(email: string, id: number | undefined): Work<void> {
  const other = yield* first<{ id: number }>('SELECT id FROM users WHERE email = $1', email);
  if (other && other.id !== id) throw emailTaken(email);
}

/**
 * Refuses to take away the last admin who can log in. While no admin can, as before the first link is used, it refuses to take away the
 * last admin of all.
 */
function* refuseLastAdmin({ id, role, isDisabled, hasPassword, account }: User): Work<void> {
  if (role !== 'admin' || isDisabled) return;
  const canLogIn = hasPassword || account ? 'AND (password_hash IS NOT NULL OR issuer IS NOT NULL)' : '';
  const other = yield* first(
    `SELECT id FROM users WHERE role = 'admin' AND is_disabled = 0 AND id <> $1 ${canLogIn} LIMIT 1`,
    id,
  );
  if (!other) throw lastAdmin();
}
