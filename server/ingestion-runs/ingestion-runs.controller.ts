import { Controller, Get, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBody,
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiConsumes,
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires, RequiresOneOf } from '../http/route-permission.js';
import { sendJson, sendStream } from '../http/send.js';
import { IngestionAnswer, IngestionList } from './ingestion-run.dto.js';
import { IngestionRunsService } from './ingestion-runs.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'integer' }, example: 1 });
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`ingestion_not_found`' });

@ApiTags('ingestions')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('ingestions')
export class IngestionRunsController {
  constructor(private readonly ingestions: IngestionRunsService) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'listIngestions', summary: 'The last 1000 ingestions, newest first' })
  @ApiOkResponse({ type: IngestionList })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.ingestions.list()));
  }

  @Post()
  @Requires('ingest')
  @ApiOperation({
    operationId: 'createIngestion',
    summary: 'Ingest a body of JSON lines, plain or gzip; it is folded as it comes and never held whole',
  })
  @ApiConsumes('application/x-ndjson', 'application/gzip')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({
    name: 'name',
    required: false,
    description: 'What the ingestion is called: at most 255 bytes, without control characters.',
    schema: { type: 'string', default: 'upload' },
  })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' })
  @ApiAcceptedResponse({
    type: IngestionAnswer,
    description: 'The body was received; see `state` for how the ingestion is.',
  })
  async create(
    @Query('name') name: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { uploads, bodies } = request.server.limits;
    const limits = { ...uploads, idleMs: bodies.idleMs };
    const { raw, id, actor } = request;
    sendJson(reply, 202, JSON.stringify(await this.ingestions.receive(name, raw, limits, id, actor)));
  }

  @Get(':id')
  @RequiresOneOf('read', 'ingest')
  @ApiOperation({ operationId: 'getIngestion', summary: 'One ingestion with its counts' })
  @ID
  @ApiOkResponse({ type: IngestionAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.ingestions.show(id)));
  }

  @Get(':id/rejects')
  @Requires('export')
  @ApiOperation({
    operationId: 'getRejects',
    summary: 'The rejected lines as JSON lines: {"line","offset","reason","hint"?,"text","truncated"?}',
    description:
      '`text` is the whole line, or its first 64 KiB with `"truncated": true`; bytes that are not UTF-8 are U+FFFD in it. With ' +
      '`format=lines` only the lines, byte by byte, to be mended and ingested again; one that is cut off says so at its end. ' +
      '64 MiB of rejects are kept of a source.',
  })
  @ID
  @ApiQuery({ name: 'format', required: false, schema: { type: 'string', enum: ['json', 'lines'], default: 'json' } })
  @ApiOkResponse({ content: { 'application/x-ndjson': { schema: { type: 'string' } } } })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' })
  @NOT_FOUND
  async rejects(
    @Param('id') id: string,
    @Query('format') format: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const file = await this.ingestions.rejects(id, format, request.actor);
    void reply.header('content-disposition', `attachment; filename="${file.name}"`);
    await sendStream(reply, file.type, async () => file.chunks);
  }

  @Get(':id/progress')
  @RequiresOneOf('read', 'ingest')
  @ApiOperation({ operationId: 'watchIngestion', summary: 'Server-sent events: `progress` while it runs, then `end`' })
  @ID
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @NOT_FOUND
  async progress(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    await sendStream(reply, 'text/event-stream', (signal) => this.ingestions.progress(id, signal));
  }
}
