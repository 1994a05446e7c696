import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  ApiTooManyRequestsResponse,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Public } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { Accounts } from './accounts.js';
import { Codes } from './codes.js';
import { SessionAnswers } from './session-answer.js';
import { CodeAnswer, CodeBody, SessionAnswer, SetUpBody, UseCodeBody } from './session.dto.js';

const INVALID = ApiBadRequestResponse({
  type: ErrorAnswer,
  description: '`code_invalid`: wrong, used or expired; `password_refused`; `invalid_request`',
});
const DONE = ApiConflictResponse({ type: ErrorAnswer, description: '`set_up_done`: there is a user' });

/** Routes for people who have a one-time code: of the set-up, an invitation, or a forgotten password. */
@ApiTags('access')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller()
export class SetUpController {
  constructor(
    private readonly accounts: Accounts,
    private readonly codes: Codes,
    private readonly answers: SessionAnswers,
  ) {}

  @Post('setup')
  @Public()
  @ApiOperation({ operationId: 'setUp', summary: 'Make the first user, an admin, and log it in; closes the server' })
  @ApiCreatedResponse({ type: SessionAnswer })
  @INVALID
  @DONE
  async setUp(
    @Body(new BodyPipe(SetUpBody)) { code, ...user }: SetUpBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.answers.sendBegun(await this.accounts.setUp(code, user, request, reply), request, reply, 201);
  }

  @Post('setup/code')
  @Public()
  @HttpCode(202)
  @ApiOperation({
    operationId: 'writeSetUpLink',
    summary: 'Write a new link for the set-up to the terminal or the log of the server, once a minute at most',
  })
  @ApiAcceptedResponse({ schema: { type: 'object', example: {} } })
  @DONE
  @ApiTooManyRequestsResponse({ type: ErrorAnswer, description: '`too_many_tries`; see `Retry-After`' })
  async announce(@Res() reply: FastifyReply): Promise<void> {
    await this.codes.announceSetUp();
    sendJson(reply, 202, '{}');
  }

  @Post('codes/check')
  @Public()
  @HttpCode(200)
  @ApiOperation({ operationId: 'checkCode', summary: 'What a one-time code is for; it stays usable' })
  @ApiOkResponse({ type: CodeAnswer })
  @INVALID
  async check(@Body(new BodyPipe(CodeBody)) { code }: CodeBody, @Res() reply: FastifyReply): Promise<void> {
    const { purpose, user } = await this.accounts.find(code);
    const answer: CodeAnswer = { purpose, user: { email: user.email, name: user.name } };
    sendJson(reply, 200, JSON.stringify(answer));
  }

  @Post('codes/use')
  @Public()
  @HttpCode(200)
  @ApiOperation({ operationId: 'useCode', summary: 'Set the password of the user of a one-time code, and log it in' })
  @ApiOkResponse({ type: SessionAnswer })
  @INVALID
  async use(
    @Body(new BodyPipe(UseCodeBody)) { code, password, name }: UseCodeBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const begun = await this.accounts.useCode(code, password, name, request, reply);
    await this.answers.sendBegun(begun, request, reply);
  }
}
