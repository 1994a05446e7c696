import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';

/** Paths where a program goes on from `/`. */
export class EntryPoints {
  @ApiProperty({ example: '/customers' })
  customers!: string;

  @ApiProperty({ description: 'The API for people.', example: '/docs' })
  docs!: string;

  @ApiProperty({ description: 'The API for programs.', example: '/openapi.json' })
  openapi!: string;

  @ApiProperty({ example: '/health/ready' })
  ready!: string;
}

const INDEX: EntryPoints = { customers: '/customers', docs: '/docs', openapi: '/openapi.json', ready: '/health/ready' };

@ApiTags('health')
@Controller()
export class IndexController {
  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'getIndex', summary: 'Where to go on; a browser gets the web admin' })
  @ApiOkResponse({ type: EntryPoints })
  show(@Res() reply: FastifyReply): void {
    sendJson(reply, 200, JSON.stringify(INDEX));
  }
}
