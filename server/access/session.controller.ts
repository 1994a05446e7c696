import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessRepository } from '../domain/access/access-repository.js';
import { DomainError } from '../domain/errors.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Public, SignedIn } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { Accounts } from './accounts.js';
import { personOf } from './client.js';
import { Gate } from './gate.js';
import { numberOf } from './read-number.js';
import { SessionAnswers } from './session-answer.js';
import { SessionCookie } from './session-cookie.js';
import { ChangePasswordBody, LoginBody, SessionAnswer, SessionList } from './session.dto.js';
import { Sessions } from './sessions.js';

const SESSION = ApiOkResponse({ type: SessionAnswer });
const TRIES = ApiTooManyRequestsResponse({ type: ErrorAnswer, description: '`too_many_tries`; see `Retry-After`' });

/** Routes about the client itself: its login, its password, its sessions. */
@ApiTags('access')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller()
export class SessionController {
  constructor(
    private readonly accounts: Accounts,
    private readonly sessions: Sessions,
    private readonly answers: SessionAnswers,
    private readonly cookie: SessionCookie,
    private readonly access: AccessRepository,
    private readonly gate: Gate,
  ) {}

  @Get('session')
  @Public()
  @ApiOperation({ operationId: 'getSession', summary: 'Who the client is, and what it may do' })
  @SESSION
  async show(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    // A cookie that opens nothing would keep the browser out of an open server.
    if (this.gate.hasWrongCookie(request)) this.cookie.clear(reply);
    await this.answers.send(request, reply);
  }

  @Post('session')
  @Public()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'logIn',
    summary: 'Log in with a password; the answer sets the cookie of a new session',
  })
  @SESSION
  @ApiUnauthorizedResponse({ type: ErrorAnswer, description: '`unauthenticated`: the email or the password is wrong' })
  @TRIES
  async logIn(
    @Body(new BodyPipe(LoginBody)) { email, password }: LoginBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answers.sendBegun(await this.accounts.logIn(email, password, request, reply), request, reply);
  }

  @Delete('session')
  @Public()
  @ApiOperation({ operationId: 'logOut', summary: 'End the session of the cookie' })
  @SESSION
  @ApiForbiddenResponse({ type: ErrorAnswer, description: '`foreign_origin`: a page of another origin asks' })
  async logOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.sessions.logOut(request, reply);
    await this.answers.sendNobody(request, reply);
  }

  @Put('session/password')
  @SignedIn()
  @ApiOperation({ operationId: 'changePassword', summary: 'Change the own password; ends all other sessions' })
  @SESSION
  @ApiBadRequestResponse({
    type: ErrorAnswer,
    description: '`password_refused`: `details` names `current`, which is wrong, or `password`, which is not taken',
  })
  @ApiForbiddenResponse({ type: ErrorAnswer, description: '`forbidden`: the user signs in by a provider' })
  @TRIES
  async changePassword(
    @Body(new BodyPipe(ChangePasswordBody)) { current, password }: ChangePasswordBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const begun = await this.accounts.changePassword(personOf(request), current, password, request, reply);
    await this.answers.sendBegun(begun, request, reply);
  }

  @Get('sessions')
  @SignedIn()
  @ApiOperation({ operationId: 'listSessions', summary: 'The own sessions, the last used first' })
  @ApiOkResponse({ type: SessionList })
  async list(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { user, session: own } = personOf(request);
    const sessions = await this.access.sessions(user.id, Date.now());
    const list: SessionList = {
      sessions: sessions.map((session) => ({
        id: session.id,
        created_at: new Date(session.createdAt).toISOString(),
        used_at: new Date(session.usedAt).toISOString(),
        ends_at: new Date(session.endsAt).toISOString(),
        address: session.address,
        user_agent: session.userAgent,
        current: session.id === own.id,
      })),
    };
    sendJson(reply, 200, JSON.stringify(list));
  }

  @Delete('sessions')
  @SignedIn()
  @ApiOperation({ operationId: 'endOtherSessions', summary: 'End all own sessions but this one' })
  @ApiOkResponse({ schema: { type: 'object', example: {} } })
  async endOthers(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.sessions.end(personOf(request), undefined, request);
    sendJson(reply, 200, '{}');
  }

  @Delete('sessions/:id')
  @SignedIn()
  @ApiOperation({ operationId: 'endSession', summary: 'End one of the own sessions' })
  @ApiParam({ name: 'id', schema: { type: 'integer' }, example: 7 })
  @ApiOkResponse({ schema: { type: 'object', example: {} } })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`session_not_found`' })
  async end(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const number = numberOf(id);
    const ended = number === undefined ? 0 : await this.sessions.end(personOf(request), number, request);
    if (ended === 0) {
      throw new DomainError('session_not_found', `You have no session with the number ${JSON.stringify(id)}.`);
    }
    sendJson(reply, 200, '{}');
  }
}
