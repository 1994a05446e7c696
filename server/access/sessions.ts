import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditDraft } from '../domain/access/audit.js';
import { SESSION_MS, type SessionWithUser } from '../domain/access/session.js';
import type { User } from '../domain/access/user.js';
import { addressOf, networkOf, originOf } from '../http/client-address.js';
import { checkOwnOrigin } from '../http/host-and-origin.js';
import { authorOf, grantOf } from './client.js';
import { Gate } from './gate.js';
import { hashOf, newSessionSecret } from './secrets.js';
import { SessionCookie } from './session-cookie.js';
import type { Identity } from './single-sign-on/provider.js';
import { seal } from './single-sign-on/sealed.js';

/** Characters of the name of a browser that are kept. */
const USER_AGENT_CHARACTERS = 255;

/** The way in which a session began, for the audit. */
export type LoginWay = 'password' | 'set-up' | 'link' | 'changed password' | 'single sign-on';

/** The ground of a login: the provider, or a password. */
interface LoginBasis {
  readonly identity?: Pick<Identity, 'refreshToken'>;
  readonly passwordHash?: string | undefined;
}

/** Begins and ends the sessions of browsers. A login never goes on with a session that its browser brings: another person may know its secret. */
@Injectable()
export class Sessions {
  constructor(
    private readonly access: AccessRepository,
    private readonly cookie: SessionCookie,
    private readonly gate: Gate,
    @Inject(CONFIG) private readonly config: Pick<Config, 'publicUrl'>,
  ) {}

  /**
   * Begins a session of a user in the browser of a request, and ends the one that it had. The answer gets the cookie.
   * @param basis what the provider gave, or the hash that the password was checked with
   * @throws DomainError `unauthenticated` when the user was disabled or removed, or got another password, meanwhile
   */
  async begin(
    user: User,
    way: LoginWay,
    request: FastifyRequest,
    reply: FastifyReply,
    { identity, passwordHash }: LoginBasis = {},
  ): Promise<SessionWithUser> {
    const refreshToken = identity?.refreshToken;
    const before = grantOf(request)?.person;
    const secret = newSessionSecret();
    const now = Date.now();
    const session = await this.access.createSession(
      {
        hash: hashOf(secret),
        passwordHash,
        userId: user.id,
        createdAt: now,
        endsAt: now + (identity ? SESSION_MS.ofProvider : SESSION_MS.most),
        address: addressOf(request),
        network: networkOf(addressOf(request)),
        userAgent: (request.headers['user-agent'] ?? '').slice(0, USER_AGENT_CHARACTERS),
        sealedRefresh: refreshToken === undefined ? undefined : seal(refreshToken, secret, 'refresh token'),
        refreshedAt: identity ? now : undefined,
      },
      { author: authorOf(user), origin: originOf(request), action: 'login', target: user.email, details: { way } },
    );
    if (before) await this.endOne(before, 'session.ended', request);
    this.gate.forget();
    this.cookie.set(reply, secret, session.endsAt);
    return { session, user };
  }

  /**
   * Ends the session of a request, if it has one.
   * @throws DomainError `foreign_origin` for the cookie from a page of another origin
   */
  async logOut(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (this.cookie.read(request).length > 0) {
      checkOwnOrigin(request, this.config.publicUrl, this.cookie.isSecure(request));
    }
    const person = grantOf(request)?.person;
    if (person) await this.endOne(person, 'logout', request);
    this.cookie.clear(reply);
  }

  /** Ends sessions of the user of a request: the one with an id, or all but its own. Returns how many ended. */
  async end({ user, session }: SessionWithUser, id: number | undefined, request: FastifyRequest): Promise<number> {
    const which = id === undefined ? { keep: session.id } : { id };
    const ended = await this.access.endSessions(user.id, which, entry(user, 'session.ended', request));
    this.gate.forget();
    return ended;
  }

  private async endOne(
    { user, session }: SessionWithUser,
    action: 'logout' | 'session.ended',
    request: FastifyRequest,
  ): Promise<void> {
    await this.access.endSessions(user.id, { id: session.id }, entry(user, action, request));
    this.gate.forget();
  }
}

function entry(user: User, action: AuditDraft['action'], request: FastifyRequest): AuditDraft {
  return { author: authorOf(user), origin: originOf(request), action, target: user.email, details: {} };
}
