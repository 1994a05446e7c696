import { Body, Controller, Delete, Get, Param, Patch, Post, Req, Res } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiCreatedResponse,
  ApiDefaultResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ErrorAnswer } from '../http/error.dto.js';
import { Requires } from '../http/route-permission.js';
import { sendJson } from '../http/send.js';
import { BodyPipe } from '../http/validation.js';
import { CreateUserBody, LinkAnswer, NewUserAnswer, UpdateUserBody, UserAnswer, UserList } from './user.dto.js';
import { UsersService } from './users.service.js';

const ID = ApiParam({ name: 'id', schema: { type: 'integer' }, example: 1 });
const NOT_FOUND = ApiNotFoundResponse({ type: ErrorAnswer, description: '`user_not_found`' });
const INVALID = ApiBadRequestResponse({ type: ErrorAnswer, description: '`invalid_request` or `invalid_json`' });
const CONFLICT = ApiConflictResponse({ type: ErrorAnswer, description: '`email_taken`; `last_admin`' });

/** Routes of `/users`: the people who may log in. */
@ApiTags('access')
@ApiDefaultResponse({ type: ErrorAnswer, description: 'Every other failure' })
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Requires('manage')
  @ApiOperation({ operationId: 'listUsers', summary: 'All users' })
  @ApiOkResponse({ type: UserList })
  async list(@Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.users.list()));
  }

  @Get(':id')
  @Requires('manage')
  @ApiOperation({ operationId: 'getUser', summary: 'One user' })
  @ID
  @ApiOkResponse({ type: UserAnswer })
  @NOT_FOUND
  async show(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.users.show(id)));
  }

  @Post()
  @Requires('manage')
  @ApiOperation({ operationId: 'createUser', summary: 'Invite a user; closes an open server' })
  @ApiCreatedResponse({ type: NewUserAnswer })
  @INVALID
  @CONFLICT
  async create(
    @Body(new BodyPipe(CreateUserBody)) { user }: CreateUserBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 201, JSON.stringify(await this.users.create(user, request.actor)));
  }

  @Patch(':id')
  @Requires('manage')
  @ApiOperation({ operationId: 'updateUser', summary: 'Change what is named, leave the rest' })
  @ID
  @ApiOkResponse({ type: UserAnswer })
  @INVALID
  @NOT_FOUND
  @CONFLICT
  async update(
    @Param('id') id: string,
    @Body(new BodyPipe(UpdateUserBody)) { user }: UpdateUserBody,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    sendJson(reply, 200, JSON.stringify(await this.users.update(id, user, request.actor)));
  }

  @Delete(':id')
  @Requires('manage')
  @ApiOperation({ operationId: 'deleteUser', summary: 'Remove a user with its sessions and tokens' })
  @ID
  @ApiOkResponse({ schema: { type: 'object', example: {} } })
  @NOT_FOUND
  @CONFLICT
  async remove(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.users.remove(id, request.actor);
    sendJson(reply, 200, '{}');
  }

  @Post(':id/link')
  @Requires('manage')
  @ApiOperation({
    operationId: 'createUserLink',
    summary: 'Make a link by which a user sets its password; older ones end',
  })
  @ID
  @ApiCreatedResponse({ type: LinkAnswer })
  @NOT_FOUND
  async link(@Param('id') id: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    sendJson(reply, 201, JSON.stringify(await this.users.link(id, request.actor)));
  }
}
