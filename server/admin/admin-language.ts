import type { IncomingHttpHeaders } from 'node:http';
import { preferences } from '../http/preferences.js';

/** The cookie with the language that was chosen in the admin, a code such as `de`. */
const LANGUAGE_COOKIE = 'roster-language';

/**
 * Determines the language of a page: the chosen one, else the first available one that the browser prefers (RFC 9110, section 12.5.4:
 * `de-AT` is served by `de`), else English.
 * @param available codes of the languages that the admin was built in; not empty
 */
export function languageOf(headers: IncomingHttpHeaders, available: ReadonlySet<string>): string {
  const chosen = cookie(headers.cookie ?? '', LANGUAGE_COOKIE);
  if (chosen !== undefined && available.has(chosen)) return chosen;
  const preferred = preferences(headers['accept-language'] ?? '').map((range) => range.split('-')[0]);
  const found = preferred.find((language) => available.has(language));
  if (found !== undefined) return found;
  return available.has('en') ? 'en' : [...available][0];
}

function cookie(header: string, name: string): string | undefined {
  for (const pair of header.split(';')) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}
