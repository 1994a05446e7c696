import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiPreconditionFailedResponse,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendEntity, sendJson, sendPieces } from '../http/send.js';
import { CustomerAnswer } from './customer.dto.js';
import { TrashAnswer, TrashPage } from './trash.dto.js';
import { TrashService } from './trash.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' });
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`not_in_trash`' });

/** Routes of the customers that were deleted, and can be restored for `TRASH_DAYS`. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('trash')
export class TrashController {
  constructor(private readonly trash: TrashService) {}

  @Get()
  @Requires('delete')
  @ApiOperation({ operationId: 'listTrash', summary: 'Deleted customers, the last deleted first' })
  @ApiQuery({
    name: 'before',
    required: false,
    type: String,
    description: '`meta.next` of the page before.',
  })
  @ApiQuery({
    name: 'id',
    required: false,
    type: String,
    description: 'The entry of this customer alone; no entry if it is not in the trash.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: LIMITS.trashEntries, default: 50 },
  })
  @ApiOkResponse({ type: TrashPage })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' })
  async list(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    await sendPieces(reply, this.trash.page(query));
  }

  @Get(':id')
  @Requires('delete')
  @ApiOperation({ operationId: 'getTrashEntry', summary: 'A deleted customer as it was' })
  @ID
  @ApiOkResponse({ type: TrashAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.trash.show(id));
  }

  @Post(':id/restore')
  @HttpCode(200)
  @Requires('delete')
  @ApiOperation({
    operationId: 'restoreCustomer',
    summary: 'Restore a customer as it was at its deletion, with what was accepted since',
    description: 'Messages that were stale meanwhile are missing until they are ingested again.',
  })
  @ID
  @ApiOkResponse({ type: CustomerAnswer })
  @NOT_FOUND
  @ApiPreconditionFailedResponse({
    type: ErrorAnswer,
    description: '`customer_changed`: it was deleted or restored a moment ago.',
  })
  async restore(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendEntity(request, reply, 200, await this.trash.restore(id, request.actor));
  }
}
