import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiBadRequestResponse, ApiDefaultResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CustomerQueryParameters } from '../customers/query.dto.js';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { sendStream } from '../http/send.js';
import { ExportsService } from './exports.service.js';

const ATTACHMENT = {
  'Content-Disposition': { description: 'The name of the file.', schema: { type: 'string' as const } },
};
const ORDER = 'In the order of ids, whatever `sort` and `order` say.';

/** All customers, or those of a query, as files. */
@ApiTags('exports')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('exports')
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Get('customers.csv')
  @ApiOperation({
    operationId: 'exportCustomersAsCsv',
    summary: 'Customers as CSV for spreadsheets (RFC 4180)',
    description:
      `${ORDER} Columns: id, last_updated, the attributes, the events as \`event:NAME\`; those that the customers have when it begins. ` +
      "A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets `'` before it, so that no spreadsheet takes it for a formula. " +
      'An attribute whose column would be taken for another one is called `attribute:NAME`.',
  })
  @CustomerQueryParameters()
  @ApiOkResponse({ headers: ATTACHMENT, content: { 'text/csv': { schema: { type: 'string', format: 'binary' } } } })
  @ApiBadRequestResponse({
    type: ErrorAnswer,
    description: `\`invalid_request\`: the query is not understood, or there would be more than ${LIMITS.csvColumns} columns.`,
  })
  async csv(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await send(request, reply, 'text/csv; charset=utf-8; header=present', 'customers.csv', () =>
      this.exports.csv(query),
    );
  }

  @Get('customers.jsonl')
  @ApiOperation({
    operationId: 'exportCustomersAsJsonLines',
    summary: 'Customers as messages that `ingest` reads back into an empty database',
    description:
      `${ORDER} Every attribute has its own timestamp, removed ones included; events come with made-up ids. ` +
      'Deleted customers are not in it, nor when a customer was deleted before it started anew.',
  })
  @CustomerQueryParameters()
  @ApiOkResponse({
    headers: ATTACHMENT,
    content: { 'application/x-ndjson': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`: the query is not understood.' })
  async jsonLines(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await send(request, reply, 'application/x-ndjson; charset=utf-8', 'customers.jsonl', () =>
      this.exports.jsonLines(query),
    );
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  type: string,
  file: string,
  open: () => Promise<AsyncIterable<string>>,
): Promise<void> {
  await sendStream(reply, type, async () => {
    const texts = await open();
    void reply.header('content-disposition', `attachment; filename="${file}"`);
    return request.method === 'HEAD' ? nothing() : texts;
  });
}

async function* nothing(): AsyncGenerator<string> {
  // A HEAD answer has no body: nothing is read for it.
}
