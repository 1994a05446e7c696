import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { crossOriginHeaders } from './cors.js';
import { JSON_SECURITY_HEADERS, SECURITY_HEADERS, VIEWER, VIEWER_POLICY } from './security-headers.js';

/** Names and values of headers, alternating, as `writeHead` of Node takes them. */
export type HeaderList = string[];

/** The header that carries the id of a request, both in the request and in its answer. */
export const REQUEST_ID = 'x-request-id';

/** Answers show personal data: a shared cache must not store them, and a browser must ask before it reuses one. */
export const CACHE_CONTROL = 'private, no-cache';

const DEFAULTS = ['cache-control', CACHE_CONTROL, ...Object.entries(SECURITY_HEADERS).flat()];
const VARY = 'Origin, Accept';
const JSON_HEADERS = ['cache-control', CACHE_CONTROL, ...Object.entries(JSON_SECURITY_HEADERS).flat()];

/**
 * Adds the headers of every JSON answer that is written to the socket directly (see send.ts).
 * @param varies a further header of the request that the answer depends on
 */
export function addJsonHeaders(headers: HeaderList, request: FastifyRequest, varies?: string): void {
  headers.push(REQUEST_ID, request.id, 'vary', varies === undefined ? VARY : `${VARY}, ${varies}`, ...JSON_HEADERS);
  if (request.headers.origin !== undefined) headers.push(...crossOriginHeaders(request));
}

/** Adds the headers of every other answer (files, pages, streams, errors), unless the answer has its own value for one. */
export function completeAnswers(fastify: FastifyInstance, varyOf: (request: FastifyRequest) => string): void {
  fastify.addHook('onSend', (request, reply, payload, done) => {
    const own = reply.getHeader('vary');
    const vary = varyOf(request);
    void reply.header(REQUEST_ID, request.id).header('vary', own === undefined ? vary : `${vary}, ${String(own)}`);
    addAll(reply, crossOriginHeaders(request));
    if (VIEWER.test(request.url)) void reply.header('content-security-policy', VIEWER_POLICY);
    addAll(reply, DEFAULTS);
    done(null, payload);
  });
}

function addAll(reply: FastifyReply, list: HeaderList): void {
  for (let at = 0; at < list.length; at += 2) {
    if (!reply.hasHeader(list[at])) void reply.header(list[at], list[at + 1]);
  }
}
