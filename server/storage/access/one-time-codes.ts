import type { AuditDraft } from '../../domain/access/audit.js';
import {
  CODE_MS,
  codeInvalid,
  setUpDone,
  SET_UP_TRIES,
  type CodePurpose,
  type OneTimeCode,
} from '../../domain/access/one-time-code.js';
import { userNotFound, type NewUser, type User } from '../../domain/access/user.js';
import type { DomainError } from '../../domain/errors.js';
import { lock, readState } from './access-state.js';
import { appendAudit } from './audit.js';
import { first, only, query, type Work } from './statement.js';
import { createUser, toUser, type UserRow } from './users.js';

export function* createCode(code: OneTimeCode, audit: AuditDraft | undefined): Work<void> {
  yield* lock();
  const { hash, purpose, userId, endsAt } = code;
  if (userId === undefined) {
    if ((yield* readState()).hasUsers) throw setUpDone();
    // Every server without a user writes a link of its own, and people may open any of them.
    yield* query(
      "DELETE FROM one_time_codes WHERE purpose = 'set-up' AND (ends_at <= $1 OR wrong_tries >= $2)",
      ...[endsAt - CODE_MS['set-up'], SET_UP_TRIES],
    );
  } else {
    if (!(yield* first('SELECT id FROM users WHERE id = $1', userId))) throw userNotFound(userId);
    yield* query('DELETE FROM one_time_codes WHERE user_id = $1', userId);
  }
  yield* query(
    'INSERT INTO one_time_codes (hash, purpose, user_id, ends_at, wrong_tries) VALUES ($1, $2, $3, $4, 0)',
    ...[hash, purpose, userId ?? null, endsAt],
  );
  if (audit) yield* appendAudit(audit, Date.now());
}

/** A disabled user has no code that works. */
export function* findCode(hash: Uint8Array, now: number): Work<{ user: User; purpose: CodePurpose } | undefined> {
  const row = yield* first<UserRow & { readonly purpose: CodePurpose }>(
    `SELECT u.*, c.purpose FROM one_time_codes AS c JOIN users AS u ON u.id = c.user_id
     WHERE c.hash = $1 AND c.ends_at > $2 AND u.is_disabled = 0`,
    ...[hash, now],
  );
  return row && { user: toUser(row), purpose: row.purpose };
}

/** Returns the DomainError of a wrong code, which is counted, and throws any other. */
export function* setUp(hash: Uint8Array, user: NewUser, audit: AuditDraft, now: number): Work<User | DomainError> {
  yield* lock();
  if ((yield* readState()).hasUsers) throw setUpDone();
  if (!(yield* spendSetUpCode(hash, now))) return codeInvalid();
  return yield* createUser({ ...user, role: 'admin' }, audit, now);
}

export function* useCode(
  hash: Uint8Array,
  passwordHash: string,
  name: string | undefined,
  audit: AuditDraft,
  now: number,
): Work<User> {
  yield* lock();
  const found = yield* findCode(hash, now);
  if (!found) throw codeInvalid();
  const { user } = found;
  yield* query('DELETE FROM one_time_codes WHERE user_id = $1', user.id);
  yield* query('DELETE FROM sessions WHERE user_id = $1', user.id);
  const row = yield* only<UserRow>(
    'UPDATE users SET password_hash = $2, name = $3 WHERE id = $1 RETURNING *',
    ...[user.id, passwordHash, name ?? user.name],
  );
  yield* appendAudit(audit, now);
  return toUser(row);
}

/** Uses the set-up code. A wrong one is counted. @returns true if it was right */
function* spendSetUpCode(hash: Uint8Array, now: number): Work<boolean> {
  const spent = yield* query(
    "DELETE FROM one_time_codes WHERE hash = $1 AND purpose = 'set-up' AND ends_at > $2 AND wrong_tries < $3 RETURNING hash",
    ...[hash, now, SET_UP_TRIES],
  );
  if (spent.length > 0) return true;
  yield* query("UPDATE one_time_codes SET wrong_tries = wrong_tries + 1 WHERE purpose = 'set-up'");
  return false;
}
