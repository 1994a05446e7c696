import { Body, Controller, Delete, Get, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { CreateTokenBody, NewTokenAnswer, TokenList } from './token.dto.js';
import { TokensService } from './tokens.service.js';

/** Routes of `/tokens`: the keys of programs. */
@ApiTags('access')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('tokens')
export class TokensController {
  constructor(private readonly tokens: TokensService) {}

  @Get()
  @Requires('manage')
  @ApiOperation({ operationId: 'listTokens', summary: 'All tokens, the newest first' })
  @ApiOkResponse({ type: TokenList })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.tokens.list()));
  }

  @Post()
  @Requires('manage')
  @ApiOperation({ operationId: 'createToken', summary: 'Make a token; closes an open server' })
  @ApiCreatedResponse({ type: NewTokenAnswer })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' })
  @ApiForbiddenResponse({ type: ErrorAnswer, description: '`forbidden`: a permission that the caller does not have' })
  async create(
    @Body(new BodyPipe(CreateTokenBody)) { token }: CreateTokenBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 201, JSON.stringify(await this.tokens.create(token, request)));
  }

  @Delete(':id')
  @Requires('manage')
  @ApiOperation({ operationId: 'deleteToken', summary: 'Remove a token; it opens nothing any more' })
  @ApiParam({ name: 'id', schema: { type: 'integer' }, example: 1 })
  @ApiOkResponse({ schema: { type: 'object', example: {} } })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`token_not_found`' })
  async remove(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.tokens.remove(id, request.actor);
    sendJson(reply, 200, '{}');
  }
}
