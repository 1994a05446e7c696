import type { AuditDraft, AuditEntry, AuditQuery } from './audit.js';
import type { BegunTry, RefusedTry, WrongTries } from './login-tries.js';
import type { CodePurpose, OneTimeCode } from './one-time-code.js';
import type { NewSession, Session, SessionWithUser } from './session.js';
import type { NewToken, Token, TokenWithCreator } from './token.js';
import type { NewUser, ProviderAccount, User, UserChange } from './user.js';

export interface AccessState {
  /** True once a user or token was made. Only `roster access open` makes it false again. */
  readonly isClosed: boolean;
  readonly hasUsers: boolean;
}

/** A user with the hash of its password, for a login. */
export interface UserWithPassword {
  readonly user: User;
  /** Undefined without a password. */
  readonly passwordHash: string | undefined;
}

/**
 * Users, sessions, tokens, one-time codes and the audit. This class is the contract of every engine and the token for Nest. Each change
 * is one transaction with its entry in the audit. What closes the database adds the entry `access.closed`. Secrets come as hashes only. `now` is in ms since the Unix epoch.
 */
export abstract class AccessRepository {
  abstract state(): Promise<AccessState>;

  /** Opens a closed database. Users and tokens stay, and so does the need to send right credentials if any are sent. */
  abstract open(audit: AuditDraft): Promise<void>;

  abstract users(): Promise<readonly User[]>;
  abstract user(id: number): Promise<User | undefined>;
  abstract userByEmail(email: string): Promise<UserWithPassword | undefined>;
  abstract userByAccount(account: ProviderAccount): Promise<User | undefined>;

  /**
   * Stores a user and closes the database.
   * @throws DomainError `email_taken`, also when the account of the provider belongs to another user
   */
  abstract createUser(user: NewUser, audit: AuditDraft, now: number): Promise<User>;

  /**
   * Uses a set-up code and stores the first user as an admin. Closes the database. A wrong code is counted.
   * @throws DomainError `set_up_done` when there is a user; `code_invalid` when the code is wrong, used, expired or tried too often
   */
  abstract setUp(codeHash: Uint8Array, user: NewUser, audit: AuditDraft, now: number): Promise<User>;

  /**
   * Changes a user. A new role, and disabling, end the sessions of the user; a new email, and disabling, its one-time codes. A user who
   * may not be linked any more loses its account of the provider, and with it its sessions. An admin who can log in (with a password or
   * an account) is refused to go when no other such admin is there.
   * @throws DomainError `user_not_found`, `email_taken`, `last_admin`
   */
  abstract changeUser(id: number, change: UserChange, audit: AuditDraft): Promise<User>;

  /** Removes a user with its sessions, codes and tokens. @throws DomainError `user_not_found`, `last_admin` */
  abstract removeUser(id: number, audit: AuditDraft): Promise<void>;

  /**
   * Sets the password of a user and ends its sessions, but for `keep`.
   * @param before the hash that the present password was checked with
   * @throws DomainError `user_not_found`; `unauthenticated` when the password is another one than `before` by now
   */
  abstract setPassword(
    id: number,
    passwordHash: string,
    keep: number | undefined,
    audit: AuditDraft,
    before?: string,
  ): Promise<void>;

  /** Links an account of the provider. @throws DomainError `user_not_found`, `email_taken` when it belongs to another user */
  abstract linkAccount(id: number, account: ProviderAccount, audit: AuditDraft): Promise<User>;

  /**
   * Stores a code. A new code of a user replaces those of the same user. Several set-up codes work beside one another; each wrong code
   * counts for all of them.
   * @throws DomainError `user_not_found`; `set_up_done` for a set-up code when there is a user
   */
  abstract createCode(code: OneTimeCode, audit: AuditDraft | undefined): Promise<void>;

  /** The user and purpose of a code of a user that works; undefined for any other code, and for a user who is disabled. */
  abstract findCode(hash: Uint8Array, now: number): Promise<{ user: User; purpose: CodePurpose } | undefined>;

