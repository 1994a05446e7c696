import { RouteConfig } from '@nestjs/platform-fastify';
import { FASTIFY_ROUTE_CONFIG_METADATA } from '@nestjs/platform-fastify/constants.js';
import type { FastifyContextConfig } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Size that a JSON body may have, in bytes, if it is not the usual one. */
    readonly bodyBytes?: number;
    /** Members and elements that a JSON body may have in all, if they are limited by more than its size. */
    readonly bodyValues?: number;
  }
}

/**
 * Adds members to the Fastify config of a route, which hooks read as `request.routeOptions.config`. The decorators of one method
 * add up. With Nest's own `RouteConfig` each would replace the others.
 */
export function addRouteConfig(config: FastifyContextConfig): MethodDecorator {
  return (prototype, name, descriptor) => {
    const method: unknown = descriptor.value;
    // Safe: only this decorator writes it.
    const known = Reflect.getMetadata(FASTIFY_ROUTE_CONFIG_METADATA, method as object) as
      FastifyContextConfig | undefined;
    RouteConfig({ ...known, ...config })(prototype, name, descriptor);
  };
}
