import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
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
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import {
  CreateSourceBody,
  NewKeyBody,
  SourceAnswer,
  SourceCountsAnswer,
  SourceKeyAnswer,
  SourceList,
  SourceRejectsAnswer,
  UpdateSourceBody,
} from './source.dto.js';
import { SourcesService } from './sources.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'integer' }, example: 2 });
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`source_not_found`' });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' });
const NAME_TAKEN = ApiConflictResponse({ type: ErrorAnswer, description: '`source_name_taken`' });
const IS_DEFAULT = ApiConflictResponse({
  type: ErrorAnswer,
  description: '`default_source`: it stays, and has no key',
});

/** Routes of `/sources`: where live messages come from. */
@ApiTags('sources')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('sources')
export class SourcesController {
  constructor(private readonly sources: SourcesService) {}

  @Get()
  @Requires('manage')
  @ApiOperation({ operationId: 'listSources', summary: 'All sources with what they received' })
  @ApiOkResponse({ type: SourceList })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.sources.list()));
  }

  @Post()
  @Requires('manage')
  @ApiOperation({ operationId: 'createSource', summary: 'Make a source; its key is shown once' })
  @ApiCreatedResponse({ type: SourceKeyAnswer })
  @INVALID
  @NAME_TAKEN
  async create(
    @Body(new BodyPipe(CreateSourceBody)) { source }: CreateSourceBody,
    @Req() { actor }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 201, JSON.stringify(await this.sources.create(source, actor)));
  }

  @Get(':id')
  @Requires('manage')
  @ApiOperation({ operationId: 'getSource', summary: 'One source with what it received' })
  @ID
  @ApiOkResponse({ type: SourceAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.sources.show(id)));
  }

  @Patch(':id')
  @Requires('manage')
  @ApiOperation({ operationId: 'updateSource', summary: 'Change the name or the switches that are named' })
  @ID
  @ApiOkResponse({ type: SourceAnswer })
  @INVALID
  @NOT_FOUND
  @NAME_TAKEN
  async change(
    @Param('id') id: string,
    @Body(new BodyPipe(UpdateSourceBody)) { source }: UpdateSourceBody,
    @Req() { actor }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.sources.change(id, source, actor)));
  }

  @Post(':id/key')
  @Requires('manage')
  @ApiOperation({
    operationId: 'changeSourceKey',
    summary: 'Make a new key; the present one works for some hours more',
  })
  @ID
  @ApiCreatedResponse({ type: SourceKeyAnswer })
  @INVALID
  @NOT_FOUND
  @IS_DEFAULT
  async newKey(
    @Param('id') id: string,
    @Body(new BodyPipe(NewKeyBody)) { overlap_hours: hours }: NewKeyBody,
    @Req() { actor }: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 201, JSON.stringify(await this.sources.newKey(id, hours, actor)));
  }

  @Delete(':id')
  @Requires('manage')
  @ApiOperation({
    operationId: 'deleteSource',
    summary: 'Remove a source with its counts and rejects; its messages stay',
  })
  @ID
  @ApiOkResponse({ schema: { type: 'object', example: {} } })
  @NOT_FOUND
  @IS_DEFAULT
  async remove(@Param('id') id: string, @Req() { actor }: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.sources.remove(id, actor);
    sendJson(reply, 200, '{}');
  }

  @Get(':id/counts')
  @Requires('manage')
  @ApiOperation({ operationId: 'getSourceCounts', summary: 'What became of the calls of a source, hour by hour' })
  @ID
  @ApiQuery({ name: 'hours', required: false, schema: { type: 'integer', minimum: 1, maximum: 9_600, default: 168 } })
  @ApiOkResponse({ type: SourceCountsAnswer })
  @INVALID
  @NOT_FOUND
  async counts(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.sources.counts(id, query)));
  }

  @Get(':id/rejects')
  @Requires('manage', 'export')
  @ApiOperation({
    operationId: 'getSourceRejects',
    summary: 'The rejected calls of a source, the newest first: the latest 10 000, for 30 days',
  })
  @ID
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 } })
  @ApiQuery({ name: 'before', required: false, schema: { type: 'integer' }, description: 'The `next` of a page.' })
  @ApiOkResponse({ type: SourceRejectsAnswer })
  @INVALID
  @NOT_FOUND
  async rejects(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.sources.rejects(id, query)));
  }
}
