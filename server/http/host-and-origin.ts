import type { FastifyRequest } from 'fastify';
import { isIPv6 } from 'node:net';
import type { Config } from '../config/config.js';
import { hostNameOf, isLoopbackName } from '../config/host-name.js';
import { DomainError } from '../domain/errors.js';
import { isLivePath, isMalformedVendorUrl } from './live-path.js';

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/** Paths that a load balancer asks for by the address of a machine. */
export const HEALTH = '/health/';
const HOST = 'host';
/** The most characters of a foreign host or origin that a message repeats. */
const SHOWN_CHARACTERS = 255;

/** The settings that name the hosts of this server. */
export type KnownHosts = Pick<Config, 'host' | 'allowedHosts' | 'publicUrl'>;

/** The parts of a request that the check reads. Node hands over a CONNECT before Fastify makes a request of it. */
export type CheckedRequest = Pick<FastifyRequest, 'headers' | 'method' | 'raw' | 'server'> &
  Partial<Pick<FastifyRequest, 'routeOptions'>>;

/**
 * Makes the check that keeps web pages of other sites out of a server that trusts its network.
 *
 * - The `Host`, or the host of a target in absolute form, must be a loopback name, `HOST`, one of `ALLOWED_HOSTS` or that of `PUBLIC_URL`. A page whose name was rebound to the
 *   address of this server sends its own name. `/health/` is exempt.
 * - A request that changes something must not come from a page of another origin, unless that origin may call the API (see cors.ts).
 *   Programs send neither `Origin` nor `Sec-Fetch-Site`. A path of live messages is exempt: it opens by the key of a source, which no browser
 *   sends by itself.
 *
 * @returns a function that throws DomainError `invalid_host`, `unknown_host` or `foreign_origin`
 */
export function hostAndOriginCheck(settings: KnownHosts): (request: CheckedRequest) => void {
  const isKnown = knownHosts(settings);
  const { publicUrl } = settings;
  return (request) => {
    const { host } = request.headers;
    checkTarget(request.raw.url ?? '', isKnown);
    if (!isKnown(host) || isRepeated(HOST, request.raw.rawHeaders)) checkHost(request, isKnown);
    if (SAFE_METHODS.has(request.method) || isLivePath(request) || isMalformedVendorUrl(request.raw.url ?? '')) return;
    checkOrigin(request, host, publicUrl);
  };
}

/** Tells whether a `Host` is known. The last one that was is remembered, as nearly all requests have the same. */
function knownHosts({ host, allowedHosts, publicUrl }: KnownHosts): (host: string | undefined) => boolean {
  const own = [isIPv6(host) ? `[${host}]` : host, ...allowedHosts, ...(publicUrl ? [new URL(publicUrl).host] : [])];
  const names = new Set(own.map(hostNameOf));
  let last: string | undefined;
  return (host) => {
    if (host === undefined) return false;
    if (host === last) return true;
    const name = hostNameOf(host);
    if (name === undefined || !(isLoopbackName(name) || names.has(name))) return false;
    last = host;
    return true;
  };
}

/** Tells whether `HOST` is reached from this machine only. */
export function isLoopbackHost(host: string): boolean {
  const name = hostNameOf(isIPv6(host) ? `[${host}]` : host);
  return name !== undefined && isLoopbackName(name);
}

/**
 * Refuses a request by cookie that a page of another origin makes, whatever its method: browsers send cookies to every port of a host.
 * @param isSecure true when this server is reached over https; then a page over http is foreign
 * @throws DomainError `foreign_origin`
 */
export function checkOwnOrigin({ headers }: FastifyRequest, publicUrl: string | undefined, isSecure: boolean): void {
  const { origin = originOfPage(headers.referer), 'sec-fetch-site': site, host = '' } = headers;
  // `none` is an address that a person typed.
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (!isForeign && (origin === undefined || isOwn(origin, host, publicUrl, isSecure))) return;
  const page = origin === undefined ? 'another site' : `the origin ${shown(origin)}`;
  throw new DomainError('foreign_origin', `A page of ${page} may not use a login here. Send a token instead.`);
}

function originOfPage(referer: string | undefined): string | undefined {
  if (referer === undefined) return undefined;
  return URL.canParse(referer) ? new URL(referer).origin : 'null';
}

/**
 * Tells whether a header that may come once comes again. Node keeps the first in `headers`.
 * @param header its name in lower case
 * @param rawHeaders names and values, alternating
 */
export function isRepeated(header: string, rawHeaders: readonly string[]): boolean {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name.length === header.length && name.toLowerCase() === header) found++;
  }
  return found > 1;
}

/** Refuses a request whose host is not known or not clear. HTTP/1.0 has requests without a host; no browser sends them. */
function checkHost({ raw, headers: { host } }: CheckedRequest, isKnown: (host: string | undefined) => boolean): void {
  if (isRepeated(HOST, raw.rawHeaders)) {
    throw new DomainError('invalid_host', 'The request has more than one Host header. Send exactly one.');
  }
  if (host === undefined) {
    if (raw.httpVersion === '1.0') return;
    throw new DomainError('invalid_host', 'The request has no Host header. HTTP/1.1 requires one.');
  }
  if (isKnown(host) || raw.url?.startsWith(HEALTH)) return;
  throw unknownHost(host);
}

/** Refuses a target with a host of its own, as a proxy gets it, that is not known: that host counts, and not the header. */
function checkTarget(target: string, isKnown: (host: string | undefined) => boolean): void {
  if (target.startsWith('/')) return;
  const host = /^[a-z][a-z\d+.-]*:\/\/([^/?#]*)/i.exec(target)?.[1];
  if (host !== undefined && !isKnown(host)) throw unknownHost(host);
}

function unknownHost(host: string): DomainError {
  return new DomainError(
    'unknown_host',
    `This server does not answer for the host ${shown(host)}. If it should, set ALLOWED_HOSTS or PUBLIC_URL to that name.`,
  );
}

function checkOrigin({ headers, server }: CheckedRequest, host = '', publicUrl: string | undefined): void {
  const { origin, 'sec-fetch-site': site } = headers;
  if (origin === undefined ? site !== 'cross-site' : isOwn(origin, host, publicUrl) || server.isAllowedOrigin(origin)) {
    return;
  }
  throw new DomainError(
    'foreign_origin',
    `A page of ${origin === undefined ? 'another site' : `the origin ${shown(origin)}`} may not change anything here. If it should, add its origin to CORS_ORIGINS.`,
  );
}

/** An own origin has the host and the port of the request, or is that of `PUBLIC_URL`. `null` has neither. */
function isOwn(origin: string, host: string, publicUrl: string | undefined, isSecure = false): boolean {
  if (origin === publicUrl) return true;
  const scheme = /^https?:\/\//.exec(origin)?.[0];
  if (scheme === undefined) return false;
  const defaultPort = scheme === 'https://' ? ':443' : ':80';
  if (isSecure && scheme === 'http://' && !isLoopbackName(hostNameOf(host) ?? '')) return false;
  const own = host.toLowerCase();
  const asking = origin.slice(scheme.length).toLowerCase();
  return asking === own || asking + defaultPort === own;
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, SHOWN_CHARACTERS));
}
