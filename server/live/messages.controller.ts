import { Controller, Post, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiDefaultResponse,
  ApiForbiddenResponse,
  ApiOkResponse,
  ApiOperation,
  ApiSecurity,
  ApiTags,
  ApiTooManyRequestsResponse,
  ApiUnauthorizedResponse,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Direct, type DirectRequest } from '../http/direct.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { addRouteConfig } from '../http/route-config.js';
import { MessagesAnswer } from './message.dto.js';
import { LiveRoutes } from './live-routes.js';

const ONE = {
  id: 'c7d1a8d9-da03-11e4-87ec-946849a0cf6a',
  type: 'event',
  name: 'page',
  user_id: '2352',
  data: { url: 'http://mystore.com/product/socks' },
  timestamp: 1428067050,
};
const OTHER = { type: 'attributes', user_id: '2352', data: { name: 'Bill', email: 'bill@example.com' } };

/** Roster's own way to send messages as they happen. */
@ApiTags('messages')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('messages')
export class MessagesController {
  constructor(private readonly live: LiveRoutes) {}

  @Post()
  @addRouteConfig({ permission: 'public', isLive: true })
  @Direct()
  @ApiOperation({
    operationId: 'sendMessages',
    summary: 'Send messages; they are committed before the answer',
    description:
      'The body is one message, a list of messages, or JSON lines, plain or gzip, of at most 10 MiB and 200 000 messages. Its content type does not matter. ' +
      'A missing `id` is made, and is in `ids`; a missing `timestamp` is the time of arrival. A message that was applied before is a duplicate. ' +
      'The key of a source is the user name of Basic with an empty password, or Bearer; a token with the permission `ingest` works too. An open server needs none. ' +
      'A page in a browser needs the key of a source, always. An overloaded server holds a request for up to 8 s before it answers 429.',
  })
  @ApiSecurity('source')
  @ApiSecurity('token')
  @ApiConsumes('application/json', 'application/x-ndjson')
  @ApiBody({
    required: true,
    schema: {
      oneOf: [
        { $ref: '#/components/schemas/LiveMessage' },
        { type: 'array', items: { $ref: '#/components/schemas/LiveMessage' } },
        { type: 'string', description: 'JSON lines: a message a line.' },
      ],
    },
    examples: {
      one: { summary: 'One message', value: ONE },
      list: { summary: 'A list; the second gets an id and the time of arrival', value: [ONE, OTHER] },
      lines: { summary: 'JSON lines', value: `${JSON.stringify(ONE)}\n${JSON.stringify(OTHER)}\n` },
    },
  })
  @ApiOkResponse({ type: MessagesAnswer })
  @ApiBadRequestResponse({
    type: ErrorAnswer,
    description: '`invalid_json`, `invalid_request`, or the reason why a single message is rejected',
  })
  @ApiUnauthorizedResponse({ type: ErrorAnswer, description: '`unauthenticated`: a wrong key, or one that is off' })
  @ApiForbiddenResponse({ type: ErrorAnswer, description: '`forbidden`: a token without the permission `ingest`' })
  @ApiTooManyRequestsResponse({ type: ErrorAnswer, description: '`busy`, with `Retry-After`' })
  send(@Req() request: DirectRequest, @Res() reply: FastifyReply): void {
    this.live.handle(request, reply);
  }
}
