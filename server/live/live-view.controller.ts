import { Controller, Get, Headers, Query, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { numberOf } from '../access/read-number.js';
import { DomainError } from '../domain/errors.js';
import { CALL_OUTCOMES } from '../domain/sources/source.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendStream } from '../http/send.js';
import { LiveView, type CallFilter } from './live-view.js';

@ApiTags('sources')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('live')
export class LiveViewController {
  constructor(private readonly view: LiveView) {}

  @Get()
  @Requires('manage', 'read')
  @ApiOperation({
    operationId: 'watchCalls',
    summary: 'Server-sent events: the last 1000 live calls of this process, then each as it is answered',
    description:
      'An event `call` has the data `{"n","at","source","source_name","call","type"?,"user_id"?,"id"?,"name"?,"timestamp"?,"outcome","reason"?,' +
      '"message"?,"duplicate_of"?,"text"}`: `text` is the first 2 KiB of the call, and `duplicate_of` names the `id` that was known, with the time and ' +
      'the source of the first call while that is kept. An event `skipped` with `{"count"}` tells a listener that is too slow how many calls it lost. ' +
      '`Last-Event-ID` goes on behind a call.',
  })
  @ApiQuery({ name: 'source', required: false, schema: { type: 'integer' }, description: 'Only calls of this source.' })
  @ApiQuery({
    name: 'outcome',
    required: false,
    schema: { type: 'string' },
    description: `Only calls with one of these outcomes, separated by commas: ${CALL_OUTCOMES.join(', ')}.`,
  })
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' })
  async watch(
    @Query('source') source: unknown,
    @Query('outcome') outcome: unknown,
    @Headers('last-event-id') last: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const filter: CallFilter = { source: readSource(source), outcomes: readOutcomes(outcome) };
    const after = last === undefined ? undefined : numberOf(last);
    await sendStream(reply, 'text/event-stream', async (signal) => this.view.watch(filter, after, signal));
  }
}

function readSource(value: unknown): number | undefined {
  if (value === undefined || value === '') return undefined;
  const id = typeof value === 'string' ? numberOf(value) : undefined;
  if (id === undefined) throw refusal('source', 'must be the number of a source.');
  return id;
}

function readOutcomes(value: unknown): CallFilter['outcomes'] {
  if (value === undefined || value === '') return undefined;
  const names = typeof value === 'string' ? value.split(',') : [];
  const outcomes = names.flatMap((name) => CALL_OUTCOMES.find((one) => one === name) ?? []);
  if (outcomes.length !== names.length || names.length === 0) {
    throw refusal('outcome', `takes ${CALL_OUTCOMES.join(', ')}, separated by commas.`);
  }
  return new Set(outcomes);
}

function refusal(field: string, rest: string): DomainError {
  const message = `${field} ${rest}`;
  return new DomainError('invalid_request', message, [{ field, message }]);
}
