import { DomainError } from '../errors.js';
import type { Permission } from './permission.js';
import type { User } from './user.js';

/** A key for a program. Only its hash is kept. */
export interface Token {
  readonly id: number;
  readonly name: string;
  readonly permissions: readonly Permission[];
  /** The user who made it; undefined for the command line. */
  readonly creatorId: number | undefined;
  /** Milliseconds since the Unix epoch, like the other times. */
  readonly createdAt: number;
  /** Undefined for a token that does not expire. */
  readonly expiresAt: number | undefined;
  /** To the minute; undefined before the first use. */
  readonly usedAt: number | undefined;
}

/** A token before it is stored. `hash` is SHA-256 of the whole token. */
export type NewToken = Pick<Token, 'name' | 'permissions' | 'creatorId' | 'createdAt' | 'expiresAt'> & {
  readonly hash: Uint8Array;
};

/** A token with the user who made it; without one if the command line did. A token whose creator was removed is gone. */
export interface TokenWithCreator {
  readonly token: Token;
  readonly creator: User | undefined;
}

export function tokenNotFound(id: number): DomainError {
  return new DomainError('token_not_found', `There is no token with the number ${id}.`);
}
