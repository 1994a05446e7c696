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
  return withoutHooks(fastify, () => new LeanAdapter(fastify));
}

/** There is no middleware, so its engine is not loaded: it costs every request. */
class LeanAdapter extends FastifyAdapter {
  override init(): Promise<void> {
    return Promise.resolve();
  }
}

/**
 * Nest hooks into every request five times, for middleware, its own CORS, versions of routes and listeners, none of which are used here.
 * Together that is a tenth of what a read costs.
 */
function withoutHooks<T>(fastify: FastifyInstance, make: () => T): T {
  const addHook = fastify.addHook.bind(fastify);
  fastify.addHook = () => fastify;
  try {
    return make();
  } finally {
    fastify.addHook = addHook;
  }
}
