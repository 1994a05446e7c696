import type { FastifyInstance } from 'fastify';

const LOCALHOST = /^https?:\/\/(?:localhost|[\w-]+\.localhost|127\.0\.0\.1|\[::1\])(?::\d+)?$/i;
const EXPOSED = 'ETag, Location, Content-Disposition';
const PREFLIGHT: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE, OPTIONS',
  'access-control-allow-headers': 'Accept, Content-Type, Content-Encoding, If-Match, If-None-Match, X-Roster-Client',
  'access-control-max-age': '86400',
  'content-length': '0',
};

/**
 * Lets browsers on other origins call the API (https://fetch.spec.whatwg.org/#http-cors-protocol). Nest's own way copies the headers
 * of every answer, also of those that nobody on another origin asked for, which costs as much as reading a customer.
 * @param origins which ones; undefined is every localhost origin
 */
export function allowOrigins(fastify: FastifyInstance, origins: readonly string[] | undefined): void {
  const isAllowed = (origin: string): boolean => origins?.includes(origin) ?? LOCALHOST.test(origin);
  fastify.addHook('onRequest', (request, reply, done) => {
    const { origin } = request.headers;
    // A cache must not hand the answer for one origin to another.
    void reply.header('vary', 'Origin');
    if (origin === undefined) {
      done();
      return;
    }
    if (isAllowed(origin)) {
      void reply.headers({ 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED });
    }
    const preflight = request.method === 'OPTIONS' && 'access-control-request-method' in request.headers;
    if (preflight) void reply.status(204).headers(PREFLIGHT).send();
    else done();
  });
}
