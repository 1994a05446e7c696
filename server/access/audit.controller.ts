import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AccessRepository } from '../domain/access/access-repository.js';
import { AUDIT_ACTIONS } from '../domain/access/audit.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { noteExport } from '../http/note-export.js';
import { Requires } from '../http/route-permission.js';
import { sendJson, sendStream } from '../http/send.js';
import { AUDIT_FORMS, auditLines, type AuditForm } from './audit-lines.js';
import { readAuditFilter, readAuditQuery } from './audit-query.js';
import { AuditList } from './audit.dto.js';
import { viewOfEntry } from './audit-view.js';

const TIME = { type: 'string', format: 'date-time' } as const;
const FILTERS = [
  ApiQuery({ name: 'action', required: false, schema: { type: 'string', enum: [...AUDIT_ACTIONS] } }),
  ApiQuery({ name: 'author', required: false, type: String, description: 'The name of the author, exactly.' }),
  ApiQuery({ name: 'target', required: false, type: String, description: 'What it is about, exactly.' }),
  ApiQuery({ name: 'since', required: false, schema: TIME, description: 'From this time on.' }),
  ApiQuery({ name: 'until', required: false, schema: TIME, description: 'Before this time.' }),
];

/** Adds the filters of the audit to the description of a route. */
function AuditFilters(): MethodDecorator {
  return (prototype, name, descriptor) => {
    for (const filter of FILTERS) filter(prototype, name, descriptor);
  };
}

const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`' });
const FILE = { schema: { type: 'string' as const, format: 'binary' } };

/** Routes of the audit: who did what, when, and from where. */
@ApiTags('access')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller()
export class AuditController {
  constructor(private readonly access: AccessRepository) {}

  @Get('audit')
  @Requires('manage')
  @ApiOperation({ operationId: 'listAudit', summary: 'Entries of the audit, the newest first' })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 } })
  @ApiQuery({
    name: 'before',
    required: false,
    schema: { type: 'integer', minimum: 1 },
    description: 'Only entries older than the one with this number.',
  })
  @AuditFilters()
  @ApiOkResponse({ type: AuditList })
  @INVALID
  async list(@Query() query: Record<string, unknown>, @Res() reply: FastifyReply): Promise<void> {
    const wanted = readAuditQuery(query);
    const found = await this.access.audit({ ...wanted, limit: wanted.limit + 1 });
    const entries = found.slice(0, wanted.limit).map(viewOfEntry);
    const next = found.length > wanted.limit ? entries.at(-1)?.id : undefined;
    const answer: AuditList = { entries, meta: { ...(next !== undefined && { next }) } };
    sendJson(reply, 200, JSON.stringify(answer));
  }

  @Get('exports/audit.jsonl')
  @Requires('manage', 'export')
  @ApiOperation({ operationId: 'exportAuditAsJsonLines', summary: 'The audit as JSON lines, the newest entry first' })
  @AuditFilters()
  @ApiOkResponse({ content: { 'application/x-ndjson': FILE } })
  @INVALID
  async jsonLines(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send('jsonl', query, request, reply);
  }

  @Get('exports/audit.csv')
  @Requires('manage', 'export')
  @ApiOperation({
    operationId: 'exportAuditAsCsv',
    summary: 'The audit as CSV for spreadsheets, the newest entry first',
  })
  @AuditFilters()
  @ApiOkResponse({ content: { 'text/csv': FILE } })
  @INVALID
  async csv(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.send('csv', query, request, reply);
  }

  private async send(
    form: AuditForm,
    query: Record<string, unknown>,
    { method, actor }: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> {
    const filter = readAuditFilter(query);
    const file = `audit.${form}`;
    if (method !== 'HEAD') await noteExport(this.access, actor, file);
    void reply.header('content-disposition', `attachment; filename="${file}"`);
    await sendStream(reply, AUDIT_FORMS[form], async () => auditLines(this.access, filter, form));
  }
}
