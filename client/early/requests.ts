import type { EarlyRequest } from '../app/core/early-answers';
import { HISTORY_PER_PAGE } from '../app/customers/model/history';
import { PER_PAGE } from '../app/customers/model/customer-query';
import type openapi from '../openapi.json';

/** A path of the API. A path that is not in its description does not compile. */
type Path = keyof typeof openapi.paths;
type Url = Path | `${Path}?${string}`;

/** The URLs that the page at an address requests first, spelled as the page spells them; empty when the address does not tell them. */
export function earlyUrls(path: string, search: string): string[] {
  const [, name, id, edit] = /^\/([^/]*)(?:\/([^/]+))?(\/edit)?\/?$/.exec(path) ?? [];
  if (id) return name === 'customers' ? customerUrls(id, edit === '/edit') : [];
  if (edit || search) return [];
  switch (name) {
    case '':
    case 'customers':
      return [`/customers?page=1&per_page=${PER_PAGE}`, '/segments'] satisfies Url[];
    case 'overview':
      return ['/overview'] satisfies Url[];
    case 'ingest':
      return ['/ingestions'] satisfies Url[];
    default:
      return [];
  }
}

/** @param segment the id as the address holds it */
function customerUrls(segment: string, isEdited: boolean): string[] {
  const customer: Url = '/customers/{id}';
  const history: Url = `/customers/{id}/history?limit=${HISTORY_PER_PAGE}`;
  try {
    const id = encodeURIComponent(decodeURIComponent(segment));
    return (isEdited ? [customer] : [customer, history]).map((url) => url.replace('{id}', () => id));
  } catch {
    // The router reports an incomplete percent-escape.
    return [];
  }
}

/** Sends requests while the scripts are loaded. Returns them by URL. */
export function requestEarly(urls: readonly string[]): Map<string, EarlyRequest> {
  return new Map(urls.map((url) => [url, request(url)]));
}

function request(url: string): EarlyRequest {
  const early: { -readonly [K in keyof EarlyRequest]: EarlyRequest[K] } = { promise: answerOf(url) };
  early.promise.then(
    (settled) => (early.settled = settled),
    () => undefined, // The page asks again.
  );
  return early;
}

async function answerOf(url: string): EarlyRequest['promise'] {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  return { answer, body: answer.ok || answer.status === 404 ? await answer.text() : null };
}
