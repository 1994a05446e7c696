import { Inject, Injectable } from '@nestjs/common';
import { parse, serialize } from 'cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { isSessionSecret } from './secrets.js';

const NAME = 'roster_session';
/** A browser takes a cookie of this name only from this host, over https. */
const SECURE_NAME = `__Host-${NAME}`;
const NONE: readonly string[] = [];
/** A secret has only characters that need no decoding. */
const AS_IT_CAME = { decode: (value: string) => value };
const MS_PER_S = 1_000;
/** The secrets of one request that are looked up. A page on another port can set hundreds of cookies. */
const MOST_SECRETS = 20;

/** The cookie that holds the secret of a session. */
@Injectable()
export class SessionCookie {
  private readonly publicIsHttps: boolean;

  constructor(@Inject(CONFIG) { publicUrl }: Pick<Config, 'publicUrl'>) {
    this.publicIsHttps = publicUrl?.startsWith('https:') === true;
  }

  /** True when the browser reaches this server over https: `PUBLIC_URL` says so, or a proxy of `TRUST_PROXY`. */
  isSecure(request: FastifyRequest): boolean {
    return this.publicIsHttps || request.protocol === 'https';
  }

  /**
   * The secrets that a request brings, at most 20, each once. One without the form of a secret is empty. A browser sends several where a
   * page on another port has set a cookie of the same name.
   */
  read(request: FastifyRequest): readonly string[] {
    const { cookie } = request.headers;
    if (!cookie?.includes(NAME)) return NONE;
    const name = this.nameFor(request);
    const values = cookie.split(';').flatMap((pair) => parse(pair, AS_IT_CAME)[name] ?? []);
    const secrets = values.map((value) => (isSessionSecret(value) ? value : ''));
    return secrets.length < 2 ? secrets : [...new Set(secrets)].slice(0, MOST_SECRETS);
  }

  /** @param endsAt in ms since the Unix epoch */
  set(reply: FastifyReply, secret: string, endsAt: number): void {
    this.write(reply, secret, Math.ceil((endsAt - Date.now()) / MS_PER_S));
  }

  clear(reply: FastifyReply): void {
    this.write(reply, '', 0);
  }

  private write(reply: FastifyReply, value: string, maxAge: number): void {
    const { request } = reply;
    const secure = this.isSecure(request);
    const name = this.nameFor(request);
    void reply.header(
      'set-cookie',
      serialize(name, value, { httpOnly: true, sameSite: 'lax', path: '/', secure, maxAge }),
    );
  }

  private nameFor(request: FastifyRequest): string {
    return this.isSecure(request) ? SECURE_NAME : NAME;
  }
}
