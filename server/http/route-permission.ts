import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Author } from '../domain/access/audit.js';
import type { Actor } from '../domain/actor.js';
import { missingPermission, type Permission, type RoutePermission } from '../domain/access/permission.js';
import { DomainError } from '../domain/errors.js';
import { addRouteConfig } from './route-config.js';

/**
 * The callers of a route: anyone (`public`), callers with all of some permissions, callers with one of some permissions, or `person`: a
 * signed-in user of any role, but no token.
 */
export type RouteAccess = RoutePermission | { readonly oneOf: readonly Permission[] } | 'person';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A request without a route needs a caller that is known. */
    readonly permission?: RouteAccess;
  }
}

/** Lets callers with all of these permissions call a route. */
export function Requires(...permissions: [Permission, ...Permission[]]): MethodDecorator {
  return addRouteConfig({ permission: permissions });
}

/** Lets callers with one of these permissions call a route, which checks the rest itself: see {@link checkPermission}. */
export function RequiresOneOf(...oneOf: [Permission, ...Permission[]]): MethodDecorator {
  return addRouteConfig({ permission: { oneOf } });
}

/** Lets anyone call a route. */
export function Public(): MethodDecorator {
  return addRouteConfig({ permission: 'public' });
}

/** Lets signed-in users call a route that is about themselves. */
export function SignedIn(): MethodDecorator {
  return addRouteConfig({ permission: 'person' });
}

/** Sets the permission of routes that a package declares. @param concerns tells whether a path is one of them */
export function givePermission(
  fastify: FastifyInstance,
  permission: RouteAccess,
  concerns: (url: string) => boolean = () => true,
): void {
  fastify.addHook('onRoute', (route) => {
    if (concerns(route.url)) route.config = { ...route.config, permission };
  });
}

/** Stops the start of a server in which a route has no permission. Must be called before any route is declared. */
export function requirePermissions(fastify: FastifyInstance): void {
  const routes: RouteOptions[] = [];
  fastify.addHook('onRoute', (route) => {
    routes.push(route);
  });
  fastify.addHook('onReady', (done) => {
    const open = routes.filter(({ config }) => config?.permission === undefined);
    const names = open.map(({ method, url }) => `${[method].flat().join(', ')} ${url}`);
    done(
      names.length === 0
        ? undefined
        : new Error(`No permission is set for ${names.join('; ')}. Add @Requires, @SignedIn or @Public.`),
    );
  });
}

/** @throws DomainError `unauthenticated`, `forbidden` */
export function checkPermission({ author, permissions }: Actor, needed: RouteAccess = []): void {
  if (needed === 'public') return;
  if (needed === 'person') {
    if (author.kind === 'user') return;
    if (author.kind === 'anyone') throw unauthenticated();
    throw new DomainError('forbidden', 'This is for people who are signed in. A token may not do it.');
  }
  // Anyone has all permissions on an open server, and none on a closed one.
  if (author.kind === 'anyone' && permissions.length === 0) throw unauthenticated();
  if ('oneOf' in needed) {
    if (!needed.oneOf.some((permission) => permissions.includes(permission))) throw forbidden(author, needed.oneOf);
    return;
  }
  const missing = missingPermission(permissions, needed);
  if (missing !== undefined) throw forbidden(author, [missing]);
}

function forbidden({ kind }: Author, missing: readonly Permission[]): DomainError {
  const names = missing.map((permission) => `"${permission}"`).join(' or ');
  const caller = kind === 'token' ? 'token' : 'user';
  return new DomainError('forbidden', `This needs the permission ${names}, which the ${caller} does not have.`);
}

function unauthenticated(): DomainError {
  return new DomainError('unauthenticated', 'Log in, or send a token: Authorization: Bearer rst_…');
}
