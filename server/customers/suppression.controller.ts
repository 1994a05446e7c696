import { Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBadRequestResponse, ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { SuppressionAnswer } from './customer.dto.js';
import { CUSTOMER_ID } from './customer-id.parameter.js';
import { CustomersService } from './customers.service.js';

const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' });

/** Routes that suppress a customer, and let it come again. */
@ApiTags('customers')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers/:id')
export class SuppressionController {
  constructor(private readonly customers: CustomersService) {}

  @Post('suppress')
  @HttpCode(200)
  @Requires('delete')
  @ApiOperation({
    operationId: 'suppressCustomer',
    summary: 'Delete a customer, which need not exist, and reject every later message of it until it is unsuppressed',
  })
  @CUSTOMER_ID
  @ApiOkResponse({ type: SuppressionAnswer })
  @INVALID
  suppress(@Param('id') id: string, @Req() request: FastifyRequest): Promise<SuppressionAnswer> {
    return this.customers.suppress(id, request.actor);
  }

  @Post('unsuppress')
  @HttpCode(200)
  @Requires('delete')
  @ApiOperation({
    operationId: 'unsuppressCustomer',
    summary: 'Let messages and edits create a suppressed customer again; what was deleted stays so',
  })
  @CUSTOMER_ID
  @ApiOkResponse({ type: SuppressionAnswer })
  @INVALID
  unsuppress(@Param('id') id: string, @Req() request: FastifyRequest): Promise<SuppressionAnswer> {
    return this.customers.unsuppress(id, request.actor);
  }
}
