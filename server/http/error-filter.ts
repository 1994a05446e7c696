import { Catch, HttpException, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { STATUS_CODES } from 'node:http';
import { DomainError, type ErrorCode, type FieldError } from '../domain/errors.js';

/** Statuses of expected failures. A code that is missing here does not compile. */
const STATUS: Record<ErrorCode, number> = {
  invalid_request: 400,
  invalid_json: 400,
  invalid_host: 400,
  unknown_host: 421,
  foreign_origin: 403,
  unauthenticated: 401,
  forbidden: 403,
  too_many_tries: 429,
  code_invalid: 400,
  set_up_done: 409,
  password_refused: 400,
  email_taken: 409,
  last_admin: 409,
  user_not_found: 404,
  session_not_found: 404,
  token_not_found: 404,
  source_not_found: 404,
  source_name_taken: 409,
  default_source: 409,
  payload_too_large: 413,
  too_many_attributes: 400,
  too_many_labels: 409,
  note_not_found: 404,
  request_timeout: 408,
  stopping: 503,
  customer_not_found: 404,
  not_in_trash: 404,
  log_incomplete: 409,
  entry_not_found: 404,
  attribute_not_found: 404,
  attribute_exists: 409,
  segment_not_found: 404,
  ingestion_not_found: 404,
  import_not_found: 404,
  import_state: 409,
  segment_name_taken: 409,
  customer_exists: 412,
  customer_changed: 412,
  attributes_changed: 409,
  nothing_to_undo: 409,
  cannot_undo: 409,
  bulk_edit_not_found: 404,
  customer_suppressed: 409,
  source_unreadable: 422,
  source_refused: 422,
  ingestion_taken_over: 409,
  busy: 503,
  storage_busy: 503,
  storage_unavailable: 503,
  storage_read_only: 503,
  storage_full: 507,
};

/** Codes that clients know by another name, as they know it with another status. */
const WIRE_CODES: Partial<Record<ErrorCode, string>> = { attributes_changed: 'customer_changed' };

/** Codes of the requests that the framework refuses, by status. */
const FRAMEWORK_CODES: Readonly<Record<number, string>> = {
  400: 'invalid_request',
  404: 'not_found',
  405: 'method_not_allowed',
  413: 'payload_too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  431: 'headers_too_large',
};

const UNAUTHENTICATED = 401;
const REQUEST_TIMEOUT = 408;
const UNAVAILABLE = 503;
const MS_PER_S = 1_000;
/** Seconds until a client should ask again. Most interruptions of a storage are over by then. */
const RETRY_AFTER = '5';

const GENERIC = 'Something went wrong on our side. The log has the cause.';
/** The code of Fastify for a body whose type no parser takes. */
const WRONG_TYPE = 'FST_ERR_CTP_INVALID_MEDIA_TYPE';
const SEND_JSON = 'The body must be JSON. Send it with the header "content-type: application/json".';

/** The body of every error. */
export interface ErrorBody {
  statusCode: number;
  error: string;
  code: string;
  message: string;
  details?: readonly FieldError[];
}

/** The code of a failure as clients know it. */
export function wireCode(code: ErrorCode): string {
  return WIRE_CODES[code] ?? code;
}

/** Makes the body for anything that was thrown. An unexpected error becomes a 500 without details. */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof DomainError) return body(STATUS[error.code], wireCode(error.code), error.message, error.details);
  const status = statusOf(error);
  if (status === undefined || status >= 500 || !(error instanceof Error)) return body(500, 'internal_error', GENERIC);
  const message = 'code' in error && error.code === WRONG_TYPE ? SEND_JSON : error.message;
  return body(status, FRAMEWORK_CODES[status] ?? 'request_refused', message);
}

/**
 * Answers every error in one shape. Logs, with the id of the request, what an operator has to know: the full cause of an unexpected
 * error, and why the storage does not answer.
 */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger(ErrorFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getResponse<FastifyReply>());
  }

  answer(error: unknown, reply: FastifyReply): void {
    const answer = errorBody(error);
    const { id } = reply.request;
    if (answer.statusCode === 500) this.logger.error(`Request ${id}: ${describe(error)}`);
    else if (answer.statusCode > 500) this.logger.warn(`Request ${id}: ${answer.message}`);
    const retryAfter = retryAfterOf(error, answer.statusCode);
    if (retryAfter !== undefined && !reply.raw.headersSent) void reply.header('retry-after', retryAfter);
    if (answer.statusCode === UNAUTHENTICATED && !reply.raw.headersSent)
      void reply.header('www-authenticate', 'Bearer');
    // The rest of the body may never come.
    if (answer.statusCode === REQUEST_TIMEOUT && !reply.raw.headersSent) void reply.header('connection', 'close');
    if (reply.raw.headersSent) reply.raw.destroy();
    else void reply.status(answer.statusCode).type('application/json; charset=utf-8').send(JSON.stringify(answer));
  }
}

/** Seconds until the client should ask again, as text. */
function retryAfterOf(error: unknown, status: number): string | undefined {
  if (error instanceof DomainError && error.retryAfterMs !== undefined) {
    return String(Math.ceil(error.retryAfterMs / MS_PER_S));
  }
  return status === UNAVAILABLE ? RETRY_AFTER : undefined;
}

/** Reads the status that Nest and Fastify attach to their own errors. */
function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number') return error.statusCode;
  return undefined;
}

function body(statusCode: number, code: string, message: string, details?: readonly FieldError[]): ErrorBody {
  return { statusCode, error: STATUS_CODES[statusCode] ?? 'Error', code, message, ...(details && { details }) };
}

/** The stack of an error with those of its causes, for the log. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const text = error.stack ?? error.message;
  return error.cause === undefined ? text : `${text}\nCaused by: ${describe(error.cause)}`;
}
