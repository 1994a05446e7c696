import { AccessRepository, type AccessState, type UserWithPassword } from '../../domain/access/access-repository.js';
import type { AuditDraft, AuditEntry, AuditQuery } from '../../domain/access/audit.js';
import type { BegunTry, RefusedTry, WrongTries } from '../../domain/access/login-tries.js';
import type { CodePurpose, OneTimeCode } from '../../domain/access/one-time-code.js';
import type { NewSession, Session, SessionWithUser } from '../../domain/access/session.js';
import type { NewToken, Token, TokenWithCreator } from '../../domain/access/token.js';
import type { NewUser, ProviderAccount, User, UserChange } from '../../domain/access/user.js';
import { DomainError } from '../../domain/errors.js';
import * as state from './access-state.js';
import * as audits from './audit.js';
import * as tries from './login-failures.js';
import * as codes from './one-time-codes.js';
import { removeEnded } from './remove-ended.js';
import * as sessions from './sessions.js';
import type { AccessRunner } from './statement.js';
import * as tokens from './tokens.js';
import * as users from './users.js';

/** Users, sessions, tokens, codes and the audit of any engine. The rules are in the files beside it. */
export class StoredAccess extends AccessRepository {
  constructor(private readonly runner: AccessRunner) {
    super();
  }

  override state(): Promise<AccessState> {
    return this.runner.read(state.readState);
  }

  override open(audit: AuditDraft): Promise<void> {
    return this.runner.write(() => state.open(audit));
  }

  override users(): Promise<readonly User[]> {
    return this.runner.read(users.readUsers);
  }

  override user(id: number): Promise<User | undefined> {
    return this.runner.read(() => users.readUser(id));
  }

  override userByEmail(email: string): Promise<UserWithPassword | undefined> {
    return this.runner.read(() => users.readUserByEmail(email));
  }

  override userByAccount(account: ProviderAccount): Promise<User | undefined> {
    return this.runner.read(() => users.readUserByAccount(account));
  }

  override createUser(user: NewUser, audit: AuditDraft, now: number): Promise<User> {
    return this.runner.write(() => users.createUser(user, audit, now));
  }

  override async setUp(codeHash: Uint8Array, user: NewUser, audit: AuditDraft, now: number): Promise<User> {
    const result = await this.runner.write(() => codes.setUp(codeHash, user, audit, now));
    if (result instanceof DomainError) throw result;
    return result;
  }

  override changeUser(id: number, change: UserChange, audit: AuditDraft): Promise<User> {
    return this.runner.write(() => users.changeUser(id, change, audit));
  }

  override removeUser(id: number, audit: AuditDraft): Promise<void> {
    return this.runner.write(() => users.removeUser(id, audit));
  }

  override setPassword(
    id: number,
    hash: string,
    keep: number | undefined,
    audit: AuditDraft,
    before?: string,
  ): Promise<void> {
    return this.runner.write(() => users.setPassword(id, hash, keep, audit, before));
  }

  override linkAccount(id: number, account: ProviderAccount, audit: AuditDraft): Promise<User> {
    return this.runner.write(() => users.linkAccount(id, account, audit));
  }

  override createCode(code: OneTimeCode, audit: AuditDraft | undefined): Promise<void> {
    return this.runner.write(() => codes.createCode(code, audit));
  }

  override findCode(hash: Uint8Array, now: number): Promise<{ user: User; purpose: CodePurpose } | undefined> {
    return this.runner.read(() => codes.findCode(hash, now));
  }

  override useCode(
    hash: Uint8Array,
    passwordHash: string,
    name: string | undefined,
    audit: AuditDraft,
    now: number,
  ): Promise<User> {
    return this.runner.write(() => codes.useCode(hash, passwordHash, name, audit, now));
  }

  override createSession(session: NewSession, audit: AuditDraft): Promise<Session> {
    return this.runner.write(() => sessions.createSession(session, audit));
  }

  override session(hash: Uint8Array, now: number): Promise<SessionWithUser | undefined> {
    return this.runner.read(() => sessions.readSession(hash, now));
  }

  override sessions(userId: number, now: number): Promise<readonly Session[]> {
    return this.runner.read(() => sessions.readSessions(userId, now));
  }

  override touchSession(id: number, now: number, refresh?: { readonly sealed: Uint8Array | undefined }): Promise<void> {
    return this.runner.write(() => sessions.touchSession(id, now, refresh));
  }

  override claimRefresh(id: number, seen: number | undefined, now: number): Promise<boolean> {
    return this.runner.write(() => sessions.claimRefresh(id, seen, now));
  }

  override endSessions(
    userId: number,
    which: { readonly id: number } | { readonly keep: number | undefined },
    audit: AuditDraft,
  ): Promise<number> {
    return this.runner.write(() => sessions.endSessions(userId, which, audit));
  }

  override tokens(): Promise<readonly TokenWithCreator[]> {
    return this.runner.read(tokens.readTokens);
  }

  override token(hash: Uint8Array, now: number): Promise<TokenWithCreator | undefined> {
    return this.runner.read(() => tokens.readToken(hash, now));
  }

  override createToken(token: NewToken, audit: AuditDraft): Promise<Token> {
    return this.runner.write(() => tokens.createToken(token, audit));
  }

  override touchToken(id: number, now: number): Promise<void> {
    return this.runner.write(() => tokens.touchToken(id, now));
  }

  override removeToken(id: number, audit: AuditDraft): Promise<void> {
    return this.runner.write(() => tokens.removeToken(id, audit));
  }

  override wrongTries(email: string, address: string, now: number): Promise<WrongTries> {
    return this.runner.read(() => tries.readWrongTries(email, address, now));
  }

  override beginTry(email: string, address: string, now: number): Promise<BegunTry | RefusedTry> {
    return this.runner.write(() => tries.beginTry(email, address, now));
  }

  override endTry(begun: BegunTry, audit: AuditDraft | undefined, now: number): Promise<void> {
    return this.runner.write(() => tries.endTry(begun, audit, now));
  }

  override noteWrongTry(email: string, address: string, audit: AuditDraft, now: number): Promise<void> {
    return this.runner.write(() => tries.noteWrongTry(email, address, audit, now));
  }

  override record(audit: AuditDraft, now: number): Promise<void> {
    return this.runner.write(() => audits.appendAudit(audit, now));
  }

  override audit(query: AuditQuery): Promise<readonly AuditEntry[]> {
    return this.runner.read(() => audits.readAudit(query));
  }

  override removeEnded(now: number): Promise<void> {
    return this.runner.write(() => removeEnded(now));
  }
}
