import { Body, Controller, Delete, Get, Headers, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiExtraModels,
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiPreconditionFailedResponse,
  ApiQuery,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { andThen, type Awaitable } from '../domain/awaitable.js';
import { Direct, type DirectRequest } from '../http/direct.js';
import { urlOfCustomer } from '../http/dot-ids.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { checkPermission, Requires } from '../http/route-permission.js';
import { BodyPipe } from '../http/validation.js';
import { sendBody, sendEntity, sendJson, sendPieces } from '../http/send.js';
import { CreateCustomerBody, CustomerAnswer, CustomerList, ErasureAnswer, UpdateCustomerBody } from './customer.dto.js';
import { CUSTOMER_ID } from './customer-id.parameter.js';
import { CustomersService } from './customers.service.js';
import { ListPieces, ID_BYTES, WHOLE_PAGE } from './list-pieces.js';
import { readPaging } from './paging.js';
import { PastService } from './past.service.js';
import { SearchService } from './search.service.js';
import { AT, CustomerQueryParameters } from './query.dto.js';
import { asksToErase, asksToSearch } from './read-query.js';

const IF_MATCH = ApiHeader({
  name: 'If-Match',
  required: false,
  description: 'Change it only if this ETag still holds.',
});
const ETAG = { ETag: { description: 'Strong validator of this customer.', schema: { type: 'string' as const } } };
const LOCATION = {
  Location: {
    description: 'The path of the customer; `/customer?id=..` where the id cannot be in a path.',
    schema: { type: 'string' as const },
  },
};
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found`' });
const CHANGED = ApiPreconditionFailedResponse({
  type: ErrorAnswer,
  description: '`customer_changed`: nothing was changed.',
});
const SUPPRESSED = ApiConflictResponse({
  type: ErrorAnswer,
  description: '`customer_suppressed`: unsuppress it first.',
});
const INVALID_QUERY = ApiBadRequestResponse({
  type: ErrorAnswer,
  description: '`invalid_request`: a filter, sort, order, search, id or after is not understood; the message names it.',
});
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' });

@ApiTags('customers')
@ApiExtraModels(ErasureAnswer)
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers')
export class CustomersController {
  constructor(
    private readonly customers: CustomersService,
    private readonly search: SearchService,
    private readonly pieces: ListPieces,
    private readonly past: PastService,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    operationId: 'listCustomers',
    summary:
      'A page of customers, all or those that are asked for; by id: numeric ids by number, then the others by code point',
  })
  @ApiQuery({ name: 'per_page', required: false, schema: { type: 'integer', minimum: 1, maximum: 10000, default: 25 } })
  @ApiQuery({ name: 'page', required: false, schema: { type: 'integer', minimum: 1, default: 1 } })
  @ApiQuery({
    name: 'after',
    required: false,
    type: String,
    allowEmptyValue: true,
    description:
      'Walks through the customers in the order of ids: empty to begin, then `meta.next` of the answer before, until there is none. ' +
      'A customer that exists and matches during the whole walk comes exactly once. Not with `page`, `sort` or `order`.',
  })
  @CustomerQueryParameters()
  @ApiOkResponse({ type: CustomerList })
  @INVALID_QUERY
  @Direct()
  list({ query }: DirectRequest, reply: FastifyReply): Awaitable<void> {
    const paging = readPaging(query);
    const searches = asksToSearch(query);
    if (query.after !== undefined)
      return sendPieces(reply, this.pieces.step(query), searches ? paging.perPage * ID_BYTES : 0);
    if (paging.perPage > WHOLE_PAGE) {
      if (!searches) return sendPieces(reply, this.pieces.page(paging));
      return sendPieces(reply, this.pieces.found(query, paging), paging.perPage * ID_BYTES);
    }
    const list = searches ? this.search.list(query, paging) : this.customers.list(paging);
    return andThen(list, (body) => sendBody(reply, 200, body));
  }

  @Get(':id')
  @Requires('read')
  @ApiOperation({ operationId: 'getCustomer', summary: 'One customer, as it is or as it was' })
  @ApiHeader({ name: 'If-None-Match', required: false, description: 'Answer 304 if this ETag still holds.' })
  @CUSTOMER_ID
  @AT
  @ApiOkResponse({ type: CustomerAnswer, headers: ETAG })
  @ApiResponse({ status: 304, description: 'Not modified' })
  @NOT_FOUND
  @ApiConflictResponse({ type: ErrorAnswer, description: '`log_incomplete`: the log does not reach back to `at`.' })
  @Direct()
  show(request: DirectRequest, reply: FastifyReply): Awaitable<void> {
    const { id } = request.params;
    const { at } = request.query;
    return andThen(at === undefined ? this.customers.show(id) : this.past.show(id, at), (customer) =>
      sendEntity(request, reply, 200, customer),
    );
  }

  @Post()
  @Requires('write')
  @ApiOperation({
    operationId: 'createCustomer',
    summary: 'Create a customer, or make its attributes exactly those sent',
  })
  @IF_MATCH
  @ApiHeader({ name: 'If-None-Match', required: false, description: '`*`: only if there is no customer with this id.' })
  @ApiCreatedResponse({ type: CustomerAnswer, headers: { ...ETAG, ...LOCATION } })
  @INVALID
  @SUPPRESSED
  @ApiPreconditionFailedResponse({ type: ErrorAnswer, description: '`customer_exists` or `customer_changed`' })
  async create(
    @Body(new BodyPipe(CreateCustomerBody)) body: CreateCustomerBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.customers.create(body.customer, { ifMatch, ifNoneMatch }, request.actor);
    sendEntity(request, reply, 201, answer, ['location', urlOfCustomer(body.customer.id)]);
  }

  @Patch(':id')
  @Requires('write')
  @ApiOperation({ operationId: 'updateCustomer', summary: 'Set and remove attributes of a customer' })
  @CUSTOMER_ID
  @IF_MATCH
  @ApiOkResponse({ type: CustomerAnswer, headers: ETAG })
  @INVALID
  @NOT_FOUND
  @SUPPRESSED
  @CHANGED
  async update(
    @Param('id') id: string,
    @Body(new BodyPipe(UpdateCustomerBody)) body: UpdateCustomerBody,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendEntity(
      request,
      reply,
      200,
      await this.customers.update(id, body.customer, { ifMatch, ifNoneMatch: undefined }, request.actor),
    );
  }

  @Delete(':id')
  @Requires('delete')
  @ApiOperation({
    operationId: 'deleteCustomer',
    summary: 'Delete a customer, or erase it; messages up to now are ignored from then on',
    description:
      'A deleted customer stays in the trash for `TRASH_DAYS`. An erased one is gone: its record, also in the trash, the identities of its ' +
      'messages, its history, its rejects, and its id in the audit. That needs the permission `manage` as well.',
  })
  @CUSTOMER_ID
  @ApiQuery({ name: 'erase', required: false, schema: { type: 'string', enum: ['true', 'false'], default: 'false' } })
  @IF_MATCH
  @ApiCreatedResponse({
    schema: { oneOf: [{ type: 'object', maxProperties: 0 }, { $ref: getSchemaPath(ErasureAnswer) }] },
    description:
      'Deleted; the body is `{}`. (201 is what the published contract says.) With `erase=true` it names the sources of the customer.',
  })
  @NOT_FOUND
  @CHANGED
  async remove(
    @Param('id') id: string,
    @Query('erase') erase: unknown,
    @Headers('if-match') ifMatch: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const preconditions = { ifMatch, ifNoneMatch: undefined };
    if (!asksToErase(erase)) {
      sendJson(reply, 201, await this.customers.remove(id, preconditions, request.actor));
      return;
    }
    checkPermission(request.actor, ['delete', 'manage']);
    sendJson(reply, 201, await this.customers.erase(id, preconditions, request.actor));
  }
}
