import type { FastifyInstance, FastifyRequest } from 'fastify';

const LOCALHOST = /^https?:\/\/(?:localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const EXPOSED = 'ETag, Location, Content-Disposition';
/** `X-Roster-Client` means nothing any more; older clients on other origins still send it. */
const PREFLIGHT: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'Accept, Content-Type, Content-Encoding, If-Match, If-None-Match, X-Roster-Client',
  'access-control-max-age': '86400',
  'content-length': '0',
};

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether a browser may call the API from there. */
    isAllowedOrigin: (origin: string) => boolean;
  }
}

/**
 * Lets browsers on other origins call the API (https://fetch.spec.whatwg.org/#http-cors-protocol). Nest's own way copies the headers
 * of every answer, also of those that nobody on another origin asked for, which costs as much as reading a customer.
 * @param origins which ones; undefined is every localhost origin
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[] | undefined): void {
  fastify.decorate('isAllowedOrigin', (origin: string) => origins?.includes(origin) ?? LOCALHOST.test(origin));
  // A route, as a hook would be asked at every request.
  fastify.options('*', (request, reply) => {
    const { origin, 'access-control-request-method': method } = request.headers;
    if (origin === undefined || method === undefined) reply.callNotFound();
    else void reply.status(204).headers(PREFLIGHT).send();
  });
}

/** What the answer to a request from another origin carries; nothing where that may not call. */
export function crossOriginHeaders({ headers: { origin }, server }: FastifyRequest): string[] {
  if (origin === undefined || !server.isAllowedOrigin(origin)) return [];
  return ['access-control-allow-origin', origin, 'access-control-expose-headers', EXPOSED];
}
