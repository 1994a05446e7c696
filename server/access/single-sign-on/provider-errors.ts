import type * as OpenIdClient from 'openid-client';
import { SingleSignOnFailure } from './failure.js';

/** The codes that OAuth gives to errors. Any other text of a provider is not logged. */
const OAUTH_CODE = /^[a-z_]{1,60}$/;
/** Statuses with which a provider refuses a refresh token. 401 and 429 are about this server. */
const REFUSALS: readonly number[] = [400, 403];
/** A refusal for now. */
const FOR_NOW = ['temporarily_unavailable', 'server_error', 'slow_down'];

export function failureOf(client: typeof OpenIdClient, error: unknown): SingleSignOnFailure {
  if (error instanceof client.AuthorizationResponseError && error.error === 'access_denied') {
    return new SingleSignOnFailure('sso_denied', 'The provider answered access_denied.');
  }
  const isClock = error instanceof client.ClientError && error.code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED';
  return new SingleSignOnFailure(isClock ? 'sso_clock' : 'sso_provider', describe(error));
}

/** Tells whether the provider refuses a refresh token, and not just this request. */
export function isRefusal(client: typeof OpenIdClient, error: unknown): boolean {
  return error instanceof client.ResponseBodyError && REFUSALS.includes(error.status) && !FOR_NOW.includes(error.error);
}

/** Describes an error for the log, without what the provider or the browser wrote. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const { message, cause } = error;
  const codes = [property(error, 'error'), property(error, 'code'), property(cause, 'code')];
  const known = codes.filter((code) => typeof code === 'string' && (OAUTH_CODE.test(code) || /^[A-Z_\d]+$/.test(code)));
  return [message, ...known].join(', ');
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
