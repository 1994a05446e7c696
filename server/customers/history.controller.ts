import { Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiPreconditionFailedResponse,
  ApiQuery,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendEntity, sendJson, sendPieces } from '../http/send.js';
import { CustomerAnswer } from './customer.dto.js';
import { HistoryAnswer } from './history.dto.js';
import { HistoryService } from './history.service.js';
import { UndoService } from './undo.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' });

/** Routes of the history of a customer. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers/:id/history')
export class HistoryController {
  constructor(
    private readonly history: HistoryService,
    private readonly undos: UndoService,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    operationId: 'getHistory',
    summary: 'The edits of a customer through the API and the admin since it was last created anew; newest first',
  })
  @ID
  @ApiQuery({
    name: 'before',
    required: false,
    schema: { type: 'integer', minimum: 1 },
    description: 'Only entries that are older than the one with this id.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: LIMITS.historyEntries, default: 50 },
  })
  @ApiOkResponse({ type: HistoryAnswer })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' })
  @ApiNotFoundResponse({
    type: ErrorAnswer,
    description: '`customer_not_found`: there is no such customer, or it was deleted.',
  })
  async list(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendPieces(reply, this.history.page(id, query));
  }

  @Post(':entry/undo')
  @HttpCode(200)
  @Requires('write')
  @ApiOperation({
    operationId: 'undoEdit',
    summary: 'Put back what an edit changed, unless it was changed since',
    description:
      'That is an edit itself. The undo of a creation deletes the customer, and that of its last deletion restores it; both need the ' +
      'permission `delete` as well.',
  })
  @ID
  @ApiParam({ name: 'entry', type: String, description: 'The id of an entry of the history.' })
  @ApiHeader({ name: 'If-Match', required: false, description: 'Change it only if this ETag still holds.' })
  @ApiExtraModels(CustomerAnswer)
  @ApiOkResponse({
    schema: { oneOf: [{ $ref: getSchemaPath(CustomerAnswer) }, { type: 'object', maxProperties: 0 }] },
    description: 'The customer, with its `ETag`; `{}` if it is deleted by that.',
  })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`: the entry is a message, and no edit.' })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found`, `entry_not_found`, `not_in_trash`' })
  @ApiConflictResponse({
    type: ErrorAnswer,
    description:
      '`customer_changed`: an attribute was changed since; `details` name each. `nothing_to_undo`: the customer was restored since. ' +
      'Nothing was changed.',
  })
  @ApiPreconditionFailedResponse({ type: ErrorAnswer, description: '`customer_changed`: the ETag does not hold.' })
  async undo(
    @Param('id') id: string,
    @Param('entry') entry: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const customer = await this.undos.undo(id, entry, { ifMatch, ifNoneMatch: undefined }, request.actor);
    if (customer) sendEntity(request, reply, 200, customer);
    else sendJson(reply, 200, '{}');
  }
}
