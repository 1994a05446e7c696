import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { WEEK_STARTS } from '../domain/search/filter-time.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { OverviewActivityAnswer } from './activity.dto.js';
import { ActivityService } from './activity.service.js';
import { OverviewAnswer } from './overview.dto.js';
import { OverviewService } from './overview.service.js';
import { RANGES } from './read-range.js';

@ApiTags('overview')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every failure' })
@Controller('overview')
export class OverviewController {
  constructor(
    private readonly overview: OverviewService,
    private readonly activity: ActivityService,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'getOverview', summary: 'Numbers about all customers, exact and kept up all the time' })
  @ApiOkResponse({ type: OverviewAnswer })
  async show(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.overview.show()));
  }

  @Get('activity')
  @Requires('read')
  @ApiOperation({
    operationId: 'getOverviewActivity',
    summary: 'New customers, events, edits and rejects over time, and those of the last 24 hours',
    description:
      'By day; the range `all` begins with the first number that is not 0, and is by week from 93 days on and by month from 106 weeks on. Counting reads indexes of all customers, so an answer is kept for 20 times as long as counting took, 10 minutes at most; `meta.counted_at` says how fresh it is.',
  })
  @ApiQuery({ name: 'range', required: false, schema: { type: 'string', enum: [...RANGES], default: '30' } })
  @ApiQuery({
    name: 'tz',
    required: false,
    type: String,
    description: 'A name of the IANA database, by whose clock days begin; UTC without it.',
    example: 'Europe/Berlin',
  })
  @ApiQuery({
    name: 'week_start',
    required: false,
    schema: { type: 'string', enum: [...WEEK_STARTS], default: 'monday' },
  })
  @ApiOkResponse({ type: OverviewActivityAnswer })
  async showActivity(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.activity.show(query)));
  }
}
