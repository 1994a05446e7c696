import type { FastifyInstance, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Metrics } from '../metrics/metrics.js';
import { REQUEST_ID } from './answer-headers.js';

/** A request id that is safe to log. */
const SAFE_ID = /^[\w.:-]{1,128}$/;
const MS_PER_S = 1000;
const HEX = 16;
/** Digits of the last group of a UUID. */
const COUNTED_DIGITS = 12;

declare module 'fastify' {
  interface FastifyInstance {
    /** Tells the metrics that a request was answered. */
    observeAnswer: (request: FastifyRequest, status: number) => void;
  }
}

/** Ids are random for each process and counted in it: as unique as random ones, and cheaper. */
const ID_BEGIN = randomUUID().slice(0, -COUNTED_DIGITS);
let requests = 0;

/** Takes the id that a proxy has given a request, or makes a new one. The answer and every line of the log about the request carry it. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[REQUEST_ID];
  return typeof given === 'string' && SAFE_ID.test(given) ? given : newId();
}

function newId(): string {
  return ID_BEGIN + (++requests).toString(HEX).padStart(COUNTED_DIGITS, '0');
}

/**
 * Measures every request. An answer that Fastify sends ends when the connection has taken it. JSON ends when it was handed to the
 * connection, which saves the hottest routes three listeners a request.
 */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics): void {
  const observe = (request: FastifyRequest, status: number): void => {
    const { url = 'none' } = request.routeOptions;
    metrics.observeRequest(request.method, url, status, (performance.now() - request.startedAt) / MS_PER_S);
  };
  fastify.decorate('observeAnswer', observe);
  fastify.addHook('onSend', (request, reply, payload, done) => {
    reply.raw.once('close', () => observe(request, reply.statusCode));
    done(null, payload);
  });
}
