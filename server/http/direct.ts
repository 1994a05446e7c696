import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import type { Awaitable } from '../domain/awaitable.js';
import { ErrorFilter } from './error-filter.js';
import { addRouteConfig } from './route-config.js';

/** A request as Fastify reads it: members of the path are texts, members of the query are texts or lists of texts. */
export type DirectRequest = FastifyRequest<{
  Params: Readonly<Record<string, string>>;
  Querystring: Readonly<Record<string, unknown>>;
}>;

/** The handler of a direct route, which sends the answer itself. */
export type DirectHandler = (request: DirectRequest, reply: FastifyReply) => Awaitable<void>;

/** A method of a controller. The config of a route names it, as the controller does not exist yet when the route is declared. */
interface DirectTarget {
  readonly controller: Type;
  readonly method: string;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly direct?: DirectTarget;
  }
}

/**
 * Makes Fastify call a method of a controller directly, with the request and the reply. Nest names and documents the route. All hooks of
 * Fastify apply, the admission of requests included. Nest's pipes, guards, interceptors and parameter decorators, which cost a dozen promises
 * a request, do not. Errors reach the {@link ErrorFilter}, as everywhere. Meant for routes that are called thousands of times a second.
 */
export function Direct() {
  return <Handler extends DirectHandler>(
    prototype: object,
    method: string,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    addRouteConfig({ direct: { controller: prototype.constructor as Type, method } })(prototype, method, descriptor);
  };
}

/** Makes routes obey {@link Direct}. Must be called before the application initialises, as it applies to routes that are declared later. */
export function callDirectly(app: NestFastifyApplication, errors: ErrorFilter): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRoute', (route) => {
    const { direct } = route.config ?? {};
    if (direct) route.handler = handlerOf(app, direct, errors);
  });
}

function handlerOf(
  app: NestFastifyApplication,
  { controller, method }: DirectTarget,
  errors: ErrorFilter,
): RouteHandlerMethod {
  const instance = app.get<Record<string, DirectHandler>>(controller, { strict: false });
  const handler = (request: DirectRequest, reply: FastifyReply): void => {
    try {
      // Not returned: Fastify would wait for the promise once more.
      instance[method](request, reply)?.catch((error: unknown) => errors.answer(error, reply));
    } catch (error) {
      errors.answer(error, reply);
    }
  };
  // Safe: a route without a schema gets a request of the type DirectRequest.
  return handler as RouteHandlerMethod;
}
