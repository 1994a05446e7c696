import { Inject, Injectable, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../../config/config.js';
import { AccessRepository } from '../../domain/access/access-repository.js';
import { ANYONE } from '../../domain/access/audit.js';
import type { User } from '../../domain/access/user.js';
import { DomainError } from '../../domain/errors.js';
import { addressOf, networkOf, originOf } from '../../http/client-address.js';
import { Sessions } from '../sessions.js';
import { SingleSignOnFailure, type FailureCode } from './failure.js';
import { LoginCookie } from './login-cookie.js';
import { NotedFailures } from './noted-failures.js';
import { People } from './people.js';
import { Provider, type Identity } from './provider.js';
import { returnUrl } from './return-path.js';

/** Logs people in by the provider. Each step answers with the URL to go to, which is the login page after a failure. */
@Injectable()
export class SingleSignOn {
  private readonly logger = new Logger('SingleSignOn');
  private readonly noted = new NotedFailures();

  constructor(
    private readonly access: AccessRepository,
    private readonly provider: Provider,
    private readonly people: People,
    private readonly sessions: Sessions,
    private readonly cookie: LoginCookie,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** @param path the page to open after the login, as the client asks for it */
  async begin(path: unknown, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    return this.orLoginPage(request, async () => {
      const { url, login } = await this.provider.begin();
      this.cookie.set(reply, { ...login, back: returnUrl(path, this.config.publicUrl ?? '') });
      return url;
    });
  }

  /** @param query of the request, with its `?` */
  async end(query: string, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    return this.orLoginPage(request, async () => {
      const login = this.cookie.read(request, new URLSearchParams(query).get('state'));
      if (!login) {
        throw new SingleSignOnFailure('sso_expired', 'The browser has begun no such login within ten minutes.');
      }
      this.cookie.clear(reply, login);
      const identity = await this.provider.end(query, login);
      await this.logIn(await this.people.userOf(identity, request), identity, request, reply);
      return login.back;
    });
  }

  private async logIn(user: User, identity: Identity, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      await this.sessions.begin(user, 'single sign-on', request, reply, { identity });
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'unauthenticated')) throw error;
      throw new SingleSignOnFailure('sso_disabled', 'The user was disabled meanwhile.', user.email);
    }
  }

  private async orLoginPage(request: FastifyRequest, step: () => Promise<string>): Promise<string> {
    if (!this.config.singleSignOn) return loginPage('sso_off');
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof SingleSignOnFailure)) throw error;
      await this.note(error, request);
      return loginPage(error.code);
    }
  }

  /** Notes a failure, once a minute for each reason, person and network. It does not count as a wrong password. */
  private async note({ code, message, email }: SingleSignOnFailure, request: FastifyRequest): Promise<void> {
    const now = Date.now();
    const who = email === undefined ? code : `${email} (${code})`;
    const from = `${networkOf(addressOf(request))} (single sign-on)`;
    const earlier = this.noted.add(`${from} ${who}`, now);
    if (earlier === undefined) return;
    if (earlier > 0) this.logger.warn(`${earlier} more logins failed in an earlier minute.`);
    this.logger.warn(`A login failed (${code}): ${message}`);
    await this.access.noteWrongTry(
      who,
      from,
      {
        author: ANYONE,
        origin: originOf(request),
        action: 'login.failed',
        target: email,
        details: { way: 'single sign-on', reason: code },
      },
      now,
    );
  }
}

function loginPage(failure: FailureCode): string {
  return `/login?failure=${failure}`;
}
