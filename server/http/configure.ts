import { Logger, UnsupportedMediaTypeException } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { DomainError } from '../domain/errors.js';
import { parseJson } from '../domain/json.js';
import { excessIn } from '../domain/json-extent.js';
import { LIMITS } from '../domain/limits.js';
import type { Config } from '../config/config.js';
import { Metrics } from '../metrics/metrics.js';
import { Admission, admitRequests, type Admit } from './admission.js';
import { completeAnswers } from './answer-headers.js';
import { boundConnections } from './connections.js';
import { closeConnections } from './close-connections.js';
import { allowOrigins } from './cors.js';
import { callDirectly } from './direct.js';
import { ErrorFilter } from './error-filter.js';
import { hostAndOriginCheck } from './host-and-origin.js';
import { keepChecking } from './keep-checking.js';
import { observeRequests } from './observe-requests.js';
import { refuseBrackets } from './parameter-names.js';
import { BodyReceiver } from './receive-body.js';
import { requirePermissions } from './route-permission.js';
import { prepareToSend } from './send.js';
import { serveWebAdmin, varyOf } from '../admin/web-admin.js';

/** Encodings whose bytes would be taken for rejected lines. */
const NO_GZIP = /\b(?:br|compress|deflate|zstd)\b/i;
const UPLOADS = /^\/(?:ingestions|imports)\/?$/;
const STREAM = 'application/x-roster-stream';
const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const MS_PER_S = 1000;

declare module 'fastify' {
  interface FastifyInstance {
    /** Must be called for a request that is answered before its body has arrived. */
    noteUnread: (request: FastifyRequest, reply: FastifyReply) => void;
  }
}

/**
 * Sets up everything between the socket and the controllers.
 * @param adminRoot folder of the built admin
 */
export async function configureHttp(
  app: NestFastifyApplication,
  config: Config,
  adminRoot: string,
  admit: Admit = app.get(Admission).admit,
): Promise<void> {
  const fastify = app.getHttpAdapter().getInstance();
  const { answers } = fastify.limits;
  boundConnections(fastify, answers);
  prepareToSend(fastify, answers.budget);
  const errors = new ErrorFilter();
  // Set before Nest would: a route that is declared earlier, such as a file, answers errors in the shape of Fastify.
  fastify.setErrorHandler((error, _request, reply) => errors.answer(error, reply));
  admitRequests(fastify, hostAndOriginCheck(config), admit);
  requirePermissions(fastify);
  app.useGlobalFilters(errors);
  callDirectly(app, errors);
  fastify.decorate('stopping', new AbortController());
  acceptBodies(fastify, closeConnections(fastify));
  refuseBrackets(fastify);
  observeRequests(fastify, app.get(Metrics));
  if (config.logLevel === 'debug' || config.logLevel === 'trace') logRequests(fastify);
  allowOrigins(fastify, config.corsOrigins);
  completeAnswers(fastify, varyOf);
  await serveWebAdmin(fastify, adminRoot);
}

/**
 * Accepts JSON bodies, absent ones included. An upload and a path of live messages accept any body, as a stream.
 * @param noteStream is called for each request with such a stream
 */
function acceptBodies(fastify: FastifyInstance, noteStream: ReturnType<typeof closeConnections>): void {
  const { bodies } = fastify.limits;
  const receiver = new BodyReceiver(bodies);
  // Fastify would pass plain text on as a string, which no route of this API takes.
  fastify.removeContentTypeParser(['application/json', 'text/plain']);
  fastify.addContentTypeParser('application/json', (request: FastifyRequest, payload: IncomingMessage, done) => {
    const { bodyBytes = bodies.bytes, bodyValues } = request.routeOptions.config;
    receiver.receive(payload, bodyBytes, (failure, body) => {
      let json: unknown;
      try {
        if (!failure) json = readJson(body, request.headers['content-encoding'], bodyValues);
      } catch (error) {
        failure = error instanceof Error ? error : new Error(String(error));
      }
      done(failure, json);
    });
  });
  fastify.addContentTypeParser(STREAM, (_request, payload, done) => done(null, payload));
  const takeLive: onRequestHookHandler = (request, _reply, done) => {
    request.headers['content-type'] = STREAM;
    done();
  };
  fastify.decorate('noteUnread', noteStream);
  // The type of the body says nothing: curl calls every body a form.
  const takeAsStream: onRequestHookHandler = (request, reply, done) => {
    const encoding = request.headers['content-encoding'] ?? '';
    if (NO_GZIP.test(encoding)) {
      done(
        new UnsupportedMediaTypeException(
          `A body in content-encoding ${encoding} is not taken. Send it plain or as gzip.`,
        ),
      );
      return;
    }
    request.headers['content-type'] = STREAM;
    noteStream(request, reply);
    keepChecking(reply);
    done();
  };
  fastify.addHook('onRoute', (route) => {
    if (route.method === 'POST' && UPLOADS.test(route.url)) route.onRequest = takeAsStream;
    if (route.config?.isLive) route.onRequest = takeLive;
  });
}

/**
 * Parses a JSON body, whose numbers keep their characters. An empty one is undefined: some clients send a content type with every
 * request, a DELETE included. A member called `__proto__` becomes an ordinary own member, which the domain refuses as the name of an
 * attribute.
 * @param values members and elements that it may have
 */
function readJson(body: Buffer, encoding: string | undefined, values: number | undefined): unknown {
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new UnsupportedMediaTypeException(`A body in content-encoding ${encoding} is not taken here; send it plain.`);
  }
  if (body.length === 0) return undefined;
  checkExtent(body, values);
  try {
    return parseJson(UTF_8.decode(body));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is not UTF-8';
    throw new DomainError('invalid_json', `The body is not valid JSON: ${reason}`, undefined, { cause: error });
  }
}

/** @throws DomainError `invalid_request`, `payload_too_large` */
function checkExtent(body: Buffer, values: number | undefined): void {
  const excess = excessIn(body, { depth: LIMITS.depth, values });
  if (excess === 'depth') {
    throw new DomainError('invalid_request', `The body is nested deeper than ${LIMITS.depth} lists and objects.`);
  }
  if (excess === 'values') {
    const message = `The body has more than ${values} members and elements. Send several requests.`;
    throw new DomainError('payload_too_large', message);
  }
}

/** Logs a line for each request. It names the pattern of the route, as the path may hold an id, and an id may be an email. */
function logRequests(fastify: FastifyInstance): void {
  const logger = new Logger('Request');
  fastify.addHook('onResponse', (request, reply, done) => {
    logger.debug({
      message: 'request',
      id: request.id,
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      seconds: Number((reply.elapsedTime / MS_PER_S).toFixed(6)),
    });
    done();
  });
}
