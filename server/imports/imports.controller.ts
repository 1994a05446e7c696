import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBadRequestResponse,
  ApiBody,
  ApiConflictResponse,
  ApiConsumes,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiNoContentResponse,
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
import { BodyPipe } from '../http/validation.js';
import { ImportAnswer, ImportList } from './import.dto.js';
import { UpdateImportBody } from './sheet.dto.js';
import { ImportsService } from './imports.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'integer' }, example: 3 });
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`import_not_found`' });
const STATE = ApiConflictResponse({ type: ErrorAnswer, description: '`import_state`' });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' });

/** Routes of `/imports`: spreadsheets that become messages. */
@ApiTags('imports')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Get()
  @RequiresOneOf('read', 'ingest')
  @ApiOperation({ operationId: 'listImports', summary: 'The last 1000 imports, newest first' })
  @ApiOkResponse({ type: ImportList })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.imports.list()));
  }

  @Post()
  @Requires('ingest')
  @ApiOperation({
    operationId: 'createImport',
    summary: 'Upload a spreadsheet: CSV or TSV',
    description:
      'The body is the file as it is. Its encoding and its delimiter are found out. It is kept for 24 hours; nothing is imported before it is confirmed. ' +
      'All uploads together have 4 GiB, else 507 `storage_full`. 422 `source_refused` for a file that is no sheet of rows and columns.',
  })
  @ApiConsumes('text/csv', 'text/tab-separated-values', 'application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiQuery({
    name: 'name',
    required: false,
    description: 'The name of the file: at most 255 bytes, without control characters.',
    schema: { type: 'string', default: 'upload' },
  })
  @ApiCreatedResponse({ type: ImportAnswer, headers: { Location: { schema: { type: 'string' } } } })
  @INVALID
  async create(
    @Query('name') name: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { uploads, bodies } = request.server.limits;
    const limits = { ...uploads, idleMs: bodies.idleMs };
    const { id, json } = await this.imports.receive(name, request.raw, limits, request.actor);
    sendJson(reply, 201, json, ['location', `/imports/${id}`]);
  }

  @Get(':id')
  @RequiresOneOf('read', 'ingest')
  @ApiOperation({ operationId: 'getImport', summary: 'One import with its columns, its mapping and its results' })
  @ID
  @ApiOkResponse({ type: ImportAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Req() { actor }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.imports.show(id, actor));
  }

  @Patch(':id')
  @Requires('ingest')
  @ApiOperation({
    operationId: 'updateImport',
    summary: 'Change how the file is read, or what its columns mean',
    description:
      'A new encoding or delimiter gives new columns, and proposes a mapping unless one is sent. The dry run is dropped.',
  })
  @ID
  @ApiOkResponse({ type: ImportAnswer })
  @INVALID
  @NOT_FOUND
  @STATE
  async update(
    @Param('id') id: string,
    @Body(new BodyPipe(UpdateImportBody)) body: UpdateImportBody,
    @Req() { actor }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, await this.imports.update(id, body.import, actor));
  }

  @Post(':id/dry-run')
  @Requires('ingest')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'startDryRun',
    summary: 'Try the whole file, and change nothing',
    description: 'It runs in the background: see `state` and `progress`. A second dry run replaces the first.',
  })
  @ID
  @ApiAcceptedResponse({ type: ImportAnswer })
  @INVALID
  @NOT_FOUND
  @STATE
  async startDryRun(
    @Param('id') id: string,
    @Req() { actor }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 202, await this.imports.startDryRun(id, actor));
  }

  @Delete(':id/dry-run')
  @Requires('ingest')
  @ApiOperation({ operationId: 'stopDryRun', summary: 'Stop a dry run, or drop its result' })
  @ID
  @ApiOkResponse({ type: ImportAnswer })
  @NOT_FOUND
  @STATE
  async stopDryRun(
    @Param('id') id: string,
    @Req() { actor }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, await this.imports.stopDryRun(id, actor));
  }

  @Post(':id/confirm')
  @Requires('ingest')
  @HttpCode(202)
  @ApiOperation({
    operationId: 'confirmImport',
    summary: 'Import the file as its dry run says',
    description:
      'It runs in the background, also after the server was stopped and started again. It is an ingestion: see `ingestion`. An interrupted import that is confirmed again goes on where it stopped.',
  })
  @ID
  @ApiAcceptedResponse({ type: ImportAnswer })
  @NOT_FOUND
  @STATE
  async confirm(@Param('id') id: string, @Req() { actor }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 202, await this.imports.confirm(id, actor));
  }

  @Get(':id/rejects')
  @Requires('export')
  @ApiOperation({
    operationId: 'getImportRejects',
    summary: 'The rejected rows as the same CSV, with a column `reason`',
    description:
      'Those of the import, or of the dry run of one that is not confirmed. UTF-8 with a byte order mark, and the delimiter of the file.',
  })
  @ID
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  @NOT_FOUND
  async rejects(@Param('id') id: string, @Req() { actor }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const file = await this.imports.rejects(id, actor);
    void reply.header('content-disposition', `attachment; filename="${file.name}"`);
    await sendStream(reply, 'text/csv; charset=utf-8', async () => file.chunks);
  }

  @Delete(':id')
  @Requires('ingest')
  @HttpCode(204)
  @ApiOperation({
    operationId: 'deleteImport',
    summary: 'Stop an import that runs, or remove another one with its file',
    description: 'What a stopped import has done stays. It is `interrupted` then.',
  })
  @ID
  @ApiNoContentResponse({ description: 'Stopped or removed' })
  @NOT_FOUND
  async remove(@Param('id') id: string): Promise<void> {
    await this.imports.remove(id);
  }
}
