import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AccessRepository } from '../domain/access/access-repository.js';
import { missingPermission, PERMISSIONS, permissionsOfToken, ROLE_PERMISSIONS } from '../domain/access/permission.js';
import type { TokenWithCreator } from '../domain/access/token.js';
import type { Actor } from '../domain/actor.js';
import { DomainError } from '../domain/errors.js';
import { grantOf } from './client.js';
import { Gate } from './gate.js';
import { numberOf } from './read-number.js';
import { hashOf, newTokenSecret } from './secrets.js';
import type { NewTokenAnswer, NewTokenFields, TokenList, TokenView } from './token.dto.js';

/** Rules of the API for tokens. */
@Injectable()
export class TokensService {
  constructor(
    private readonly access: AccessRepository,
    private readonly gate: Gate,
  ) {}

  async list(): Promise<TokenList> {
    return { tokens: (await this.access.tokens()).map(viewOf) };
  }

  /** @throws DomainError `forbidden` for a permission that the caller does not have, `invalid_request` for an expiry in the past */
  async create(fields: NewTokenFields, request: FastifyRequest): Promise<NewTokenAnswer> {
    const { actor } = request;
    const missing = missingPermission(actor.permissions, fields.permissions);
    if (missing !== undefined) {
      throw new DomainError('forbidden', `You do not have the permission "${missing}", so your token cannot have it.`);
    }
    const now = Date.now();
    const expiresAt = readExpiry(fields.expires_at, now);
    const grant = grantOf(request);
    const secret = newTokenSecret();
    const { author, origin } = actor;
    const token = await this.access.createToken(
      {
        hash: hashOf(secret),
        name: fields.name.trim(),
        permissions: fields.permissions,
        // A token that a token makes ends with the same user.
        creatorId: grant?.person?.user.id ?? grant?.token?.creatorId,
        createdAt: now,
        expiresAt,
      },
      {
        author,
        origin,
        action: 'token.created',
        target: fields.name.trim(),
        details: { permissions: fields.permissions },
      },
    );
    this.gate.forget();
    const listed = (await this.access.tokens()).find(({ token: { id } }) => id === token.id);
    return { token: Object.assign(viewOf(listed ?? { token, creator: undefined }), { secret }) };
  }

  /** @throws DomainError `token_not_found` */
  async remove(id: string, { author, origin }: Actor): Promise<void> {
    const number = numberOf(id);
    const found = (await this.access.tokens()).find(({ token }) => token.id === number);
    if (!found) throw new DomainError('token_not_found', `There is no token with the number ${JSON.stringify(id)}.`);
    const { token } = found;
    await this.access.removeToken(token.id, {
      author,
      origin,
      action: 'token.removed',
      target: token.name,
      details: {},
    });
    this.gate.forget();
  }
}

function readExpiry(text: string | null | undefined, now: number): number | undefined {
  if (text === null || text === undefined) return undefined;
  const expiresAt = Date.parse(text);
  if (expiresAt > now) return expiresAt;
  const message = 'token.expires_at must be a time that is to come.';
  throw new DomainError('invalid_request', message, [{ field: 'token.expires_at', message }]);
}

function viewOf({ token, creator }: TokenWithCreator): TokenView {
  const { id, name, permissions, createdAt, expiresAt, usedAt } = token;
  return {
    id,
    name,
    permissions,
    effective_permissions: effective(permissions, creator),
    creator: creator ? { id: creator.id, name: creator.name, email: creator.email } : null,
    created_at: new Date(createdAt).toISOString(),
    expires_at: expiresAt === undefined ? null : new Date(expiresAt).toISOString(),
    used_at: usedAt === undefined ? null : new Date(usedAt).toISOString(),
  };
}

function effective(
  permissions: TokenView['permissions'],
  creator: TokenWithCreator['creator'],
): TokenView['permissions'] {
  if (creator?.isDisabled) return [];
  return permissionsOfToken(permissions, creator ? ROLE_PERMISSIONS[creator.role] : PERMISSIONS);
}
