import { FastifyAdapter } from '@nestjs/platform-fastify';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { TrustedProxies } from '../config/trusted-proxies.js';
import { addJsonHeaders } from './answer-headers.js';
import { withoutPorts } from './client-address.js';
import { pathOfCustomer } from './dot-ids.js';
import { errorBody } from './error-filter.js';
import { HTTP_LIMITS, type HttpLimits } from './limits.js';
import { requestId } from './observe-requests.js';
import { asVendorError, isVendorUrl, liveOriginHeaders } from './live-path.js';
import { refuseExpectation, refuseTunnel, refuseUnparsed } from './unparsed-requests.js';

const FORWARDED_FOR = 'x-forwarded-for';
const JSON_TYPE = 'application/json; charset=utf-8';
/** Limit of one segment of a path, in characters: an id has up to 150 bytes, each of which may be percent-encoded. */
const PATH_SEGMENT_CHARACTERS = 500;

declare module 'fastify' {
  interface FastifyInstance {
    limits: HttpLimits;
  }
}

/**
 * Creates the adapter, and Fastify with the settings that real clients need.
 * @param trustProxy the proxies whose `X-Forwarded-For` is believed; none by default
 */
export function httpAdapter(limits: HttpLimits = HTTP_LIMITS, trustProxy?: TrustedProxies): FastifyAdapter {
  const { most, headMs, checkMs, keepAliveMs, headBytes } = limits.connections;
  const fastify = Fastify({
    http: {
      // A request without a host is answered in the shape of every error: see host-and-origin.ts.
      requireHostHeader: false,
      headersTimeout: headMs,
      connectionsCheckingInterval: checkMs,
      maxHeaderSize: headBytes,
    },
    keepAliveTimeout: keepAliveMs,
    clientErrorHandler: refuseUnparsed,
    genReqId: requestId,
    ...(trustProxy !== undefined && { trustProxy: typeof trustProxy === 'number' ? trustProxy : [...trustProxy] }),
    // Requests that arrive while the server closes are answered: see closeConnections().
    return503OnClosing: false,
    routerOptions: { maxParamLength: PATH_SEGMENT_CHARACTERS, ignoreTrailingSlash: true },
    frameworkErrors: refuse,
  });
  fastify.decorate('limits', limits);
  fastify.server.maxConnections = most;
  // Before Fastify's own listener. Its option `rewriteUrl` costs a fifth of a read.
  fastify.server.prependListener('request', (request: IncomingMessage) => {
    const url = pathOfCustomer(request.url ?? '/');
    if (url !== request.url) request.url = url;
    const forwardedFor = request.headers[FORWARDED_FOR];
    if (trustProxy !== undefined && typeof forwardedFor === 'string') {
      request.headers[FORWARDED_FOR] = withoutPorts(forwardedFor);
    }
  });
  fastify.server.on('checkExpectation', refuseExpectation);
  fastify.server.on('connect', (raw, socket: Socket) => {
    const { headers, method = 'CONNECT' } = raw;
    refuseTunnel(socket, () => fastify.checkRequest({ headers, method, raw, server: fastify }));
  });
  return new LeanAdapter(fastify);
}

/** Refuses a request with a malformed URL, which has no route and so passes no hook. */
function refuse(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const body = errorBody(reasonToRefuse(error, request));
  const headers = ['content-type', JSON_TYPE];
  addJsonHeaders(headers, request);
  const { origin } = request.headers;
  const isVendors = isVendorUrl(request.raw.url ?? '');
  if (isVendors && origin !== undefined && !request.server.isAllowedOrigin(origin))
    headers.push(...liveOriginHeaders(origin));
  reply.hijack();
  reply.raw.writeHead(body.statusCode, headers).end(JSON.stringify(isVendors ? asVendorError(body) : body));
}

function reasonToRefuse(error: Error, request: FastifyRequest): unknown {
  try {
    request.server.checkRequest(request);
    return error;
  } catch (refusal) {
    return refusal;
  }
}

/**
 * Nest's adapter without middleware and without Nest's five hooks, which serve middleware, CORS, versions of routes and listeners. Roster
 * uses none of these, and together they add a third to the cost of a read. Nest adds the hooks in the constructor, to the Fastify instance
 * that it is given: here a spare one.
 */
class LeanAdapter extends FastifyAdapter {
  constructor(fastify: FastifyInstance) {
    super(Fastify());
    this.setInstance(fastify);
  }

  override init(): Promise<void> {
    return Promise.resolve();
  }

  /** Keeps the parsers of bodies of configure.ts. */
  override registerParserMiddleware(): void {
    // Nothing is added to them.
  }

  /** Keeps the error handler of configure.ts, which has to be set before the first route is declared. */
  override setErrorHandler(): FastifyInstance {
    return this.getInstance();
  }
}
