import { HttpErrorResponse } from '@angular/common/http';

import { StreamFailure, parsedOrNull } from './streamed-answer';

export interface FieldProblem {
  /** Path of the member in the request body, e.g. `customer.attributes.email`. */
  readonly field: string;
  readonly message: string;
}

/** A failed request, in the words of the server or, without an answer, of the admin. */
export interface Problem {
  /** The HTTP status; 0 without an answer. */
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly details: readonly FieldProblem[];
}

const NO_ANSWER = $localize`The server cannot be reached. Check that it is running, then try again.`;
const UNCLEAR = $localize`The server answered with something unexpected. Try again in a moment.`;

/** Makes a problem of anything that a request threw. Never throws. */
export function readProblem(error: unknown): Problem {
  if (error instanceof StreamFailure) return readProblem(error.cause);
  if (!(error instanceof HttpErrorResponse)) return { status: 0, code: 'unexpected', message: UNCLEAR, details: [] };
  const body = bodyOf(error);
  if (isRecord(body) && typeof body.message === 'string') {
    return {
      status: error.status,
      code: typeof body.code === 'string' ? body.code : 'unexpected',
      message: body.code === 'forbidden' ? forbiddenText(body.message) : body.message,
      details: Array.isArray(body.details) ? body.details.filter(isFieldProblem) : [],
    };
  }
  const offline = error.status === 0;
  return {
    status: error.status,
    code: offline ? 'unreachable' : 'unexpected',
    message: offline ? NO_ANSWER : UNCLEAR,
    details: [],
  };
}

/** Names the missing permission in the language of the reader. */
function forbiddenText(message: string): string {
  const [, permission = ''] = /the permission "(\w+)"/.exec(message) ?? [];
  if (permission === '') return message;
  return $localize`This needs the permission “${permission}:permission:”, which you do not have. An admin can give it to you.`;
}

/** The body of an error answer; null when there was no answer. */
function bodyOf({ status, error }: HttpErrorResponse): unknown {
  // Without an answer, `error` is what the browser threw. Its message is not for people.
  if (status === 0) return null;
  // A request that expects no JSON (DELETE) gets the body of its error as text.
  return typeof error === 'string' ? parsedOrNull(error) : error;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isFieldProblem(value: unknown): value is FieldProblem {
  return isRecord(value) && typeof value.field === 'string' && typeof value.message === 'string';
}
