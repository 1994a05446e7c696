import type { FastifyRequest } from 'fastify';
import type { ErrorBody } from './error-filter.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * True for a path of live messages. Its handler checks the key and reads the body, whatever its type. Pages of any origin may call it, no
     * cookie is read for it, and it is never a page of the admin.
     */
    readonly isLive?: boolean;
  }
}

/** The paths of vendors. */
const VENDOR = /^\/(?:v1|api\/v[12]|unsubscribe)(?:[/?#]|$)/;
/** Headers of the answer to a preflight, besides the headers that it asks for. */
const PREFLIGHT = {
  'access-control-allow-methods': 'POST, GET, OPTIONS',
  // Two hours; browsers take no more.
  'access-control-max-age': '7200',
  'content-length': '0',
};

/** True for a request to a path of live messages. One with a malformed URL has no route: see {@link isMalformedVendorUrl}. */
export function isLivePath({ routeOptions }: Partial<Pick<FastifyRequest, 'routeOptions'>>): boolean {
  return routeOptions?.config.isLive === true;
}

/** True for the URL of a path of a vendor, also where it is malformed. */
export function isVendorUrl(url: string): boolean {
  return VENDOR.test(url);
}

/** True for a malformed URL below the paths of vendors, which has no route. */
export function isMalformedVendorUrl(url: string): boolean {
  if (!isVendorUrl(url)) return false;
  try {
    decodeURI(url);
    return false;
  } catch {
    return true;
  }
}

/** True for a request of a page. A browser that does not name the page still says when it is of another site. */
export function isFromPage({ headers }: Pick<FastifyRequest, 'headers'>): boolean {
  return headers.origin !== undefined || headers['sec-fetch-site'] === 'cross-site';
}

/** The headers by which a page of any origin reads an answer of a live path. */
export function liveOriginHeaders(origin: string): string[] {
  return ['access-control-allow-origin', origin, 'access-control-expose-headers', 'Retry-After'];
}

/** The headers of the answer to a preflight for a live path, besides those of every answer. */
export function livePreflightHeaders({ headers }: Pick<FastifyRequest, 'headers'>): Record<string, string> {
  const asked = headers['access-control-request-headers'];
  return { ...PREFLIGHT, ...(asked !== undefined && { 'access-control-allow-headers': asked }) };
}

/** An error as the clients of vendors read it, besides Roster's own members: customerio-node takes its text from `meta`, and `errors` is of its version 2. */
export function asVendorError(body: ErrorBody): object {
  return { ...body, meta: { error: body.message, errors: [body.message] }, errors: [] };
}
