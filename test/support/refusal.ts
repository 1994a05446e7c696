import { STATUS_CODES } from 'node:http';

/** Returns the whole body of an error. */
export function refusal(
  statusCode: number,
  code: string,
  message: string,
  ...details: [field: string, message: string][]
) {
  return {
    statusCode,
    error: STATUS_CODES[statusCode],
    code,
    message,
    ...(details.length > 0 && { details: details.map(([field, text]) => ({ field, message: text })) }),
  };
}

/** Returns the body of a 400 that names one field. */
export function wrongField(field: string, message: string) {
  return refusal(400, 'invalid_request', message, [field, message]);
}

export function noCustomer(id: string) {
  return refusal(404, 'customer_not_found', `There is no customer with the id ${JSON.stringify(id)}.`);
}
