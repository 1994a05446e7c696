import { applyDecorators, Body, Controller, Get, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiDefaultResponse,
  ApiOkResponse,
  ApiOperation,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { readAllowIncomplete } from '../customers/log-completeness.js';
import { ALLOW_INCOMPLETE, CustomerQueryParameters } from '../customers/query.dto.js';
import { readCustomerQuery } from '../customers/read-query.js';
import { readSelection, type SelectionBut } from '../customers/read-selection.js';
import { ExportBody } from '../customers/selection.dto.js';
import { AccessRepository } from '../domain/access/access-repository.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { SELECTION_BODY } from '../http/limits.js';
import { noteExport } from '../http/note-export.js';
import { addRouteConfig } from '../http/route-config.js';
import { Requires } from '../http/route-permission.js';
import { sendFile } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { WRITTEN_ENCODINGS } from '../spreadsheets/sheet-encoder.js';
import { DELIMITER_NAMES, readCsvForm, readFileName } from './csv-form.js';
import { CSV_READERS } from './csv.js';
import { ExportsService } from './exports.service.js';
import type { Spool } from './spool.js';

const ATTACHMENT = {
  'Content-Disposition': { description: 'The name of the file.', schema: { type: 'string' as const } },
};
const FILE = { schema: { type: 'string' as const, format: 'binary' } };
const REPLACED = {
  'Replaced-Characters': {
    description: 'The number of characters that the encoding cannot hold; of windows-1252 only.',
    schema: { type: 'integer' as const },
  },
};
const CSV_FILE = ApiOkResponse({ headers: { ...ATTACHMENT, ...REPLACED }, content: { 'text/csv': FILE } });
const JSON_LINES_FILE = ApiOkResponse({ headers: ATTACHMENT, content: { 'application/x-ndjson': FILE } });
const INVALID_SELECTION = ApiBadRequestResponse({
  type: ErrorAnswer,
  description: '`invalid_request`, as of the query, or `invalid_json`.',
});
const CSV = 'customers.csv';
const JSON_LINES = { type: 'application/x-ndjson; charset=utf-8', name: 'customers.jsonl', audited: 'customers.jsonl' };
const COLUMNS =
  'A list of JSON: the columns in their order, each by its name (`id`, `last_updated`, `NAME` or `attribute:NAME`, `event:NAME`, `other_attributes`, `other_events`) ' +
  'or with the text of its header, as `{"column":"email","title":"E-mail"}`. All without it.';
const FORM = applyDecorators(
  ApiQuery({
    name: 'for',
    required: false,
    schema: { type: 'string', enum: [...CSV_READERS], default: 'spreadsheets' },
    description: 'What reads the file.',
  }),
  ApiQuery({
    name: 'delimiter',
    required: false,
    schema: { type: 'string', enum: [...DELIMITER_NAMES], default: ',' },
    description: 'What stands between two cells.',
  }),
  ApiQuery({
    name: 'encoding',
    required: false,
    schema: { type: 'string', enum: [...WRITTEN_ENCODINGS], default: 'utf-8' },
    description: 'A character that windows-1252 cannot hold becomes `?`; the header `Replaced-Characters` counts them.',
  }),
  ApiQuery({
    name: 'name',
    required: false,
    schema: { type: 'string', default: CSV },
    description: 'The name under which the file is saved.',
  }),
  ApiQuery({
    name: 'columns',
    required: false,
    type: String,
    description: COLUMNS,
    example: '["id","email",{"column":"first_name","title":"First name"}]',
  }),
);
const ORDER = 'As customers are at one moment, in the order of ids, whatever `sort` and `order` say.';

/** Routes that give out all customers, or those of a selection, as a file. */
@ApiTags('exports')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly exports: ExportsService,
    private readonly access: AccessRepository,
  ) {}

  @Get('customers.csv')
  @Requires('export')
  @ApiOperation({
    operationId: 'exportCustomersAsCsv',
    summary: 'Customers as CSV for spreadsheets (RFC 4180)',
    description:
      `${ORDER} Columns: id, last_updated, the attributes, the events as \`event:NAME\`; those that the customers have at that moment. ` +
      'For spreadsheets the file begins with a byte order mark, and a text that begins, after white space and controls, with `=`, `+`, `-` or `@` ' +
      'or a full-width form of these gets one tab before it, in quotes, so that it is not taken for a formula. For programs the texts are exact. ' +
      'An attribute whose column would be taken for another one is called `attribute:NAME`. ' +
      'If there are more names than a spreadsheet has columns, those of the fewest customers share the columns `other_attributes` and `other_events`, as JSON.',
  })
  @CustomerQueryParameters()
  @FORM
  @CSV_FILE
  @ApiBadRequestResponse({
    type: ErrorAnswer,
    description: '`invalid_request`: the query is not understood, or the file would be too long.',
  })
  @ALLOW_INCOMPLETE
  async csv(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const selection = readCustomerQuery(query);
    await this.exports.requireLog(selection, readAllowIncomplete(query.allow_incomplete));
    await this.sendCsv(request, reply, selection, query);
  }

  @Post('customers.csv')
  @Requires('export')
  @HttpCode(200)
  @addRouteConfig(SELECTION_BODY)
  @ApiOperation({
    operationId: 'exportSelectedCustomersAsCsv',
    summary: 'The same of a selection that is too long for a URL, such as many ids',
  })
  @FORM
  @CSV_FILE
  @INVALID_SELECTION
  @ALLOW_INCOMPLETE
  async selectedCsv(
    @Body(new BodyPipe(ExportBody)) { selection, allow_incomplete: allows = false }: ExportBody,
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const selected = readSelection(selection);
    await this.exports.requireLog(selected, readAllowIncomplete(query.allow_incomplete) || allows);
    await this.sendCsv(request, reply, selected, query);
  }

  @Get('customers.jsonl')
  @Requires('export')
  @ApiOperation({
    operationId: 'exportCustomersAsJsonLines',
    summary: 'Customers as messages that `ingest` reads back into an empty database',
    description:
      `${ORDER} The messages of the log, with their ids, times and data. What it lacks, such as edits and messages that ended, comes as ` +
      'made-up messages: every attribute with its own timestamp, removed ones included, and events with made-up ids. ' +
      'Deleted customers are not in it, nor when a customer was deleted before it started anew.',
  })
  @CustomerQueryParameters()
  @JSON_LINES_FILE
  @ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request`: the query is not understood.' })
  @ALLOW_INCOMPLETE
  async jsonLines(
    @Query() query: Record<string, unknown>,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const selection = readCustomerQuery(query);
    await this.exports.requireLog(selection, readAllowIncomplete(query.allow_incomplete));
    await this.send(request, reply, JSON_LINES, (signal) => this.exports.jsonLines(selection, signal));
  }

  @Post('customers.jsonl')
  @Requires('export')
  @HttpCode(200)
  @addRouteConfig(SELECTION_BODY)
  @ApiOperation({
    operationId: 'exportSelectedCustomersAsJsonLines',
    summary: 'The same of a selection that is too long for a URL, such as many ids',
  })
  @JSON_LINES_FILE
  @INVALID_SELECTION
  @ALLOW_INCOMPLETE
  async selectedJsonLines(
    @Body(new BodyPipe(ExportBody)) { selection, allow_incomplete: allows = false }: ExportBody,
    @Query('allow_incomplete') allowIncomplete: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const selected = readSelection(selection);
    await this.exports.requireLog(selected, readAllowIncomplete(allowIncomplete) || allows);
    await this.send(request, reply, JSON_LINES, (signal) => this.exports.jsonLines(selected, signal));
  }

  private async sendCsv(
    request: FastifyRequest,
    reply: FastifyReply,
    selection: SelectionBut,
    query: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    const form = readCsvForm(query);
    const type = `text/csv; charset=${form.encoding}; header=present`;
    const name = readFileName(query.name, CSV);
    await this.send(request, reply, { type, name, audited: CSV }, async (signal) => {
      const { spool, replaced } = await this.exports.csv(selection, form, signal);
      if (form.encoding === 'windows-1252') void reply.header('replaced-characters', replaced);
      return spool;
    });
  }

  /** Sends an export from its spool. The answer to a HEAD has no body, so nothing is read for it. */
  private async send(
    request: FastifyRequest,
    reply: FastifyReply,
    { type, name, audited }: typeof JSON_LINES,
    write: (signal: AbortSignal) => Promise<Spool>,
  ): Promise<void> {
    const disposition = contentDisposition(name);
    if (request.method === 'HEAD') {
      void reply.header('content-type', type).header('content-disposition', disposition).send(Readable.from([]));
      return;
    }
    await noteExport(this.access, request.actor, audited);
    await sendFile(reply, type, async (signal) => {
      const spool = await write(signal);
      void reply.header('content-disposition', disposition).header('content-length', spool.bytes);
      return spool;
    });
  }
}

/** Names a file as RFC 6266 says. @param name without quotes and backslashes */
function contentDisposition(name: string): string {
  const ascii = name.replace(/[^ -~]/gu, '?');
  const exact = encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"${ascii === name ? '' : `; filename*=UTF-8''${exact}`}`;
}
