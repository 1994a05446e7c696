import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson, sendPieces } from '../http/send.js';
import { ActivityAnswer } from './activity.dto.js';
import { ActivityService } from './activity.service.js';
import { CustomerEvents } from './events.dto.js';
import { EventsService } from './events.service.js';
import { SPANS } from './read-activity-query.js';
import { ENTRY_KINDS, readName } from './read-timeline-query.js';
import { TimelineAnswer, TimelineEntryAnswer, WhyAnswer } from './timeline.dto.js';
import { TimelineService } from './timeline.service.js';
import { WhyService } from './why.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' });
const NOT_FOUND = ApiNotFoundResponse({
  type: ErrorAnswer,
  description: '`customer_not_found`: there is no such customer, or it was deleted.',
});
const WHY = {
  summary: 'The entry that made the value of an attribute, or removed it, and those that it won over',
  description: 'Entries are as in the timeline.',
};
const NO_ATTRIBUTE = ApiNotFoundResponse({
  type: ErrorAnswer,
  description: '`customer_not_found`, or `attribute_not_found`: the customer never had it.',
});

/** Routes of the log of a customer: what it did, and why a value is what it is. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers/:id')
export class TimelineController {
  constructor(
    private readonly timeline: TimelineService,
    private readonly reasons: WhyService,
    private readonly activities: ActivityService,
    private readonly events: EventsService,
  ) {}

  @Get('timeline')
  @Requires('read')
  @ApiOperation({
    operationId: 'getTimeline',
    summary:
      'The messages and edits of a customer since it was last created anew; newest first by time, then by arrival',
    description: '`LOG_ENTRIES` and `LOG_DAYS` say which messages are kept.',
  })
  @ID
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: LIMITS.historyEntries, default: 50 },
  })
  @ApiQuery({ name: 'before', required: false, type: String, description: '`meta.next` of the page before.' })
  @ApiQuery({
    name: 'kind',
    required: false,
    isArray: true,
    enum: ENTRY_KINDS,
    description: 'Only entries of these kinds. May be repeated.',
  })
  @ApiQuery({
    name: 'name',
    required: false,
    type: String,
    description: 'Only events of this name, and messages and edits that set or remove the attribute of this name.',
  })
  @ApiQuery({
    name: 'since',
    required: false,
    type: String,
    description: 'RFC 3339, a date (UTC), or seconds or milliseconds since 1970; included.',
  })
  @ApiQuery({ name: 'until', required: false, type: String, description: 'Like `since`; a date to its end.' })
  @ApiOkResponse({ type: TimelineAnswer })
  @INVALID
  @NOT_FOUND
  async list(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendPieces(reply, this.timeline.page(id, query));
  }

  @Get('timeline/:entry')
  @Requires('read')
  @ApiOperation({ operationId: 'getTimelineEntry', summary: 'One entry of a timeline, whole' })
  @ID
  @ApiParam({ name: 'entry', type: String })
  @ApiOkResponse({ type: TimelineEntryAnswer })
  @ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found` or `entry_not_found`' })
  async entry(@Param('id') id: string, @Param('entry') entry: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.timeline.entry(id, entry));
  }

  @Get('activity')
  @Requires('read')
  @ApiOperation({
    operationId: 'getActivity',
    summary: 'The number of entries of a timeline by days, weeks or months',
    description: 'At most 400 spans. A span that `since` or `until` lies in is counted whole.',
  })
  @ID
  @ApiQuery({ name: 'by', required: false, enum: SPANS, description: '`day` by default.' })
  @ApiQuery({
    name: 'since',
    required: false,
    type: String,
    description: 'As in the timeline; by default 90 days, 53 weeks or 24 months up to `until`.',
  })
  @ApiQuery({ name: 'until', required: false, type: String, description: 'As in the timeline; now by default.' })
  @ApiQuery({
    name: 'tz',
    required: false,
    type: String,
    description: 'A time zone of the IANA database; UTC by default.',
  })
  @ApiQuery({ name: 'week_start', required: false, enum: ['monday', 'sunday'], description: '`monday` by default.' })
  @ApiOkResponse({ type: ActivityAnswer })
  @INVALID
  @NOT_FOUND
  async activity(@Param('id') id: string, @Query() query: Record<string, unknown>): Promise<ActivityAnswer> {
    return this.activities.activity(id, query);
  }

  @Get('events')
  @Requires('read')
  @ApiOperation({
    operationId: 'getEvents',
    summary: 'The events of a customer, each with its first and last time',
    description: 'Times are those of the events that the log holds.',
  })
  @ID
  @ApiOkResponse({ type: CustomerEvents })
  @NOT_FOUND
  async showEvents(@Param('id') id: string): Promise<CustomerEvents> {
    return this.events.events(id);
  }

  @Get('why')
  @Requires('read')
  @ApiOperation({ operationId: 'getWhy', ...WHY })
  @ID
  @ApiQuery({ name: 'name', type: String, description: 'The name of the attribute.' })
  @ApiOkResponse({ type: WhyAnswer })
  @INVALID
  @NO_ATTRIBUTE
  async why(@Param('id') id: string, @Query('name') name: unknown, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.reasons.why(id, readName(name)));
  }

  @Get('attributes/:name/why')
  @Requires('read')
  @ApiOperation({ operationId: 'getWhyOfAttribute', ...WHY })
  @ID
  @ApiParam({ name: 'name', type: String })
  @ApiOkResponse({ type: WhyAnswer })
  @NO_ATTRIBUTE
  async whyOf(@Param('id') id: string, @Param('name') name: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.reasons.why(id, readName(name)));
  }
}
