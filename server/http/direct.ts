import type { Type } from '@nestjs/common';
import { RouteConfig, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { ErrorFilter } from './error-filter.js';

/** A request as Fastify reads it: what is in the path is text, what is in the query is text or texts. */
export type DirectRequest = FastifyRequest<{
  Params: Readonly<Record<string, string>>;
  Querystring: Readonly<Record<string, unknown>>;
}>;

/** What a direct route does: it sends the answer itself, at once or when it has it. */
export type DirectHandler = (request: DirectRequest, reply: FastifyReply) => Promise<void> | undefined;

/** A method of a controller, as its route carries it until the controller was made. */
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
 * Makes Fastify call a method of a controller itself, with the request and the reply. Nest still names and documents the route, but its
 * pipes, guards, interceptors and parameter decorators, which cost a dozen promises a request, do not apply. For routes that are
 * called thousands of times a second. What is thrown meets the {@link ErrorFilter}, as everywhere.
 */
export function Direct() {
  return <Handler extends DirectHandler>(
    prototype: object,
    method: string,
    descriptor: TypedPropertyDescriptor<Handler>,
  ): void => {
    RouteConfig({ direct: { controller: prototype.constructor, method } })(prototype, method, descriptor);
  };
}

/** Lets the routes that are to come obey {@link Direct}. To be called before the application initialises. */
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
      // Fastify gets no promise: it would wait for it once more.
      instance[method](request, reply)?.catch((error: unknown) => errors.answer(error, reply));
    } catch (error) {
      errors.answer(error, reply);
    }
  };
  // Safe: without a schema of its own a route gets what DirectRequest says.
  return handler as RouteHandlerMethod;
}
