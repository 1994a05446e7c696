import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditDraft } from '../domain/access/audit.js';
import { codeInvalid, setUpDone, type CodePurpose } from '../domain/access/one-time-code.js';
import type { SessionWithUser } from '../domain/access/session.js';
import { emailKey, type NewUser, type User } from '../domain/access/user.js';
import { DomainError } from '../domain/errors.js';
import { originOf } from '../http/client-address.js';
import { checkOwnOrigin } from '../http/host-and-origin.js';
import { authorOf } from './client.js';
import { Gate } from './gate.js';
import { Logins } from './logins.js';
import { passwordRefused, Passwords } from './passwords.js';
import { hashOf } from './secrets.js';
import { SessionCookie } from './session-cookie.js';
import { Sessions } from './sessions.js';

/** The ways in: a password, the set-up, a link. Each begins a session. */
@Injectable()
export class Accounts {
  constructor(
    private readonly access: AccessRepository,
    private readonly passwords: Passwords,
    private readonly logins: Logins,
    private readonly sessions: Sessions,
    private readonly cookie: SessionCookie,
    private readonly gate: Gate,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @throws DomainError `unauthenticated`, `too_many_tries`, `busy`, `foreign_origin` */
  async logIn(email: string, password: string, request: FastifyRequest, reply: FastifyReply): Promise<SessionWithUser> {
    this.checkPage(request);
    const found = await this.logins.check(email, password, request);
    if (!found) throw new DomainError('unauthenticated', 'Email or password is wrong.');
    return this.sessions.begin(found.user, 'password', request, reply, { passwordHash: found.passwordHash });
  }

  /**
   * Makes the first user, an admin, and signs it in.
   * @throws DomainError `set_up_done`, `code_invalid`, `password_refused`, `busy`, `foreign_origin`
   */
  async setUp(
    code: string,
    { email, name, password }: Pick<User, 'email' | 'name'> & { readonly password: string },
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<SessionWithUser> {
    this.checkPage(request);
    if ((await this.access.state()).hasUsers) throw setUpDone();
    const user: NewUser = {
      email: emailKey(email),
      name: name.trim(),
      role: 'admin',
      passwordHash: await this.passwords.hash(password),
    };
    const audit: AuditDraft = {
      author: authorOf(user),
      origin: originOf(request),
      action: 'user.created',
      target: user.email,
      details: { role: 'admin', way: 'set-up' },
    };
    const made = await this.access.setUp(hashOf(code), user, audit, Date.now());
    this.gate.forget();
    return this.sessions.begin(made, 'set-up', request, reply);
  }

  /** The user and purpose of a code. @throws DomainError `code_invalid` */
  async find(code: string): Promise<{ user: User; purpose: CodePurpose }> {
    const found = await this.access.findCode(hashOf(code), Date.now());
    if (!found) throw codeInvalid();
    return found;
  }

  /**
   * Sets the password of the user of a code, and signs it in.
   * @throws DomainError `code_invalid`, `password_refused`, `busy`, `foreign_origin`
   */
  async useCode(
    code: string,
    password: string,
    name: string | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<SessionWithUser> {
    this.checkPage(request);
    const { user, purpose } = await this.find(code);
    const hash = await this.passwords.hash(password);
    const audit = passwordEntry(user, purpose, request);
    const changed = await this.access.useCode(hashOf(code), hash, name?.trim(), audit, Date.now());
    this.gate.forget();
    return this.sessions.begin(changed, 'link', request, reply, { passwordHash: hash });
  }

  /**
   * Changes the password of a user, ends all its sessions and begins a new one.
   * @throws DomainError `password_refused`, `forbidden` for a user without a password, `too_many_tries`, `busy`
   */
  async changePassword(
    { user }: SessionWithUser,
    current: string,
    password: string,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<SessionWithUser> {
    if (!user.hasPassword) {
      throw new DomainError('forbidden', 'You sign in by a provider and have no password here.');
    }
    const found = await this.logins.check(user.email, current, request);
    if (!found) throw passwordRefused('current', 'This is not your present password.');
    const hash = await this.passwords.hash(password);
    const audit = passwordEntry(user, 'change', request);
    await this.access.setPassword(user.id, hash, undefined, audit, found.passwordHash);
    this.gate.forget();
    return this.sessions.begin(user, 'changed password', request, reply, { passwordHash: hash });
  }

  /** Only a page of this server may get a cookie: another one could log its reader in as somebody else. */
  private checkPage(request: FastifyRequest): void {
    checkOwnOrigin(request, this.config.publicUrl, this.cookie.isSecure(request));
  }
}

function passwordEntry(user: User, way: CodePurpose | 'change', request: FastifyRequest): AuditDraft {
  return {
    author: authorOf(user),
    origin: originOf(request),
    action: 'user.password',
    target: user.email,
    details: { way },
  };
}
