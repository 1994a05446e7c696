import { hashOf, newSessionSecret, newTokenSecret } from '../../server/access/secrets.js';
import type { AccessRepository } from '../../server/domain/access/access-repository.js';
import type { Permission, Role } from '../../server/domain/access/permission.js';
import { SESSION_MS } from '../../server/domain/access/session.js';
import type { User } from '../../server/domain/access/user.js';
import { draft, newUser } from './access.js';

let users = 0;

/** Stores a user, which closes the database. */
export function makeUser(access: AccessRepository, role: Role, passwordHash?: string): Promise<User> {
  const user = newUser(`${role}-${++users}`, { role, ...(passwordHash !== undefined && { passwordHash }) });
  return access.createUser(user, draft('user.created', user.email), Date.now());
}

/** Begins a session of a user. @returns the headers that its browser sends */
export async function signIn(access: AccessRepository, { id }: User): Promise<{ cookie: string }> {
  const secret = newSessionSecret();
  const now = Date.now();
  await access.createSession(
    {
      hash: hashOf(secret),
      userId: id,
      createdAt: now,
      endsAt: now + SESSION_MS.most,
      address: '127.0.0.1',
      network: '127.0.0.1',
      userAgent: 'a test',
      sealedRefresh: undefined,
      refreshedAt: undefined,
    },
    draft('login'),
  );
  return { cookie: `roster_session=${secret}` };
}

/** Stores a token, which closes the database. @returns the headers of a program that uses it */
export async function giveToken(
  access: AccessRepository,
  permissions: readonly Permission[],
  creator?: User,
): Promise<{ authorization: string }> {
  const secret = newTokenSecret();
  await access.createToken(
    {
      hash: hashOf(secret),
      name: `to ${permissions.join(', ')}`,
      permissions,
      creatorId: creator?.id,
      createdAt: Date.now(),
      expiresAt: undefined,
    },
    draft('token.created'),
  );
  return { authorization: `Bearer ${secret}` };
}
