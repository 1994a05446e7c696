import type { EarlyRequest } from '../app/core/early-answers';
import { TIMELINE_PER_PAGE } from '../app/customers/model/timeline';
import { PER_PAGE } from '../app/customers/model/customer-query';
import type openapi from '../openapi.json';

/** A path of the API. A path that is not in its description does not compile. */
type Path = keyof typeof openapi.paths;
type Url = Path | `${Path}?${string}`;

/** The address of the page that compares two customers. Without both ids it is that of a customer. */
const COMPARE = '/customers/compare';

/** The URLs that the page at an address requests first, spelled as the page spells them. Each page asks for the session. */
export function earlyUrls(path: string, search: string): string[] {
  return [...pageUrls(path, search), '/session' satisfies Url];
}

/** Empty when the address does not tell them. */
function pageUrls(path: string, search: string): string[] {
  const [, name, id, edit] = /^\/([^/]*)(?:\/([^/]+))?(\/edit)?\/?$/.exec(path) ?? [];
  const pair = new URLSearchParams(search);
  if (path === COMPARE && pair.get('a') && pair.get('b')) return pairUrls(pair.get('a') ?? '', pair.get('b') ?? '');
  if (id) return name === 'customers' ? customerUrls(id, edit === '/edit') : [];
  if (edit) return [];
  switch (name) {
    case '':
    case 'customers':
      return [...(search ? [] : [`/customers?page=1&per_page=${PER_PAGE}` as const]), '/segments'] satisfies Url[];
    case 'overview':
      return ['/overview'] satisfies Url[];
    case 'ingest':
      return ['/ingestions', '/imports'] satisfies Url[];
    case 'sources':
    case 'live':
      return ['/sources'] satisfies Url[];
    case 'users':
      return ['/users'] satisfies Url[];
    case 'tokens':
      return ['/tokens'] satisfies Url[];
    case 'account':
      return ['/sessions'] satisfies Url[];
    default:
      return [];
  }
}

/** @param a and `b` the ids of two customers to compare */
function pairUrls(a: string, b: string): string[] {
  const customer: Url = '/customers/{id}';
  return [...new Set([a, b])].map((id) => customer.replace('{id}', () => encodeURIComponent(id)));
}

/** @param segment the id as the address holds it */
function customerUrls(segment: string, isEdited: boolean): string[] {
  const customer: Url = '/customers/{id}';
  const timeline: Url = `/customers/{id}/timeline?limit=${TIMELINE_PER_PAGE}`;
  try {
    const id = encodeURIComponent(decodeURIComponent(segment));
    return (isEdited ? [customer] : [customer, timeline]).map((url) => url.replace('{id}', () => id));
  } catch {
    // The router reports an incomplete percent-escape.
    return [];
  }
}

/**
 * Sends requests while the scripts are loaded. Returns them by URL. A request for a part waits until the whole is there: the browser
 * writes every 404 to its console, and the timeline of a customer that does not exist would be one more.
 */
export function requestEarly(urls: readonly string[]): Map<string, EarlyRequest> {
  const requests = new Map<string, EarlyRequest>();
  for (const url of urls) {
    const [, whole] = [...requests].find(([other]) => url.startsWith(`${other}/`)) ?? [];
    requests.set(url, early(whole ? partOf(whole.promise, url) : answerOf(url)));
  }
  return requests;
}

function early(promise: EarlyRequest['promise']): EarlyRequest {
  const request: { -readonly [K in keyof EarlyRequest]: EarlyRequest[K] } = { promise };
  promise.then(
    (settled) => (request.settled = settled),
    () => undefined, // The page asks again.
  );
  return request;
}

async function partOf(whole: EarlyRequest['promise'], url: string): EarlyRequest['promise'] {
  if (!(await whole).answer.ok) throw new Error('There is no whole.');
  return answerOf(url);
}

async function answerOf(url: string): EarlyRequest['promise'] {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  return { answer, body: answer.ok || answer.status === 404 ? await answer.text() : null };
}
