import { Body, Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { SELECTION_BODY } from '../http/limits.js';
import { addRouteConfig } from '../http/route-config.js';
import { RequiresOneOf } from '../http/route-permission.js';
import { sendStream } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { BulkEditBody, BulkEnd, BulkProgress } from './bulk-edit.dto.js';
import { BulkEditsService } from './bulk-edits.service.js';

const LINE = { oneOf: [{ $ref: getSchemaPath(BulkProgress) }, { $ref: getSchemaPath(BulkEnd) }] };

@ApiTags('bulk-edits')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('bulk-edits')
export class BulkEditsController {
  constructor(private readonly bulkEdits: BulkEditsService) {}

  @Post()
  @RequiresOneOf('write', 'delete')
  @HttpCode(200)
  @addRouteConfig(SELECTION_BODY)
  @ApiOperation({
    operationId: 'createBulkEdit',
    summary: 'Delete many customers, or set or remove an attribute of each; it goes on as long as the client listens',
  })
  @ApiExtraModels(BulkProgress, BulkEnd)
  @ApiOkResponse({
    description: 'JSON lines: `BulkProgress` for every few hundred customers, then `BulkEnd`.',
    content: { 'application/x-ndjson': { schema: LINE } },
  })
  @ApiBadRequestResponse({
    type: ErrorAnswer,
    description: '`invalid_request` or `invalid_json`; nothing was changed.',
  })
  async create(
    @Body(new BodyPipe(BulkEditBody)) body: BulkEditBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendStream(reply, 'application/x-ndjson; charset=utf-8', (signal) =>
      this.bulkEdits.run(body, request.actor, signal, request.server.stopping.signal),
    );
  }
}
