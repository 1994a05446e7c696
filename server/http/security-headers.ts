import type { FastifyInstance } from 'fastify';

/** The viewer of the API's description writes styles into its page. */
const VIEWER = /^\/docs(?:[/?]|$)/;

/** @param inline what may stand in a page itself, such as `'nonce-…'`; nothing by default */
export function contentSecurityPolicy(inline: { readonly script?: string; readonly style?: string } = {}): string {
  return [
    "default-src 'self'",
    `script-src 'self' ${inline.script ?? ''}`.trim(),
    `style-src 'self' ${inline.style ?? ''}`.trim(),
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join(';');
}

const STRICT_POLICY = contentSecurityPolicy();
const VIEWER_POLICY = contentSecurityPolicy({ style: "'unsafe-inline'" });

/** The same for every answer, so they are put together once. None asks for TLS: on a person's machine there is none. */
const HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': STRICT_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  // Other localhost origins may call the API: see CORS.
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** Keeps the pages, and what a browser makes of an answer, from harm. */
export function sendSecurityHeaders(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers(HEADERS);
    if (VIEWER.test(request.url)) void reply.header('content-security-policy', VIEWER_POLICY);
    done();
  });
}
