import { Inject, Injectable } from '@nestjs/common';
import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../config/config.js';
import { SessionCookie } from '../session-cookie.js';
import { seal, unseal } from './sealed.js';

const NAME = 'roster_single_sign_on';
const LOGIN_S = 600;
/** Logins that a browser may have begun at once, as in several tabs. The oldest gives way. Their cookies stay within the limit of a header. */
const MOST_LOGINS = 3;
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

/** A begun login as the browser keeps it. */
interface Kept {
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  readonly login: BegunLogin;
}

/**
 * The cookies that hold the begun logins, each for ten minutes. They are sealed by the secret of this client, which every process has, so a
 * login may end at another process than it began.
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
    const sealed = Buffer.from(seal(text, this.secret, 'login')).toString('base64url');
    this.write(reply, this.freeName(reply.request), sealed, LOGIN_S);
  }

  /** The login with a state that the browser of a request has begun; undefined for none, and after ten minutes. */
  read(request: FastifyRequest, state: string | null): BegunLogin | undefined {
    return this.kept(request).find(({ login }) => login.state === state)?.login;
  }

  clear(reply: FastifyReply, { state }: BegunLogin): void {
    const kept = this.kept(reply.request).find(({ login }) => login.state === state);
    if (kept) this.write(reply, kept.name, '', 0);
  }

  private kept(request: FastifyRequest): Kept[] {
    const cookies = parse(request.headers.cookie ?? '');
    return this.names(request).flatMap((name) => {
      const text = unseal(Buffer.from(cookies[name] ?? '', 'base64url'), this.secret, 'login');
      if (text === undefined) return [];
      // Safe: only this class seals for this purpose.
      const { endsAt, ...login } = JSON.parse(text) as BegunLogin & Pick<Kept, 'endsAt'>;
      return Date.now() < endsAt ? [{ name, endsAt, login }] : [];
    });
  }

  private freeName(request: FastifyRequest): string {
    const endsAt = new Map(this.kept(request).map((kept) => [kept.name, kept.endsAt]));
    return this.names(request).reduce((best, name) =>
      (endsAt.get(name) ?? 0) < (endsAt.get(best) ?? 0) ? name : best,
    );
  }

  private write(reply: FastifyReply, name: string, value: string, maxAge: number): void {
    const secure = this.cookie.isSecure(reply.request);
    void reply.header(
      'set-cookie',
      serialize(name, value, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge }),
    );
  }

  private names(request: FastifyRequest): string[] {
    const first = this.cookie.isSecure(request) ? `__Host-${NAME}` : NAME;
    return Array.from({ length: MOST_LOGINS }, (_, index) => (index === 0 ? first : `${first}_${index + 1}`));
  }
}
