import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendPieces } from '../http/send.js';
import { HistoryAnswer } from './history.dto.js';
import { HistoryService } from './history.service.js';

/** Routes of the history of a customer. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers/:id/history')
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    operationId: 'getHistory',
    summary: 'The edits of a customer through the API and the admin since it was last created anew; newest first',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' })
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
}
