/** The codes of expected failures, as the `code` of an answer gives them. */
export type ErrorCode =
  | 'invalid_request'
  | 'invalid_json'
  | 'invalid_host'
  | 'unknown_host'
  | 'foreign_origin'
  | 'unauthenticated'
  | 'forbidden'
  | 'too_many_tries'
  | 'code_invalid'
  | 'set_up_done'
  | 'password_refused'
  | 'email_taken'
  | 'last_admin'
  | 'user_not_found'
  | 'session_not_found'
  | 'token_not_found'
  | 'source_not_found'
  | 'source_name_taken'
  | 'default_source'
  | 'payload_too_large'
  | 'too_many_attributes'
  | 'too_many_labels'
  | 'note_not_found'
  | 'request_timeout'
  | 'stopping'
  | 'customer_not_found'
  | 'not_in_trash'
  | 'log_incomplete'
  | 'entry_not_found'
  | 'attribute_not_found'
  | 'attribute_exists'
  | 'customer_exists'
  | 'customer_changed'
  | 'attributes_changed'
  | 'nothing_to_undo'
  | 'cannot_undo'
  | 'bulk_edit_not_found'
  | 'customer_suppressed'
  | 'segment_not_found'
  | 'segment_name_taken'
  | 'ingestion_not_found'
  | 'import_not_found'
  | 'import_state'
  | 'source_unreadable'
  | 'source_refused'
  | 'ingestion_taken_over'
  | 'busy'
  | 'storage_busy'
  | 'storage_unavailable'
  | 'storage_read_only'
  | 'storage_full';

/** A part of a request that is wrong, and the reason. `field` is a path such as `customer.attributes.email`. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

export interface DomainErrorOptions extends ErrorOptions {
  /** Time until the client may try again, in ms. */
  readonly retryAfterMs?: number;
}

/**
 * An expected failure. The HTTP server maps it to a status in one place; the command line prints its message. It has no stack, which
 * nobody reads and which takes longer than the edit of a customer: a bulk edit may be refused for each of its customers.
 */
export class DomainError extends Error {
  readonly retryAfterMs: number | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly details?: readonly FieldError[],
    options?: DomainErrorOptions,
  ) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = 'DomainError';
    this.retryAfterMs = options?.retryAfterMs;
  }
}

export function customerNotFound(id: string): DomainError {
  return new DomainError('customer_not_found', `There is no customer with the id ${JSON.stringify(id)}.`);
}

export function customerSuppressed(id: string): DomainError {
  // URL parsers take `.` and `..` out of a path.
  const url = /^\.\.?$/.test(id)
    ? `/customer/unsuppress?id=${id}`
    : `/customers/${encodeURIComponent(id.toWellFormed())}/unsuppress`;
  return new DomainError(
    'customer_suppressed',
    `Customer ${JSON.stringify(id)} is suppressed, so it cannot be created. Send POST ${url} first.`,
  );
}

/** Describes an error for the log. The message of a DomainError may quote what a client or a file is called, so its code stands for it. */
export function reasonForLog(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? error.message : String(error);
}
