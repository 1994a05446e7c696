import type { FastifyInstance, FastifyRequest } from 'fastify';
import { API_CLIENT, type Actor } from '../domain/actor.js';
import type { Awaitable } from '../domain/awaitable.js';
import { DomainError, type ErrorCode } from '../domain/errors.js';
import { HEALTH, type CheckedRequest } from './host-and-origin.js';
import { checkPermission, type RouteAccess } from './route-permission.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** The client that acts. */
    actor: Actor;
    /** When the request began, in milliseconds of `performance.now()`. */
    startedAt: number;
  }
  interface FastifyInstance {
    /** Throws to refuse a request, independently of its credentials. */
    checkRequest: (request: CheckedRequest) => void;
    /** Rejects when a request that was admitted would not be any more. */
    checkAgain: (request: FastifyRequest) => Promise<void>;
  }
}

/**
 * Determines who acts in a request, or throws or rejects to refuse the request. It can read the config of the route:
 * `request.routeOptions.config`.
 * @param now in ms of `performance.now()`
 */
export type Admit = (request: FastifyRequest, now: number) => Awaitable<Actor>;

/** The rule of the server for who acts, and the token for Nest. */
export abstract class Admission {
  abstract readonly admit: Admit;
}

/** The refusals that keep a client from the data, but not from the page of the admin, which holds none and lets users log in. */
export const NO_ENTRY: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'forbidden', 'foreign_origin']);
const NOBODY: Actor = { ...API_CLIENT, permissions: [] };

/**
 * Adds the one hook that every request passes first, whatever answers it: a controller, a direct route, a file, a page or a 404. It
 * checks where the request comes from, then who acts, then the permission of the route. Must be called before any route or plugin is
 * registered. A request with a malformed URL has no route; http-adapter.ts refuses it after the same check. Who sends live messages is found
 * by their handler.
 * @param check throws to refuse a request, independently of its credentials: see host-and-origin.ts
 */
export function admitRequests(fastify: FastifyInstance, check: (request: CheckedRequest) => void, admit: Admit): void {
  fastify.decorate('checkRequest', check);
  fastify.decorate('checkAgain', async (request: FastifyRequest) => {
    checkPermission(await admit(request, performance.now()), request.routeOptions.config.permission);
  });
  fastify.decorateRequest('actor');
  fastify.decorateRequest('startedAt', 0);
  fastify.addHook('onRequest', (request, _reply, done) => {
    request.startedAt = performance.now();
    check(request);
    // Read once: Fastify makes it anew each time.
    const { permission, isLive } = request.routeOptions.config;
    if (isLive || isProbe(request, permission)) {
      // The handler of a live path finds out who sends, and a probe is answered to anyone.
      request.actor = NOBODY;
      done();
      return;
    }
    try {
      const admitted = admit(request, request.startedAt);
      if (admitted instanceof Promise) {
        admitted
          .then((actor) => enter(request, actor, permission))
          .then(
            () => done(),
            (error: unknown) => refuse(request, error, done),
          );
        return;
      }
      enter(request, admitted, permission);
    } catch (error) {
      refuse(request, error, done);
      return;
    }
    done();
  });
}

/** Tells a request for the health, which must not wait until a database that hangs tells who may do what. */
function isProbe({ headers, raw }: FastifyRequest, permission: RouteAccess | undefined): boolean {
  return raw.url?.startsWith(HEALTH) === true && headers.authorization === undefined && permission === 'public';
}

function enter(request: FastifyRequest, actor: Actor, permission: RouteAccess | undefined): void {
  checkPermission(actor, permission);
  request.actor = actor;
}

/** Refuses a request, unless the page of the admin answers it. */
function refuse(request: FastifyRequest, error: unknown, done: (error?: Error) => void): void {
  if (error instanceof DomainError && NO_ENTRY.has(error.code) && request.server.isPage(request)) {
    request.actor = NOBODY;
    done();
  } else {
    // Safe: nothing else is thrown.
    done(error as Error);
  }
}

/**
 * Describes the client by headers that a browser sets and a script in it cannot change. A request from a page of this server comes from
 * the web admin, any other from a program. A program outside of a browser can send the same headers, so this is no authorisation.
 *
 * `Sec-Fetch-Site` decides when it is present. Browsers omit it over plain HTTP to another machine. Then the `Origin`, which they send with every
 * edit, has to name the host of the request.
 */
export function kindOf({ headers }: Pick<FastifyRequest, 'headers'>): Actor['kind'] {
  const { 'sec-fetch-site': site, origin, host } = headers;
  if (site !== undefined) return site === 'same-origin' ? 'admin' : 'api';
  if (origin === undefined || host === undefined) return 'api';
  return origin.replace(/^https?:\/\//, '').toLowerCase() === host.toLowerCase() ? 'admin' : 'api';
}
