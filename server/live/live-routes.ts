import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { DomainError } from '../domain/errors.js';
import { describe, errorBody, type ErrorBody } from '../http/error-filter.js';
import { asVendorError, livePreflightHeaders } from '../http/live-path.js';
import { sendJson } from '../http/send.js';
import { keyOf } from './formats/credentials.js';
import { customerioRegion } from './formats/customerio.js';
import { unknownPathAnswer, wrongKeyAnswer } from './formats/error-answer.js';
import type { LiveAnswer } from './formats/live-call.js';
import { segmentSettings } from './formats/segment.js';
import { livePath, pathOf, type LivePath } from './live-format.js';
import { LiveReceiver } from './live-receiver.js';
import { LiveSenders } from './live-senders.js';

/** The prefixes below which every path is one of a vendor. */
const PREFIXES = ['/v1', '/api/v1', '/api/v2'];
const MESSAGES: LivePath = { kind: 'messages' };
const UNAUTHENTICATED = 401;
const TOO_MANY = 429;
const UNAVAILABLE = 503;
const TIMED_OUT = 408;
const MS_PER_S = 1_000;
/** Seconds until a client should ask again where the failure does not say it. */
const RETRY_AFTER = 5;
/** The paths of the scripts in browsers. */
const SCRIPT = /^\/v1\/\w\/?$/;

/** Declares the live paths of vendors, whatever their method, and answers every live request, its errors included. */
@Injectable()
export class LiveRoutes implements OnModuleInit {
  private readonly logger = new Logger(LiveRoutes.name);

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly receiver: LiveReceiver,
    private readonly senders: LiveSenders,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    const options: RouteShorthandOptions = {
      config: { permission: 'public', isLive: true },
      errorHandler: (error, request, reply) => this.refuse(error, request, reply),
    };
    const handle = (request: FastifyRequest, reply: FastifyReply): void => this.handle(request, reply);
    for (const prefix of PREFIXES) {
      fastify.all(prefix, options, handle);
      fastify.all(`${prefix}/*`, options, handle);
    }
    const unsubscribe = '/unsubscribe/:delivery_id';
    // Telemetry of mails, which Roster does not send.
    fastify.post(unsubscribe, options, (request, reply) => this.send(request, reply, { status: 200, body: {} }));
    for (const path of [unsubscribe, '/messages']) fastify.options(path, options, handle);
  }

  /** Answers a live request. */
  handle(request: FastifyRequest, reply: FastifyReply): void {
    if (request.method === 'OPTIONS') {
      void reply.status(204).headers(livePreflightHeaders(request)).send();
      return;
    }
    const path = pathOf(request.raw.url ?? '/');
    const live = path.replace(/\/$/, '') === '/messages' ? MESSAGES : livePath(request.method, path);
    if (!live) {
      this.send(request, reply, unknownPathAnswer(request.method, path));
      return;
    }
    this.answer(live, request, reply).then(
      (answer) => this.send(request, reply, answer),
      (error: unknown) => this.refuse(error, request, reply),
    );
  }

  private async answer(path: LivePath, request: FastifyRequest, reply: FastifyReply): Promise<LiveAnswer> {
    switch (path.kind) {
      case 'settings': {
        const { kind } = await this.senders.source(request, path.writeKey, false);
        return segmentSettings(kind, path.writeKey, request.host, request.protocol);
      }
      case 'region':
        await this.senders.source(request, keyOf(request.headers.authorization), false);
        return customerioRegion(`${request.protocol}://${request.host}`);
      default:
        return this.receiver.take(request, reply, path);
    }
  }

  private refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const body = liveErrorBody(error);
    const { statusCode } = body;
    const { id, raw } = request;
    if (statusCode === 500) this.logger.error(`Request ${id}: ${describe(error)}`);
    else if (statusCode > 500 || statusCode === TOO_MANY) this.logger.warn(`Request ${id}: ${body.message}`);
    if ((statusCode >= 500 || statusCode === TOO_MANY) && isScriptWithoutHeader(request)) {
      // For such a script every answer is a success. It repeats what was not answered.
      reply.hijack();
      raw.destroy();
      return;
    }
    if (!raw.complete) request.server.noteUnread(request, reply);
    if (statusCode === UNAUTHENTICATED) void reply.header('www-authenticate', 'Bearer');
    // The rest of the body may never come.
    if (statusCode === TIMED_OUT) void reply.header('connection', 'close');
    if (statusCode === TOO_MANY || statusCode === UNAVAILABLE) void reply.header('retry-after', retryAfterOf(error));
    const answer =
      statusCode === UNAUTHENTICATED ? { ...wrongKeyAnswer().body, message: body.message } : asVendorError(body);
    void reply.status(statusCode).type('application/json; charset=utf-8').send(JSON.stringify(answer));
  }

  private send(request: FastifyRequest, reply: FastifyReply, { status, body }: LiveAnswer): void {
    if (!request.raw.complete) request.server.noteUnread(request, reply);
    sendJson(reply, status, JSON.stringify(body));
  }
}

/** An error with a status that makes clients repeat what the request is not to blame for. */
function liveErrorBody(error: unknown): ErrorBody {
  const body = errorBody(error);
  const statusCode = body.code === 'busy' ? TOO_MANY : body.code === 'storage_full' ? UNAVAILABLE : body.statusCode;
  return { ...body, statusCode, error: STATUS_CODES[statusCode] ?? body.error };
}

function retryAfterOf(error: unknown): number {
  const ms = error instanceof DomainError ? error.retryAfterMs : undefined;
  return ms === undefined ? RETRY_AFTER : Math.ceil(ms / MS_PER_S);
}

/** True for the script of Customer.io, which sends its key in the body alone. */
function isScriptWithoutHeader({ headers, raw }: FastifyRequest): boolean {
  return headers.authorization === undefined && SCRIPT.test(pathOf(raw.url ?? ''));
}
