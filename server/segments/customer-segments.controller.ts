import { Controller, Get, Param, Res } from '@nestjs/common';
import {
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { SegmentList } from './segment.dto.js';
import { SegmentsService } from './segments.service.js';

/** The segments that a customer is in. */
@ApiTags('segments')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers/:id/segments')
export class CustomerSegmentsController {
  constructor(private readonly segments: SegmentsService) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'getSegmentsOfCustomer', summary: 'The segments that a customer is in now, by name' })
  @ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' })
  @ApiOkResponse({ type: SegmentList })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found`' })
  async list(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.segments.ofCustomer(id)));
  }
}
