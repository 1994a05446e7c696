import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import {
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendPieces } from '../http/send.js';
import { Everything } from './everything.dto.js';
import { EverythingService } from './everything.service.js';

/** The route that gives out all that is kept of a customer. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers')
export class EverythingController {
  constructor(private readonly everything: EverythingService) {}

  @Get(':id/everything')
  @Requires('export')
  @ApiOperation({
    operationId: 'getEverything',
    summary: 'All that is kept of a customer, also of a deleted one, as one document',
  })
  @ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' })
  @ApiOkResponse({ type: Everything })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found`: nothing is kept of it.' })
  async show(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendPieces(reply, this.everything.document(id, request.actor));
  }
}
