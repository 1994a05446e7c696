import type { FastifyInstance } from 'fastify';
import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Metrics } from '../metrics/metrics.js';

const HEADER = 'x-request-id';
/** What may go into a log as it is. */
const SAFE_ID = /^[\w.:-]{1,128}$/;
const MS_PER_S = 1000;

/** The id that a proxy has given a request, or a new one: it stands in the answer and in every line of the log. */
export function requestId(request: Pick<IncomingMessage, 'headers'>): string {
  const given = request.headers[HEADER];
  return typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
}

/** Tells the metrics of every request, and every client the id of its own. */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    reply.header(HEADER, request.id);
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    metrics.observeRequest(request.method, route, reply.statusCode, reply.elapsedTime / MS_PER_S);
    done();
  });
}
