import { Controller, Delete, Get, HttpCode, Param, Put, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { LabelList, LabelsAnswer } from './labels.dto.js';
import { LabelsService } from './labels.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' });
const LABEL = ApiParam({
  name: 'label',
  schema: { type: 'string', minLength: 1, maxLength: LIMITS.labelBytes },
  description:
    'Text of 1 to 100 bytes, percent-encoded, without control characters and white space at its ends; not `.` or `..`. Labels are exact: ' +
    '`vip` is another one than `VIP`.',
  example: 'VIP',
});
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found`' });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' });

/** Routes of the labels of customers. */
@ApiTags('labels')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller()
export class LabelsController {
  constructor(private readonly labels: LabelsService) {}

  @Get('labels')
  @Requires('read')
  @ApiOperation({ operationId: 'listLabels', summary: 'The labels that customers have, those of most customers first' })
  @ApiQuery({ name: 'search', required: false, type: String, description: 'A part of the label, case aside.' })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: LIMITS.names, default: LIMITS.names },
  })
  @ApiOkResponse({ type: LabelList })
  async list(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.labels.counts(query)));
  }

  @Get('customers/:id/labels')
  @Requires('read')
  @ApiOperation({ operationId: 'getLabels', summary: 'The labels of a customer' })
  @ID
  @ApiOkResponse({ type: LabelsAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.labels.of(id)));
  }

  @Put('customers/:id/labels/:label')
  @Requires('write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'addLabel', summary: 'Put a label on a customer; its record stays as it is' })
  @ID
  @LABEL
  @ApiOkResponse({ type: LabelsAnswer, description: 'All labels of the customer.' })
  @INVALID
  @NOT_FOUND
  @ApiConflictResponse({ type: ErrorAnswer, description: '`too_many_labels`, `customer_suppressed`' })
  async add(
    @Param('id') id: string,
    @Param('label') label: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.labels.add(id, label, request.actor)));
  }

  @Delete('customers/:id/labels/:label')
  @Requires('write')
  @HttpCode(200)
  @ApiOperation({ operationId: 'removeLabel', summary: 'Take a label from a customer, if it has it' })
  @ID
  @LABEL
  @ApiOkResponse({ type: LabelsAnswer, description: 'The labels that are left.' })
  @INVALID
  @NOT_FOUND
  async remove(
    @Param('id') id: string,
    @Param('label') label: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.labels.remove(id, label, request.actor)));
  }
}
