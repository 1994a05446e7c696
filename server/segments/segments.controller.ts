import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { setTimeout as wait } from 'node:timers/promises';
import { JsonBody } from '../http/compression.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendBody, sendJson } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { wireText } from '../http/wire-text.js';
import { CreateSegmentBody, SegmentAnswer, SegmentList, UpdateSegmentBody } from './segment.dto.js';
import { SegmentsService } from './segments.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'integer' }, example: 7 });
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`segment_not_found`' });
const TAKEN = ApiConflictResponse({ type: ErrorAnswer, description: '`segment_name_taken`' });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' });

/** Routes of `/segments`: saved queries. */
@ApiTags('segments')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('segments')
export class SegmentsController {
  private reading: Promise<unknown> = Promise.resolve();
  private next: Promise<JsonBody> | undefined;

  constructor(private readonly segments: SegmentsService) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    operationId: 'listSegments',
    summary: 'All segments by name',
    description: 'Counts nothing. A segment without `customers` is counted by `GET /segments/:id`.',
  })
  @ApiOkResponse({ type: SegmentList })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendBody(reply, 200, await this.listed());
  }

  @Get(':id')
  @Requires('read')
  @ApiOperation({ operationId: 'getSegment', summary: 'One segment with its count' })
  @ID
  @ApiOkResponse({ type: SegmentAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.segments.show(id)));
  }

  @Post()
  @Requires('write')
  @ApiOperation({ operationId: 'createSegment', summary: 'Keep a query under a name' })
  @ApiCreatedResponse({ type: SegmentAnswer })
  @INVALID
  @TAKEN
  async create(
    @Body(new BodyPipe(CreateSegmentBody)) body: CreateSegmentBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 201, JSON.stringify(await this.segments.create(body.segment)));
  }

  @Patch(':id')
  @Requires('write')
  @ApiOperation({ operationId: 'updateSegment', summary: 'Change what is named, leave the rest' })
  @ID
  @ApiOkResponse({ type: SegmentAnswer })
  @INVALID
  @NOT_FOUND
  @TAKEN
  async update(
    @Param('id') id: string,
    @Body(new BodyPipe(UpdateSegmentBody)) body: UpdateSegmentBody,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.segments.update(id, body.segment)));
  }

  @Delete(':id')
  @Requires('write')
  @HttpCode(204)
  @ApiOperation({ operationId: 'deleteSegment', summary: 'Forget a segment; its customers stay' })
  @ID
  @ApiNoContentResponse({ description: 'Deleted' })
  @NOT_FOUND
  async remove(@Param('id') id: string): Promise<void> {
    await this.segments.remove(id);
  }

  /**
   * Reads the list for all requests that wait for it. A thousand segments of fifty filters take 20 ms, and a round of the event loop accepts one
   * connection: so reading takes at most half of the time of the thread.
   */
  private listed(): Promise<JsonBody> {
    this.next ??= this.reading.then(async () => {
      this.next = undefined;
      const before = performance.now();
      const reading = this.segments.list().then((list) => new JsonBody(wireText(JSON.stringify(list))));
      this.reading = reading.then(
        () => wait(performance.now() - before),
        () => undefined,
      );
      return reading;
    });
    return this.next;
  }
}
