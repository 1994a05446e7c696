import type { User } from './user.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Times of the life of a session, in ms. */
export const SESSION_MS = {
  /** Without use. */
  idle: 7 * DAY_MS,
  /** In all. */
  most: 30 * DAY_MS,
  /** In all, if the single sign-on provider made it. */
  ofProvider: 12 * HOUR_MS,
  /** Between two questions to the provider whether such a session may go on. */
  refresh: 5 * MINUTE_MS,
  /** The last use is stored to this precision, so that reading needs no write. */
  precision: MINUTE_MS,
} as const;

/** A login of one browser. */
export interface Session {
  /** Number of the session, for lists. It opens nothing. */
  readonly id: number;
  readonly userId: number;
  /** Milliseconds since the Unix epoch, like the other times. */
  readonly createdAt: number;
  readonly usedAt: number;
  readonly endsAt: number;
  /** The address of the client at login, and what its browser calls itself; at most 255 characters. */
  readonly address: string;
  readonly userAgent: string;
  /** The refresh token of the provider, sealed by a key that only the cookie gives; undefined without one. */
  readonly sealedRefresh: Uint8Array | undefined;
  /** When the provider was last asked whether the session may go on; undefined for a session with a password. */
  readonly refreshedAt: number | undefined;
}

/** A session before it is stored. */
export interface NewSession extends Omit<Session, 'id' | 'usedAt'> {
  /** SHA-256 of the secret in the cookie. */
  readonly hash: Uint8Array;
  /** The address by which wrong passwords are counted, such as the /64 of an IPv6 address. */
  readonly network: string;
  /** The hash that the password was checked with, which must still be that of the user; undefined for a login without a password. */
  readonly passwordHash?: string | undefined;
}

export interface SessionWithUser {
  readonly session: Session;
  readonly user: User;
}

/** Tells whether a session has ended, by its own end or for want of use. */
export function hasEnded({ usedAt, endsAt }: Pick<Session, 'usedAt' | 'endsAt'>, now: number): boolean {
  return now >= endsAt || now - usedAt >= SESSION_MS.idle;
}
