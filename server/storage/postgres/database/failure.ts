import { types } from 'node:util';
import { DomainError } from '../../../domain/errors.js';

/**
 * The handling of an error of the database, or of the connection to it.
 *
 * - `repeat`: the transaction was rolled back in favour of another one, and succeeds when it is run again
 * - `lost`: the database, or the connection to it, is away for the moment
 * - `fatal`: another attempt would fail in the same way
 */
export type FailureKind = 'repeat' | 'lost' | 'fatal';

/** Recognises errors of another realm as well, such as that of a test, which `instanceof` does not. */
const { isNativeError } = types;

/** Serialisation failure and deadlock: https://www.postgresql.org/docs/current/errcodes-appendix.html. */
const REPEAT = new Set(['40001', '40P01']);
export const TOO_MANY_CONNECTIONS = '53300';
/** Too many connections, shut down, crashed, starting, session timed out, and a former primary that is a replica now. */
const LOST = new Set([TOO_MANY_CONNECTIONS, '57P01', '57P02', '57P03', '57P05', '25P03', '25006']);
const CONNECTION_CLASS = '08';
const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOTFOUND',
]);
/** Messages of driver errors that have no code. */
const LOST_MESSAGES =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|timeout expired|timeout exceeded when trying to connect|Query read timeout)/;
/** Messages of Citus for a node that dies within a transaction. Their codes are those of any error: XX000 and 58030. */
const LOST_NODE =
  /^(?:SSL SYSCALL error: EOF detected|server closed the connection unexpectedly|failed to COPY to shard \d+ on |failed to complete COPY on |failure on connection marked as essential: )/;
/** Codes for a refused user or password, an unknown database, and missing permissions. */
const REFUSED = /^(?:28...|3D000|42501)$/;
/** Certificate errors of OpenSSL (https://nodejs.org/docs/latest/api/tls.html#x509-certificate-error-codes) and of Node. */
const UNTRUSTED = /CERT|^UNABLE_TO_/;
const NO_TLS = 'The server does not support SSL connections';
export const LOOK_AT_CERTIFICATES =
  'Look at sslmode and sslrootcert in DATABASE_URL: verify-full wants a server with a certificate that this file, or the system, trusts.';
const DISK_FULL = '53100';
/** The code when a lock is not free, and when `lock_timeout` has passed. */
export const LOCK_NOT_AVAILABLE = '55P03';
export const UNIQUE_VIOLATION = '23505';

export function failureKind(error: unknown): FailureKind {
  const code = codeOf(error);
  if (REPEAT.has(code)) return 'repeat';
  if (LOST.has(code) || code.startsWith(CONNECTION_CLASS) || NETWORK.has(code)) return 'lost';
  if (error instanceof AggregateError)
    return error.errors.some((one) => failureKind(one) === 'lost') ? 'lost' : 'fatal';
  if (!(error instanceof Error)) return 'fatal';
  return LOST_MESSAGES.test(error.message) || LOST_NODE.test(error.message) ? 'lost' : 'fatal';
}

/** The code of PostgreSQL (five characters) or of the system; empty when there is none. */
export function codeOf(error: unknown): string {
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

/** Turns an error into a DomainError that says what to do about it; returns any other error unchanged. */
export function explained(error: unknown): unknown {
  if (!isNativeError(error) || error instanceof DomainError) return error;
  const cause = { cause: error };
  if (codeOf(error) === DISK_FULL) {
    const message = `The database cannot be written: ${error.message}. Make room and try again.`;
    return new DomainError('storage_full', message, undefined, cause);
  }
  if (codeOf(error) === LOCK_NOT_AVAILABLE) {
    return new DomainError('storage_busy', 'Another process is writing to this customer. Try again.', undefined, cause);
  }
  const hint = hintOf(error);
  if (hint !== undefined) return unusable(error, hint);
  switch (failureKind(error)) {
    case 'repeat':
      return new DomainError('storage_busy', 'The database is too busy to write this. Try again.', undefined, cause);
    case 'lost': {
      const message = `The database does not answer: ${reasonOf(error)}. Try again when it is back.`;
      return new DomainError('storage_unavailable', message, undefined, cause);
    }
    default:
      return error;
  }
}

/** A hint for an error of a database that is there but refuses the connection; undefined for other errors. */
function hintOf(error: Error): string | undefined {
  const code = codeOf(error);
  if (REFUSED.test(code)) return 'Look at the user, the password and the name of the database in DATABASE_URL.';
  return UNTRUSTED.test(code) || error.message === NO_TLS ? LOOK_AT_CERTIFICATES : undefined;
}

/** The error for a database that refuses the connection. @param hint says what to check */
export function unusable(error: Error, hint: string): DomainError {
  const message = `The database cannot be used: ${error.message}. ${hint}`;
  return new DomainError('storage_unavailable', message, undefined, { cause: error });
}

/** The error for a COMMIT that was not answered, and whose outcome could not be looked up in time either. */
export function unknownOutcome(error: unknown): unknown {
  const cause = error instanceof DomainError && error.code === 'storage_unavailable' ? error.cause : undefined;
  if (!(cause instanceof Error)) return error;
  const message = `The database has not said whether it keeps this: ${reasonOf(cause)}. Look when it is back, before you try again.`;
  return new DomainError('storage_unavailable', message, undefined, { cause });
}

function reasonOf(error: Error): string {
  const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const [line] = (first instanceof Error ? first : error).message.split('\n');
  return line || codeOf(error);
}
