import { FastifyAdapter } from '@nestjs/platform-fastify';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorBody } from './error-filter.js';
import { requestId } from './observe-requests.js';

/** What a body may have, in bytes: some thousands of attributes of usual length, hundreds of the longest. */
export const BODY_BYTES = 16 * 1024 * 1024;
/** An id has up to 150 bytes, each of which may be percent-encoded. */
const PATH_SEGMENT_CHARACTERS = 500;

/** Fastify, set up so that real clients get along with it. */
export function httpAdapter(): FastifyAdapter {
  const fastify = Fastify({
    bodyLimit: BODY_BYTES,
    genReqId: requestId,
    // What comes while the server closes is answered: see closeConnections().
    return503OnClosing: false,
    routerOptions: { maxParamLength: PATH_SEGMENT_CHARACTERS, ignoreTrailingSlash: true },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const body = errorBody(error);
      void reply.status(body.statusCode).type('application/json; charset=utf-8').send(JSON.stringify(body));
    },
  });
  return new LeanAdapter(fastify);
}

/**
 * Nest's adapter without middleware and without the hooks that serve middleware, Nest's CORS, versions of routes and listeners. Roster uses none of
 * these, and together they cost a third of what a read costs. Nest adds its hooks to the instance that it is made with, which is
 * a spare one here.
 */
class LeanAdapter extends FastifyAdapter {
  constructor(fastify: FastifyInstance) {
    super(Fastify());
    this.setInstance(fastify);
  }

  override init(): Promise<void> {
    return Promise.resolve();
  }
}
