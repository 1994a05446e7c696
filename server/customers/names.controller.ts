import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson, sendPieces } from '../http/send.js';
import { AttributeList } from './attributes.dto.js';
import { AttributesService } from './attributes.service.js';
import { SearchService } from './search.service.js';
import { AttributeNameList, AttributeValueList, EventNameList } from './names.dto.js';

const SEARCH = ApiQuery({
  name: 'search',
  required: false,
  type: String,
  description: 'A part of the name, case aside.',
});
const LIMIT = ApiQuery({
  name: 'limit',
  required: false,
  schema: { type: 'integer', minimum: 1, maximum: LIMITS.names, default: 50 },
});

/** Routes that list names: the catalogue of attributes, and suggestions for filters. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every failure' })
@Controller()
export class NamesController {
  constructor(
    private readonly search: SearchService,
    private readonly attributes: AttributesService,
  ) {}

  @Get('attributes')
  @Requires('read')
  @ApiOperation({
    operationId: 'listAttributes',
    summary: 'Every attribute with its types, examples and times; those of most customers first',
  })
  @SEARCH
  @ApiQuery({
    name: 'sort',
    required: false,
    schema: { type: 'string', enum: ['customers', 'name', 'last_seen'], default: 'customers' },
    description: '`last_seen` is that of the sample, and takes a search that finds at most 200 names.',
  })
  @ApiQuery({
    name: 'order',
    required: false,
    schema: { type: 'string', enum: ['asc', 'desc'] },
    description: 'Without it names ascend and the rest descends.',
  })
  @ApiQuery({ name: 'page', required: false, schema: { type: 'integer', minimum: 1, default: 1 } })
  @ApiQuery({ name: 'per_page', required: false, schema: { type: 'integer', minimum: 1, maximum: 100, default: 25 } })
  @ApiOkResponse({ type: AttributeList })
  async list(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    await sendPieces(reply, this.attributes.page(query));
  }

  @Get('attribute-names')
  @Requires('read')
  @ApiOperation({ operationId: 'listAttributeNames', summary: 'Attributes, those of most customers first' })
  @SEARCH
  @LIMIT
  @ApiOkResponse({ type: AttributeNameList })
  async attributeNames(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.search.attributeNames(query));
  }

  @Get('event-names')
  @Requires('read')
  @ApiOperation({ operationId: 'listEventNames', summary: 'Events, those of most customers first' })
  @SEARCH
  @LIMIT
  @ApiOkResponse({ type: EventNameList })
  async eventNames(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.search.eventNames(query));
  }

  @Get('attribute-values')
  @Requires('read')
  @ApiOperation({
    operationId: 'listAttributeValues',
    summary: 'Frequent values of an attribute',
    description:
      'Looks at the first 1,000 customers that have the attribute, and counts the most frequent of their values over all customers. `is_sample` says that there were more.',
  })
  @ApiQuery({ name: 'name', type: String, description: 'The name of the attribute.' })
  @ApiQuery({
    name: 'search',
    required: false,
    type: String,
    description: 'A part of the value, as `contains` finds it.',
  })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: LIMITS.values, default: LIMITS.values },
  })
  @ApiOkResponse({ type: AttributeValueList })
  async attributeValues(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, await this.search.attributeValues(query));
  }
}
