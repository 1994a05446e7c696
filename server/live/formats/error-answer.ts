import type { LiveAnswer, LiveResult, Malformed } from './live-call.js';

const STATUS_TEXT = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  413: 'Payload Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;

/** The status of an answer that says that nothing, or only a part, was taken. */
export type ErrorStatus = keyof typeof STATUS_TEXT;

/** An error in the shape of all of Roster's errors. */
export function errorAnswer(status: ErrorStatus, code: string, message: string): LiveAnswer {
  return { status, body: { statusCode: status, error: STATUS_TEXT[status], code, message } };
}

/**
 * An error for the clients of a vendor. customerio-node reads `meta.error`, or else `meta.errors`, and the errors of its v2 paths are in `errors`.
 * @param errors of items of the body
 */
export function vendorError(
  status: ErrorStatus,
  code: string,
  message: string,
  errors: readonly Readonly<Record<string, unknown>>[] = [],
): LiveAnswer {
  const { body } = errorAnswer(status, code, message);
  return { status, body: { ...body, meta: { error: message, errors: [message] }, errors } };
}

/** The answer to a wrong key, and to that of a source that is switched off. */
export function wrongKeyAnswer(): LiveAnswer {
  const message = 'The key is not that of a source that is switched on.';
  const { body } = errorAnswer(401, 'unauthenticated', message);
  return { status: 401, body: { ...body, meta: { error: 'Unauthorized' } } };
}

export function malformedAnswer({ code, message }: Malformed): LiveAnswer {
  return vendorError(code === 'payload_too_large' ? 413 : 400, code, message);
}

/** The answer to a path below a prefix of the live paths that no client of the vendor calls. */
export function unknownPathAnswer(method: string, path: string): LiveAnswer {
  return vendorError(404, 'not_found', `There is no ${method} ${path}.`);
}

/** The rejected items, each as the v2 paths of Customer.io tell it. */
export function itemErrors(results: readonly LiveResult[]): Readonly<Record<string, unknown>>[] {
  return results.flatMap(({ fate }, index) => {
    if (typeof fate !== 'object' || fate.reason === 'suppressed') return [];
    const { reason, field, message } = fate;
    return [{ batch_index: index, reason, ...(field !== undefined && { field }), message }];
  });
}
