import { Inject, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Server } from 'node:http';
import { CONFIG, type Config } from '../config/config.js';
import { AccessRepository } from '../domain/access/access-repository.js';
import type { AuditDraft } from '../domain/access/audit.js';
import { CODE_MS, setUpDone, type CodePurpose } from '../domain/access/one-time-code.js';
import type { User } from '../domain/access/user.js';
import { DomainError, reasonForLog } from '../domain/errors.js';
import { isLoopbackHost } from '../http/host-and-origin.js';
import { linkTo, originOfServer } from './link.js';
import { hashOf, newCode } from './secrets.js';

/** Pause between two set-up links, in ms: anyone may ask for one. */
const SET_UP_PAUSE_MS = 60_000;

/** A link with a one-time code. */
export interface Link {
  readonly url: string;
  readonly code: string;
  /** Milliseconds since the Unix epoch. */
  readonly endsAt: number;
}

/** Makes one-time codes, and the links that hold them. */
@Injectable()
export class Codes {
  private readonly logger = new Logger('Access');
  private lastSetUpAt = -Infinity;

  constructor(
    private readonly access: AccessRepository,
    private readonly adapter: HttpAdapterHost,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Makes the link by which a user sets a password. */
  async linkFor(user: User, audit: AuditDraft): Promise<Link> {
    return this.make(user.hasPassword ? 'password' : 'invitation', user.id, audit);
  }

  /** Writes a set-up link when nobody may do anything without it. Must be called once the server listens. */
  async announceIfNeeded(): Promise<void> {
    const { isClosed, hasUsers } = await this.access.state();
    if (isClosed || hasUsers || this.config.isOpen || isLoopbackHost(this.config.host)) return;
    await this.announceSetUp().catch((error: unknown) => {
      // Over a standby, say. The page asks for another link.
      this.logger.warn(`No link for the first user could be made: ${reasonForLog(error)}`);
    });
  }

  /** Writes a new set-up link to the terminal, or to the log. @throws DomainError `set_up_done`, `too_many_tries` */
  async announceSetUp(): Promise<void> {
    if ((await this.access.state()).hasUsers) throw setUpDone();
    const now = Date.now();
    const next = this.lastSetUpAt + SET_UP_PAUSE_MS;
    if (next > now) {
      throw new DomainError('too_many_tries', 'A link was written a moment ago. Look there.', undefined, {
        retryAfterMs: next - now,
      });
    }
    const { url } = await this.make('set-up', undefined, undefined);
    this.lastSetUpAt = now;
    const text = `Make the first user at ${url}`;
    if (process.stdout.isTTY) process.stdout.write(`${text}\n`);
    else this.logger.warn(text);
  }

  private async make(purpose: CodePurpose, userId: number | undefined, audit: AuditDraft | undefined): Promise<Link> {
    const code = newCode();
    const endsAt = Date.now() + CODE_MS[purpose];
    await this.access.createCode({ hash: hashOf(code), purpose, userId, endsAt }, audit);
    return { url: linkTo(this.origin(), purpose, code), code, endsAt };
  }

  private origin(): string {
    // Safe: the adapter is Fastify's over HTTP.
    const address = (this.adapter.httpAdapter.getHttpServer() as Server).address();
    const port = typeof address === 'object' && address !== null ? address.port : this.config.port;
    return originOfServer({ ...this.config, port });
  }
}
