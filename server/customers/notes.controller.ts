import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiNoContentResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LIMITS } from '../domain/limits.js';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson, sendPieces } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { NoteAnswer, NoteBody, NotesAnswer } from './notes.dto.js';
import { NotesService } from './notes.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'string', maxLength: 150 }, example: '1004' });
const NOTE = ApiParam({ name: 'note', schema: { type: 'integer', format: 'int64' } });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' });
const NO_CUSTOMER = ApiNotFoundResponse({
  type: ErrorAnswer,
  description: '`customer_not_found`: there is no such customer, or it was deleted.',
});
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`customer_not_found` or `note_not_found`' });

/** Routes of the notes on a customer. */
@ApiTags('notes')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('customers/:id/notes')
export class NotesController {
  constructor(private readonly notes: NotesService) {}

  @Get()
  @Requires('read')
  @ApiOperation({ operationId: 'listNotes', summary: 'The notes on a customer, the newest first' })
  @ID
  @ApiQuery({ name: 'before', required: false, type: String, description: '`meta.next` of the page before.' })
  @ApiQuery({
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, maximum: LIMITS.notes, default: 50 },
  })
  @ApiOkResponse({ type: NotesAnswer })
  @INVALID
  @NO_CUSTOMER
  async list(
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await sendPieces(reply, this.notes.page(id, query));
  }

  @Post()
  @Requires('write')
  @ApiOperation({ operationId: 'addNote', summary: 'Write a note on a customer; its record stays as it is' })
  @ID
  @ApiCreatedResponse({ type: NoteAnswer })
  @INVALID
  @NO_CUSTOMER
  async add(
    @Param('id') id: string,
    @Body(new BodyPipe(NoteBody)) body: NoteBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 201, await this.notes.add(id, body.note.text, request.actor));
  }

  @Patch(':note')
  @Requires('write')
  @ApiOperation({ operationId: 'editNote', summary: 'Change the text of a note' })
  @ID
  @NOTE
  @ApiOkResponse({ type: NoteAnswer })
  @INVALID
  @NOT_FOUND
  async edit(
    @Param('id') id: string,
    @Param('note') note: string,
    @Body(new BodyPipe(NoteBody)) body: NoteBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, await this.notes.edit(id, note, body.note.text, request.actor));
  }

  @Delete(':note')
  @Requires('write')
  @HttpCode(204)
  @ApiOperation({ operationId: 'removeNote', summary: 'Remove a note' })
  @ID
  @NOTE
  @ApiNoContentResponse({ description: 'Removed' })
  @NOT_FOUND
  async remove(@Param('id') id: string, @Param('note') note: string): Promise<void> {
    await this.notes.remove(id, note);
  }
}
