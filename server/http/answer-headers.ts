import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { crossOriginHeaders } from './cors.js';
import { JSON_SECURITY_HEADERS, SECURITY_HEADERS, VIEWER, VIEWER_POLICY } from './security-headers.js';

/** Names and values in turns, as Node takes them at once. */
export type HeaderList = string[];

/** Of a request as of its answer. */
export const REQUEST_ID = 'x-request-id';

const SECURITY = Object.entries(SECURITY_HEADERS).flat();
const VARY = 'Origin, Accept';
const OF_JSON = ['cache-control', 'no-cache', ...Object.entries(JSON_SECURITY_HEADERS).flat()];

/**
 * Adds what every answer carries that is JSON. It may be stored, but not used again without asking; and no cache may hand the one for
 * one origin, or a page, to another client.
 * @param varies other headers of the request that it depends on
 */
export function addJsonHeaders(headers: HeaderList, request: FastifyRequest, varies?: string): void {
  headers.push(REQUEST_ID, request.id, 'vary', varies === undefined ? VARY : `${VARY}, ${varies}`, ...OF_JSON);
  if (request.headers.origin !== undefined) headers.push(...crossOriginHeaders(request));
}

/**
 * Gives what Fastify sends itself (files, pages, streams, errors) what every answer carries, unless it has its own of that.
 * JSON brings its own: see send.ts.
 */
export function completeAnswers(fastify: FastifyInstance, varyOf: (request: FastifyRequest) => string): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const own = reply.getHeader('vary');
    const vary = varyOf(request);
    void reply.header(REQUEST_ID, request.id).header('vary', own === undefined ? vary : `${vary}, ${String(own)}`);
    addAll(reply, crossOriginHeaders(request));
    if (VIEWER.test(request.url)) void reply.header('content-security-policy', VIEWER_POLICY);
    addAll(reply, SECURITY);
    done(null, payload);
  });
}

function addAll(reply: FastifyReply, list: HeaderList): void {
  for (let at = 0; at < list.length; at += 2) {
    if (!reply.hasHeader(list[at])) void reply.header(list[at], list[at + 1]);
  }
}