  /** Uses the code of a user: sets the password and ends its sessions. @throws DomainError `code_invalid` */
  abstract useCode(
    hash: Uint8Array,
    passwordHash: string,
    name: string | undefined,
    audit: AuditDraft,
    now: number,
  ): Promise<User>;

  /**
   * Stores a session and notes the login in the audit. Wrong tries of the same email and network are forgotten.
   * @throws DomainError `unauthenticated` when the user is gone or disabled, or has another password than the one that was checked
   */
  abstract createSession(session: NewSession, audit: AuditDraft): Promise<Session>;

  /** The session that has not ended, with its user, who is not disabled. */
  abstract session(hash: Uint8Array, now: number): Promise<SessionWithUser | undefined>;

  /** The sessions of a user that have not ended, the last used first. */
  abstract sessions(userId: number, now: number): Promise<readonly Session[]>;

  /** Stores when a session was used, and what the provider gave for its next refresh. Needs no entry in the audit. */
  abstract touchSession(id: number, now: number, refresh?: { readonly sealed: Uint8Array | undefined }): Promise<void>;

  /**
   * Stores that the provider is asked about a session.
   * @param seen when it was asked before, as the caller has read it
   * @returns false when another process asks already
   */
  abstract claimRefresh(id: number, seen: number | undefined, now: number): Promise<boolean>;

  /** Ends sessions of a user: the one with this id, or all but `keep`. Returns how many ended; without any there is no entry. */
  abstract endSessions(
    userId: number,
    which: { readonly id: number } | { readonly keep: number | undefined },
    audit: AuditDraft,
  ): Promise<number>;

  /** All tokens, the newest first. */
  abstract tokens(): Promise<readonly TokenWithCreator[]>;

  /** A token that has not expired and whose creator is there and not disabled. */
  abstract token(hash: Uint8Array, now: number): Promise<TokenWithCreator | undefined>;

  /**
   * Stores a token and closes the database.
   * @throws DomainError `unauthenticated` when its creator is gone or disabled
   */
  abstract createToken(token: NewToken, audit: AuditDraft): Promise<Token>;

  /** Stores when a token was used, to the minute. */
  abstract touchToken(id: number, now: number): Promise<void>;

  /** @throws DomainError `token_not_found` */
  abstract removeToken(id: number, audit: AuditDraft): Promise<void>;

  /** Counts the wrong passwords of the last 15 minutes. @param email in its stored form */
  abstract wrongTries(email: string, address: string, now: number): Promise<WrongTries>;

  /**
   * Counts a try before its password is checked, so that no more are checked at the same moment than are allowed, over all processes.
   * A refused try does not count. @param email in its stored form
   */
  abstract beginTry(email: string, address: string, now: number): Promise<BegunTry | RefusedTry>;

  /**
   * Ends a try. A right password does not count; a wrong one is noted like that of {@link noteWrongTry}.
   * @param audit the entry of a wrong password; undefined for a right one
   */
  abstract endTry(begun: BegunTry, audit: AuditDraft | undefined, now: number): Promise<void>;

  /**
   * Counts one wrong password. The first one of a minute, email and address is noted in the audit at once, and the others of that minute
   * in one entry with their count, once the minute is over. Above 20 entries a minute, one entry sums up the rest.
   */
  abstract noteWrongTry(email: string, address: string, audit: AuditDraft, now: number): Promise<void>;

  /** Writes an entry by itself. An entry that belongs to an edit of customers comes with its EditNote instead. */
  abstract record(audit: AuditDraft, now: number): Promise<void>;

  /** The newest entries first. */
  abstract audit(query: AuditQuery): Promise<readonly AuditEntry[]>;

  /** Removes what has ended: sessions, codes, wrong tries. Notes wrong tries that are not in the audit yet. */
  abstract removeEnded(now: number): Promise<void>;
}
