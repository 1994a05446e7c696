import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { CONFIG, type Config } from '../config/config.js';
import { AccessRepository, type AccessState } from '../domain/access/access-repository.js';
import { ANYONE, type Origin } from '../domain/access/audit.js';
import { PERMISSIONS, permissionsOfToken, ROLE_PERMISSIONS } from '../domain/access/permission.js';
import { SESSION_MS } from '../domain/access/session.js';
import type { Actor } from '../domain/actor.js';
import type { Awaitable } from '../domain/awaitable.js';
import { DomainError, reasonForLog } from '../domain/errors.js';
import type { Admission } from '../http/admission.js';
import { originOf } from '../http/client-address.js';
import { checkOwnOrigin, isLoopbackHost, isRepeated } from '../http/host-and-origin.js';
import { authorOf, Client, type Grant } from './client.js';
import { hashOf, isTokenSecret } from './secrets.js';
import { SessionCookie } from './session-cookie.js';
import { SessionRenewal } from './single-sign-on/session-renewal.js';

/** Time for which a credential, and whether the database is closed, is kept in memory, in ms. */
export const KNOWN_MS = 500;
/** Credentials that are known at a time. */
const MOST_KNOWN = 10_000;
/** Each entry has the size 1, so that a cache grows: with `max` it takes the memory of all entries at once. */
const GROWING = { maxSize: MOST_KNOWN, sizeCalculation: () => 1 };
/** Characters of a credential that is kept. A Basic header may have anything after its token. */
const LONGEST_KNOWN = 1_000;
const TOUCH_MS = SESSION_MS.precision;

const WHOLE: Grant = { author: ANYONE, permissions: PERMISSIONS };
const NOTHING: Grant = { author: ANYONE, permissions: [] };

/** The rights of a client without credentials: everything, nothing, or only to make the first user. */
export type Situation = 'open' | 'closed' | 'setup';

interface Known<T> {
  readonly value: T;
  /** In ms of `performance.now()`. */
  readonly since: number;
}

/** Determines who acts in a request, from its credentials and from whether the database is closed. */
@Injectable()
export class Gate implements Admission {
  private readonly logger = new Logger(Gate.name);
  private readonly grants = new LRUCache<string, Known<Grant>>(GROWING);
  /** Requests whose cookie was looked up and opens nothing. */
  private readonly wrong = new WeakSet<FastifyRequest>();
  private readonly touched = new LRUCache<string, number>(GROWING);
  private state: Known<AccessState> | undefined;
  /** Counts the changes of this process: what was read before one is not kept. */
  private changes = 0;
  private readonly servesAnyone: boolean;

  constructor(
    private readonly access: AccessRepository,
    private readonly cookie: SessionCookie,
    private readonly renewal: SessionRenewal,
    @Inject(CONFIG) private readonly config: Config,
  ) {
    this.servesAnyone = config.isOpen || isLoopbackHost(config.host);
  }

