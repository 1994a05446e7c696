import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CONFIG, type Config } from '../config/config.js';
import { ANYONE } from '../domain/access/audit.js';
import { PERMISSIONS, ROLE_PERMISSIONS } from '../domain/access/permission.js';
import type { SessionWithUser } from '../domain/access/session.js';
import { grantOf, type Grant } from './client.js';
import { Gate } from './gate.js';
import type { SessionAnswer } from './session.dto.js';

const NOTHING: Grant = { author: ANYONE, permissions: [] };

/** Tells a client who it is and what it may do. */
@Injectable()
export class SessionAnswers {
  constructor(
    private readonly gate: Gate,
    @Inject(CONFIG) private readonly config: Config,
  ) {}

  /** Sends what holds for the credentials of the request. */
  async send(request: FastifyRequest, reply: FastifyReply, status = 200): Promise<void> {
    await this.answer(grantOf(request) ?? NOTHING, request, reply, status);
  }

  /** Sends what holds from now on, after the request has begun a session. */
  async sendBegun(person: SessionWithUser, request: FastifyRequest, reply: FastifyReply, status = 200): Promise<void> {
    const { email: name, id, role } = person.user;
    const grant: Grant = { author: { kind: 'user', id, name }, permissions: ROLE_PERMISSIONS[role], person };
    await this.answer(grant, request, reply, status);
  }

  /** Sends what holds without credentials. */
  async sendNobody(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    await this.answer(NOTHING, request, reply, 200);
  }

  private async answer(grant: Grant, request: FastifyRequest, reply: FastifyReply, status: number): Promise<void> {
    const { person, token } = grant;
    const access = await this.gate.situation(request);
    const isNobody = person === undefined && token === undefined;
    const user = person?.user;
    const permissions = isNobody && access === 'open' ? PERMISSIONS : grant.permissions;
    const answer: SessionAnswer = {
      access,
      user: user ? { id: user.id, email: user.email, name: user.name, role: user.role } : null,
      token: token ? { id: token.id, name: token.name } : null,
      permissions,
      single_sign_on: this.config.singleSignOn !== undefined,
      ...(permissions.includes('read') && { display_name: this.config.displayName }),
    };
    // Not sent past Fastify, which adds the cookie.
    void reply.status(status).type('application/json; charset=utf-8').send(JSON.stringify(answer));
  }
}
