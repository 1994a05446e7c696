import { Controller, Get, Res } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { OverviewAnswer } from './overview.dto.js';
import { OverviewService } from './overview.service.js';

@ApiTags('overview')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every failure' })
@Controller('overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'getOverview', summary: 'Numbers about all customers, exact and kept up all the time' })
  @ApiOkResponse({ type: OverviewAnswer })
  async show(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.overview.show()));
  }
}
