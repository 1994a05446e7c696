import type { Author, Origin } from './access/audit.js';
import { PERMISSIONS, type Permission } from './access/permission.js';

/** The client that makes a request, and what it may do. */
export interface Actor {
  /** The web admin in a browser, or a program that calls the API. It grants nothing. */
  readonly kind: 'api' | 'admin';
  readonly author: Author;
  readonly permissions: readonly Permission[];
  readonly origin: Origin;
}

/** The author of what a client without a login does. */
export const ANYONE: Author = { kind: 'anyone', id: undefined, name: '' };

const UNKNOWN_ORIGIN: Origin = { address: undefined, requestId: undefined };

/** A program that calls the API of an open server. */
export const API_CLIENT: Actor = { kind: 'api', author: ANYONE, permissions: PERMISSIONS, origin: UNKNOWN_ORIGIN };

/** The web admin of an open server. */
export const WEB_ADMIN: Actor = { ...API_CLIENT, kind: 'admin' };
