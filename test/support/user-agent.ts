import { parse } from 'cookie';
import type { Answer, RestApp } from './rest-app.js';

/** The end of a way over redirects. */
export interface Visit {
  /** Every URL on the way, the first included. */
  readonly urls: readonly string[];
  readonly last: string;
}

/** A browser without pages: it follows redirects and keeps the cookies of two hosts apart, Roster (without a port) and the provider. */
export class UserAgent {
  /** The cookies of Roster by name. */
  readonly cookies = new Map<string, string>();
  /** The `Set-Cookie` headers of Roster, the newest last. */
  readonly setCookies: string[] = [];
  private readonly ofProvider = new Map<string, string>();

  /** @param origin of Roster, PUBLIC_URL */
  constructor(
    public roster: RestApp,
    private readonly origin: string,
  ) {}

  /** Asks Roster as a page that was opened from outside does, without following redirects. */
  async get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
    const { host } = new URL(this.origin);
    const answer = await this.roster.get(url, {
      host,
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
      ...(this.cookies.size > 0 && { cookie: asHeader(this.cookies) }),
      ...headers,
    });
    const set = [answer.headers['set-cookie'] ?? []].flat();
    this.setCookies.push(...set);
    keep(this.cookies, set);
    return answer;
  }

  /** Asks Roster for JSON. */
  async json(url: string): Promise<Record<string, unknown>> {
    const answer = await this.get(url, { accept: 'application/json' });
    // Safe: every JSON answer of Roster is an object.
    return answer.json();
  }

  /** Opens a URL and follows redirects, at most until one begins with `stop`, or Roster answers with something else. */
  async visit(url: string, stop?: string): Promise<Visit> {
    const urls: string[] = [];
    for (let next: string | undefined = new URL(url, this.origin).href; next !== undefined;) {
      urls.push(next);
      if (stop !== undefined && next.startsWith(stop)) break;
      if (urls.length > 20) throw new Error(`Too many redirects: ${urls.join(' ')}`);
      const location = await this.step(next);
      next = location === undefined ? undefined : new URL(location, next).href;
    }
    return { urls, last: urls[urls.length - 1] };
  }

  private async step(url: string): Promise<string | undefined> {
    const { origin, pathname, search } = new URL(url);
    if (origin === this.origin) return (await this.get(pathname + search)).headers.location;
    const answer = await fetch(url, { redirect: 'manual', headers: { cookie: asHeader(this.ofProvider) } });
    await answer.arrayBuffer();
    keep(this.ofProvider, answer.headers.getSetCookie());
    return answer.headers.get('location') ?? undefined;
  }
}

function asHeader(cookies: ReadonlyMap<string, string>): string {
  return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
}

function keep(cookies: Map<string, string>, set: readonly string[]): void {
  for (const header of set) {
    const [pair] = header.split(';');
    const [[name, value]] = Object.entries(parse(pair));
    if (value === undefined || value === '' || /max-age=0|1970/i.test(header)) cookies.delete(name);
    else cookies.set(name, value);
  }
}
