import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiDefaultResponse, ApiFoundResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../../http/error.dto.js';
import { Public } from '../../http/route-permission.js';
import { SingleSignOn } from './single-sign-on.js';

const FAILED = 'or to `/login?failure=CODE`';

/** The way to the provider of single sign-on, and back. A browser opens both as pages. */
@ApiTags('access')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('session/single-sign-on')
export class SingleSignOnController {
  constructor(private readonly singleSignOn: SingleSignOn) {}

  @Get()
  @Public()
  @ApiOperation({ operationId: 'beginSingleSignOn', summary: 'Log in by the provider of single sign-on' })
  @ApiQuery({
    name: 'return',
    required: false,
    schema: { type: 'string' },
    example: '/customers',
    description: 'The page to open after the login. Anything but a path of this server counts as `/`.',
  })
  @ApiFoundResponse({ description: `To the provider, ${FAILED}` })
  async begin(
    @Query('return') path: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    redirect(reply, await this.singleSignOn.begin(path, request, reply));
  }

  @Get('callback')
  @Public()
  @ApiOperation({ operationId: 'endSingleSignOn', summary: 'Where the provider sends the browser back to' })
  @ApiFoundResponse({
    description: `To the page that the login began from, with the cookie of a new session; ${FAILED}`,
  })
  async end(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const at = request.url.indexOf('?');
    redirect(reply, await this.singleSignOn.end(at < 0 ? '' : request.url.slice(at), request, reply));
  }
}

function redirect(reply: FastifyReply, url: string): void {
  void reply.status(302).header('location', url).header('cache-control', 'no-store').send();
}
