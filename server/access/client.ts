import type { FastifyRequest } from 'fastify';
import type { Author, Origin } from '../domain/access/audit.js';
import type { Permission } from '../domain/access/permission.js';
import type { SessionWithUser } from '../domain/access/session.js';
import type { Token } from '../domain/access/token.js';
import type { User } from '../domain/access/user.js';
import type { Actor } from '../domain/actor.js';
import { DomainError } from '../domain/errors.js';
import { kindOf } from '../http/admission.js';
import { originOf } from '../http/client-address.js';

/** The author and the permissions that the credentials of a request, or the lack of them, give. It is the same for all requests with them. */
export interface Grant {
  readonly author: Author;
  readonly permissions: readonly Permission[];
  /** The session of a signed-in user. */
  readonly person?: SessionWithUser;
  readonly token?: Token;
}

/** The client of one request. Its members are determined when they are asked for, which most requests never do. */
export class Client implements Actor {
  constructor(
    private readonly request: FastifyRequest,
    readonly grant: Grant,
  ) {}

  /** `api` with a token and `admin` with a session; only without either do the headers decide. */
  get kind(): Actor['kind'] {
    if (this.grant.token) return 'api';
    if (this.grant.person) return 'admin';
    return kindOf(this.request);
  }

  get author(): Author {
    return this.grant.author;
  }

  get permissions(): readonly Permission[] {
    return this.grant.permissions;
  }

  get origin(): Origin {
    return originOf(this.request);
  }
}

export function authorOf(user: Pick<User, 'email'> & Partial<Pick<User, 'id'>>): Author {
  return { kind: 'user', id: user.id, name: user.email };
}

/** The grant of a request; undefined where a test decides who acts. */
export function grantOf({ actor }: FastifyRequest): Grant | undefined {
  return actor instanceof Client ? actor.grant : undefined;
}

/** The signed-in user of a request to a route for signed-in users. */
export function personOf(request: FastifyRequest): SessionWithUser {
  const person = grantOf(request)?.person;
  if (!person) throw new DomainError('unauthenticated', 'Log in first.');
  return person;
}
