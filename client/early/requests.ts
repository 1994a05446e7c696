import type { EarlyRequest } from '../app/core/early-answers';
import type { EarlyPage } from './early-page';

/** Asks the API for what a page will ask it for first, while its scripts are on the way. By URL, as the page will ask. */
export function requestEarly(page: EarlyPage | null): Map<string, EarlyRequest> {
  return new Map((page ? urlsOf(page) : []).map((url) => [url, request(url)]));
}

function urlsOf(page: EarlyPage): string[] {
  switch (page.kind) {
    case 'list':
      return ['/customers?page=1&per_page=25', '/segments'];
    case 'customer':
      return [customer(page.id), `${customer(page.id)}/history?limit=20`];
    case 'edit':
      return [customer(page.id)];
    case 'overview':
      return ['/overview'];
    case 'ingest':
      return ['/ingestions'];
    default:
      return page satisfies never;
  }
}

const customer = (id: string): string => `/customers/${encodeURIComponent(id)}`;

function request(url: string): EarlyRequest {
  const early: { -readonly [K in keyof EarlyRequest]: EarlyRequest[K] } = { promise: answerOf(url) };
  early.promise.then(
    (settled) => (early.settled = settled),
    () => undefined, // The page asks anew.
  );
  return early;
}

async function answerOf(url: string): EarlyRequest['promise'] {
  const answer = await fetch(url, { headers: { accept: 'application/json', 'x-roster-client': 'admin' } });
  return { answer, body: answer.ok ? await answer.json() : null };
}
