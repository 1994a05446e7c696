import { DomainError } from '../domain/errors.js';
import { isObject } from '../domain/json.js';

/** A customer as the server answers it. The values of the two maps are not checked yet. */
export interface ServedCustomer {
  readonly id: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly events: Readonly<Record<string, unknown>>;
}

/** A text that can be sent as a bearer token. */
const TOKEN = /^rst_[\w-]+$/;
const UNAUTHENTICATED = 401;
const FORBIDDEN = 403;
const PER_PAGE = 10_000;
const PATIENCE_MS = 60_000;

/**
 * Parses a URL, or an address without a scheme such as `localhost:1323` or `:1323`.
 * @throws DomainError `invalid_request`
 */
export function parseServerAddress(text: string): URL {
  const address = text.includes('://') ? text : `http://${text.startsWith(':') ? 'localhost' : ''}${text}`;
  if (!URL.canParse(address) || !/^https?:/.test(address)) {
    throw new DomainError(
      'invalid_request',
      `-server-addr is ${JSON.stringify(text)}, but takes an address such as localhost:1323.`,
    );
  }
  return new URL(address);
}

/**
 * Checks the token of ROSTER_TOKEN.
 * @returns undefined for an empty one
 * @throws DomainError `invalid_request`
 */
export function parseToken(text: string): string | undefined {
  if (text === '') return undefined;
  if (TOKEN.test(text)) return text;
  throw new DomainError('invalid_request', 'ROSTER_TOKEN is no token: it begins with rst_. See "roster token create".');
}

/**
 * Reads all customers of a server, page by page, until a page is empty.
 * @param token that may read customers; an open server needs none
 * @throws DomainError `source_unreadable` when the server cannot be reached, does not answer within a minute, or answers
 *   something other than customers
 */
export async function* readServedCustomers(server: URL, token?: string): AsyncGenerator<ServedCustomer> {
  for (let page = 1; ; page++) {
    const url = new URL(`/customers?page=${page}&per_page=${PER_PAGE}`, server);
    const body = await fetchJson(url, token);
    const customers = isObject(body) ? body.customers : undefined;
    if (!Array.isArray(customers)) throw unreadable(`${url.href} answered no list of customers.`);
    if (customers.length === 0) return;
    for (const customer of customers) yield readCustomer(customer, url);
  }
}

function readCustomer(value: unknown, url: URL): ServedCustomer {
  if (isObject(value)) {
    const { id, attributes, events } = value;
    if ((typeof id === 'string' || typeof id === 'number') && isObject(attributes) && isObject(events)) {
      return { id: String(id), attributes, events };
    }
  }
  throw unreadable(
    `${url.href} answered a customer without id, attributes or events: ${JSON.stringify(value).slice(0, 200)}`,
  );
}

async function fetchJson(url: URL, token: string | undefined): Promise<unknown> {
  let answer: Response;
  let text: string;
  try {
    const headers = { accept: 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
    answer = await fetch(url, { headers, signal: AbortSignal.timeout(PATIENCE_MS) });
    text = await answer.text();
  } catch (cause) {
    throw unreadable(`Cannot reach ${url.origin}: ${reason(cause)}. Is the server running?`, cause);
  }
  if (answer.status === UNAUTHENTICATED) throw unreadable(`${url.origin} ${wantsLogin(token)}`);
  if (answer.status === FORBIDDEN && token !== undefined)
    throw unreadable('The token of ROSTER_TOKEN may not read customers. Make one with the permission read.');
  if (!answer.ok) throw unreadable(`${url.href} answered ${answer.status} ${answer.statusText}.`);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw unreadable(`${url.href} answered something that is not JSON.`, cause);
  }
}

function wantsLogin(token: string | undefined): string {
  return token === undefined
    ? 'wants a login. Set ROSTER_TOKEN to a token that may read, as "roster token create" prints it.'
    : 'does not take the token of ROSTER_TOKEN. It may have expired, or belong to another server.';
}

/** Returns the reason of a failed `fetch`, which is in the cause of its error. */
function reason(error: unknown): string {
  const { cause = error } = error as Error;
  const { code, message } = cause as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : message;
}

function unreadable(message: string, cause?: unknown): DomainError {
  return new DomainError('source_unreadable', message, undefined, { cause });
}
