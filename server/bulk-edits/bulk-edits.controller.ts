import { Body, Controller, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ALLOW_INCOMPLETE } from '../customers/query.dto.js';
import { readAllowIncomplete } from '../customers/log-completeness.js';
import { DomainError } from '../domain/errors.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { SELECTION_BODY } from '../http/limits.js';
import { addRouteConfig } from '../http/route-config.js';
import { Requires, RequiresOneOf } from '../http/route-permission.js';
import { sendJson, sendStream } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { BulkEditBody, BulkEnd, BulkProgress } from './bulk-edit.dto.js';
import { BulkPreview } from './preview.dto.js';
import { PreviewService } from './preview.service.js';
import { BulkEditsService } from './bulk-edits.service.js';

const LINE = { oneOf: [{ $ref: getSchemaPath(BulkProgress) }, { $ref: getSchemaPath(BulkEnd) }] };

@ApiTags('bulk-edits')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('bulk-edits')
export class BulkEditsController {
  constructor(
    private readonly bulkEdits: BulkEditsService,
    private readonly previews: PreviewService,
  ) {}

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
  @ALLOW_INCOMPLETE
  async create(
    @Body(new BodyPipe(BulkEditBody)) body: BulkEditBody,
    @Query('allow_incomplete') allowIncomplete: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const allowsIncomplete = readAllowIncomplete(allowIncomplete);
    await sendStream(reply, 'application/x-ndjson; charset=utf-8', (signal) =>
      this.bulkEdits.run(body, request.actor, signal, request.server.stopping.signal, allowsIncomplete),
    );
  }

  @Post('preview')
  @Requires('read')
  @HttpCode(200)
  @addRouteConfig(SELECTION_BODY)
  @ApiOperation({
    operationId: 'previewBulkEdit',
    summary: 'What a bulk edit would do now: how many customers have what, and a sample; nothing is changed',
    description: 'It needs the permission that the bulk edit itself needs as well.',
  })
  @ApiOkResponse({ type: BulkPreview })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' })
  async preview(
    @Body(new BodyPipe(BulkEditBody)) body: BulkEditBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    try {
      sendJson(reply, 200, await this.previews.preview(body, request.actor, left.signal));
    } catch (error) {
      if (!left.signal.aborted) throw error;
    }
  }

  @Post(':id/undo')
  @RequiresOneOf('write', 'delete')
  @HttpCode(200)
  @ApiOperation({
    operationId: 'undoBulkEdit',
    summary: 'Undo a bulk edit, customer by customer; it goes on as long as the client listens',
    description:
      'A customer of which an attribute was changed since stays as it is, and counts as failed. One that is as it was before counts as ' +
      'unchanged, so a second undo changes nobody. That of a deletion restores from the trash, and needs the permission `delete`. An undo ' +
      'is a bulk edit itself.',
  })
  @ApiParam({ name: 'id', schema: { type: 'integer', format: 'int64' } })
  @ApiOkResponse({
    description: 'JSON lines: `BulkProgress` for every few hundred customers, then `BulkEnd`.',
    content: { 'application/x-ndjson': { schema: LINE } },
  })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`bulk_edit_not_found`' })
  async undo(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await sendStream(reply, 'application/x-ndjson; charset=utf-8', (signal) =>
      this.bulkEdits.undo(readBulkId(id), request.actor, signal, request.server.stopping.signal),
    );
  }
}

/** @throws DomainError `bulk_edit_not_found` for a text that is no id */
function readBulkId(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new DomainError('bulk_edit_not_found', `There is no bulk edit ${JSON.stringify(text)}.`);
}