  /**
   * Determines who acts. It waits only for what is not known.
   * @param now in ms of `performance.now()`
   * @throws DomainError `unauthenticated` for wrong credentials, `invalid_request` for two tokens, `foreign_origin` for the cookie from a page of another origin
   */
  readonly admit = (request: FastifyRequest, now: number): Awaitable<Actor> => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      if (isRepeated('authorization', request.raw.rawHeaders)) throw severalTokens();
      return this.withGrant(request, `token ${authorization}`, now, () => this.grantOfToken(authorization));
    }
    const secrets = cookie === undefined ? [] : this.cookie.read(request);
    return secrets.length === 0 ? this.anyone(request, now) : this.signedIn(request, secrets, now);
  };

  /** Tells what a client without credentials may do. */
  async situation(request: FastifyRequest): Promise<Situation> {
    return this.situationOf(request, this.freshState(performance.now()) ?? (await this.readState(performance.now())));
  }

  /** Tells whether the cookie of a request was looked up and is wrong. One that was ignored, such as from a foreign page, is not. */
  hasWrongCookie(request: FastifyRequest): boolean {
    return this.wrong.has(request);
  }

  /** Forgets what is known. Must be called after every change of users, sessions and tokens. */
  forget(): void {
    this.changes++;
    this.grants.clear();
    this.state = undefined;
  }

  private anyone(request: FastifyRequest, now: number): Awaitable<Actor> {
    const state = this.freshState(now);
    if (state) return this.withoutCredentials(request, state);
    return this.readState(now).then(
      (read) => this.withoutCredentials(request, read),
      (error: unknown) => {
        if (isPublic(request)) return new Client(request, NOTHING);
        throw error;
      },
    );
  }

  private withoutCredentials(request: FastifyRequest, state: AccessState): Actor {
    const situation = this.situationOf(request, state);
    if (situation === 'setup' && !isPublic(request)) throw notSetUp();
    return new Client(request, situation === 'open' ? WHOLE : NOTHING);
  }

  private situationOf({ headers }: FastifyRequest, { isClosed, hasUsers }: AccessState): Situation {
    if (isClosed) return 'closed';
    // Behind a proxy, loopback is the whole world.
    if (this.servesAnyone && !isForwarded(headers)) return 'open';
    return hasUsers ? 'closed' : 'setup';
  }

  /** A public route, such as the login, takes a cookie that is wrong or from a foreign page for none. */
  private signedIn(request: FastifyRequest, secrets: readonly string[], now: number): Awaitable<Actor> {
    try {
      checkOwnOrigin(request, this.config.publicUrl, this.cookie.isSecure(request));
      const client = this.withGrant(request, `cookie ${secrets.join(';')}`, now, () =>
        this.grantOfSession(secrets, originOf(request)),
      );
      if (!(client instanceof Promise)) return client;
      return client.catch((error: unknown) => {
        if (error instanceof DomainError && error.code === 'unauthenticated') this.wrong.add(request);
        if (isPublic(request)) return this.anyone(request, now);
        throw error;
      });
    } catch (error) {
      if (isPublic(request)) return this.anyone(request, now);
      throw error;
    }
  }

  /**
   * @param credential a token or cookies, after the word that tells them apart
   * @param read looks a credential up that is not known
   */
  private withGrant(
    request: FastifyRequest,
    credential: string,
    now: number,
    read: () => Promise<Grant>,
  ): Awaitable<Client> {
    const known = this.grants.get(credential);
    if (known && now - known.since < KNOWN_MS) return new Client(request, known.value);
    const { changes } = this;
    return read().then((value) => {
      if (changes === this.changes && credential.length <= LONGEST_KNOWN) {
        this.grants.set(credential, { value, since: now });
      }
      this.touch(credential.slice(0, LONGEST_KNOWN), value);
      return new Client(request, value);
    });
  }

  private async grantOfToken(authorization: string): Promise<Grant> {
    const secret = secretOf(authorization);
    const found = secret === undefined ? undefined : await this.access.token(hashOf(secret), Date.now());
    if (!found) {
      throw new DomainError(
        'unauthenticated',
        'The token is wrong, expired or removed. Send one that an admin has made.',
      );
    }
    const { token, creator } = found;
    const permissions = permissionsOfToken(token.permissions, creator ? ROLE_PERMISSIONS[creator.role] : PERMISSIONS);
    return { author: { kind: 'token', id: token.id, name: token.name }, permissions, token };
  }

  /** The grant of the first secret that opens a session. */
  private async grantOfSession(secrets: readonly string[], origin: Origin): Promise<Grant> {
    for (const secret of secrets) {
      const person = await this.access.session(hashOf(secret), Date.now());
      if (!person || !(await this.renewal.mayGoOn(person, secret, origin))) continue;
      return { author: authorOf(person.user), permissions: ROLE_PERMISSIONS[person.user.role], person };
    }
    throw new DomainError('unauthenticated', 'The session has ended. Log in again.');
  }

  /** Stores the use of a credential, once a minute. A failure only leaves the time of the last use old. */
  private touch(credential: string, { person, token }: Grant): void {
    const now = Date.now();
    const used = Math.max(person?.session.usedAt ?? token?.usedAt ?? 0, this.touched.get(credential) ?? 0);
    if (now - used < TOUCH_MS) return;
    this.touched.set(credential, now);
    const stored = person
      ? this.access.touchSession(person.session.id, now)
      : token && this.access.touchToken(token.id, now);
    stored?.catch((error: unknown) => this.logger.warn(`The use of a login is not stored: ${reasonForLog(error)}`));
  }

  private freshState(now: number): AccessState | undefined {
    return this.state && now - this.state.since < KNOWN_MS ? this.state.value : undefined;
  }

  private async readState(now: number): Promise<AccessState> {
    const { changes } = this;
    const value = await this.access.state();
    if (changes === this.changes) this.state = { value, since: now };
    return value;
  }
}

/** Reads the token from `Bearer TOKEN`, or from Basic with the token as the user name. */
function secretOf(authorization: string): string | undefined {
  const match = /^(bearer|basic) +(\S+)$/i.exec(authorization);
  if (!match) return undefined;
  const [, scheme, value] = match;
  const secret =
    scheme.toLowerCase() === 'bearer' ? value : Buffer.from(value, 'base64').toString('latin1').split(':', 1)[0];
  return isTokenSecret(secret) ? secret : undefined;
}

/** Tells whether a proxy has passed the request on. */
function isForwarded(headers: FastifyRequest['headers']): boolean {
  for (const name in headers) {
    switch (name.charCodeAt(0)) {
      case 0x66: // f
        if (name === 'forwarded') return true;
        break;
      case 0x76: // v
        if (name === 'via') return true;
        break;
      case 0x78: // x
        if (name.startsWith('x-forwarded-') || name === 'x-real-ip') return true;
    }
  }
  return false;
}

function isPublic(request: FastifyRequest): boolean {
  return request.routeOptions.config.permission === 'public';
}

function severalTokens(): DomainError {
  return new DomainError('invalid_request', 'The request has more than one Authorization header. Send exactly one.');
}

function notSetUp(): DomainError {
  return new DomainError(
    'unauthenticated',
    'This server has no user yet. Open /setup in a browser, or run "roster user create". On loopback without a proxy, and with ACCESS=open, it needs none.',
  );
}
