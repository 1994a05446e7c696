import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isLivePath, liveOriginHeaders } from './live-path.js';

const LOCALHOST = /^https?:\/\/(?:localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const EXPOSED = 'ETag, Location, Content-Disposition, Replaced-Characters, Retry-After';
/** Headers of the answer to a preflight. */
const PREFLIGHT: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match',
  'access-control-max-age': '86400',
  'content-length': '0',
};

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells whether a browser may call the API from this origin. */
    isAllowedOrigin: (origin: string) => boolean;
  }
}

/**
 * Lets browsers on other origins call the API (https://fetch.spec.whatwg.org/#http-cors-protocol). Nest's own CORS copies the headers
 * of every answer, requests of the same origin included, which costs as much as reading a customer.
 * @param origins that may call; undefined allows every localhost origin
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[] | undefined): void {
  fastify.decorate('isAllowedOrigin', (origin: string) => origins?.includes(origin) ?? LOCALHOST.test(origin));
  // A route costs other requests nothing; a hook would.
  fastify.options('*', { config: { permission: 'public' } }, (request, reply) => {
    const { origin, 'access-control-request-method': method } = request.headers;
    if (origin === undefined || method === undefined) reply.callNotFound();
    else void reply.status(204).headers(PREFLIGHT).send();
  });
}

/** Headers of the answer to a request from another origin. None when that origin may not call. */
export function crossOriginHeaders(request: FastifyRequest): string[] {
  const { headers, server } = request;
  const { origin } = headers;
  if (origin === undefined) return [];
  if (isLivePath(request)) return liveOriginHeaders(origin);
  if (!server.isAllowedOrigin(origin)) return [];
  return ['access-control-allow-origin', origin, 'access-control-expose-headers', EXPOSED];
}
