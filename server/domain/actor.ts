import { ANYONE, NOWHERE, type Author, type Origin } from './access/audit.js';
import { PERMISSIONS, type Permission } from './access/permission.js';

/** The client that acts in a request, for the history and the audit. */
export interface Actor {
  readonly kind: 'api' | 'admin';
  readonly author: Author;
  readonly permissions: readonly Permission[];
  readonly origin: Origin;
}

/** A program that calls the API of an open database. */
export const API_CLIENT: Actor = { kind: 'api', author: ANYONE, permissions: PERMISSIONS, origin: NOWHERE };

/** The web admin in a browser, over an open database. */
export const WEB_ADMIN: Actor = { ...API_CLIENT, kind: 'admin' };
