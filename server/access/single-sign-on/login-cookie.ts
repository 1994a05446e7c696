import { Inject, Injectable } from '@nestjs/common';
import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../config/config.js';
import { SessionCookie } from '../session-cookie.js';
import { seal, unseal } from './sealed.js';

const NAME = 'roster_single_sign_on';
const LOGIN_S = 600;
const MS_PER_S = 1_000;

/** A login that has begun and waits for the provider. */
export interface BegunLogin {
  readonly state: string;
  readonly nonce: string;
  /** The secret of PKCE. */
  readonly verifier: string;
  /** The URL to open after the login. */
  readonly back: string;
}

/**
 * The cookie that holds a begun login for ten minutes. It is sealed by the secret of this client, which every process has, so the login may
 * end at another process than it began.
 */
@Injectable()
export class LoginCookie {
  private readonly secret: string;

  constructor(
    private readonly cookie: SessionCookie,
    @Inject(CONFIG) { singleSignOn }: Config,
  ) {
    this.secret = singleSignOn?.clientSecret ?? '';
  }

  set(reply: FastifyReply, login: BegunLogin): void {
    const text = JSON.stringify({ ...login, endsAt: Date.now() + LOGIN_S * MS_PER_S });
    this.write(reply, Buffer.from(seal(text, this.secret, 'login')).toString('base64url'), LOGIN_S);
  }

  clear(reply: FastifyReply): void {
    this.write(reply, '', 0);
  }

  /** The login that the browser of a request has begun; undefined for none, and after ten minutes. */
  read(request: FastifyRequest): BegunLogin | undefined {
    const value = parse(request.headers.cookie ?? '')[this.nameFor(request)];
    const text = value === undefined ? undefined : unseal(Buffer.from(value, 'base64url'), this.secret, 'login');
    if (text === undefined) return undefined;
    // Safe: only this class seals for this purpose.
    const { endsAt, ...login } = JSON.parse(text) as BegunLogin & { readonly endsAt: number };
    return Date.now() < endsAt ? login : undefined;
  }

  private write(reply: FastifyReply, value: string, maxAge: number): void {
    const secure = this.cookie.isSecure(reply.request);
    void reply.header(
      'set-cookie',
      serialize(this.nameFor(reply.request), value, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge }),
    );
  }

  private nameFor(request: FastifyRequest): string {
    return this.cookie.isSecure(request) ? `__Host-${NAME}` : NAME;
  }
}
