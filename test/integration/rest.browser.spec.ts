import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import zlib, { gunzipSync } from 'node:zlib';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { noCustomer, refusal } from '../support/refusal.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const PAGE = '<!doctype html><title>Roster</title>';
const SCRIPTED_PAGE = '<!doctype html><script nonce="CSP_NONCE"></script><app-root ngCspNonce="CSP_NONCE">';
const GERMAN_PAGE = '<!doctype html><title>Roster auf Deutsch</title>';
const NAVIGATION = {
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8',
  'sec-fetch-dest': 'document',
};
const HTML_RATHER = { accept: 'application/json;q=0.5, text/html;level=1;q=0.7' };
const ID = 'bill@example.com';

describe.each(ENGINES)('a page and a resource at one path on %s', (_name, open) => {
  const folder = temporaryFolder();
  let app: RestApp;
  beforeAll(async () => {
    for (const [language, page] of [
      ['en', PAGE],
      ['de', GERMAN_PAGE],
      ['fr', SCRIPTED_PAGE],
      ['it', '<head></head><body>'],
    ]) {
      mkdirSync(join(folder.path, language));
      writeFileSync(join(folder.path, language, 'index.html'), page);
      writeFileSync(join(folder.path, language, 'main-ABCDEFGH.js'), `start('${language}')`);
      writeFileSync(join(folder.path, language, 'main-ABCDEFGH.js.br'), 'shrunk');
    }
    const scripts = [
      { path: '^/customers/?$', scripts: ['list.js', 'table.js'] },
      { path: '^/customers/[^/]+/?$', scripts: ['customer.js'] },
    ];
    writeFileSync(join(folder.path, 'it', 'pages.json'), JSON.stringify(scripts));
    writeFileSync(join(folder.path, 'favicon.ico'), 'icon');
    app = await startRestApp(await open(), { adminRoot: folder.path });
    await ingestLines(app.engine, [attributes({ email: ID }, { user_id: ID }), attributes({}, { user_id: 'a.js' })]);
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  const CUSTOMER = `{"customer":{"id":"${ID}","attributes":{"email":"${ID}"},"events":{},"last_updated":1428067050}}`;

  it.each([
    '/',
    '/customers',
    '/customers/1004',
    `/customers/${ID}`,
    '/customers/a.js',
    '/customers/new',
    '/ingestions',
    '/any/page',
  ])('a browser that opens %s gets the page', async (url) => {
    for (const headers of [NAVIGATION, { accept: 'text/html' }, { accept: 'Text/HTML;q=0.9, */*' }, HTML_RATHER]) {
      const answer = await app.get(url, headers);
      expect([answer.statusCode, answer.body]).toEqual([200, PAGE]);
      expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(answer.headers.vary).toContain('Accept');
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
  });

  it('a browser that opens the rejects of an ingestion gets the file', async () => {
    for (const [query, name] of [
      ['', 'rejects-1.jsonl'],
      ['?format=lines', 'rejected-lines-1.jsonl'],
    ]) {
      const answer = await app.get(`/ingestions/1/rejects${query}`, NAVIGATION);
      expect([answer.statusCode, answer.body]).toEqual([200, '']);
      expect(answer.headers['content-type']).toContain('application/x-ndjson');
      expect(answer.headers['content-disposition']).toBe(`attachment; filename="${name}"`);
    }
  });

  it('the page comes as it is when it cannot be compressed', async () => {
    const gzip = jest.spyOn(zlib, 'gzip').mockImplementation(() => {
      throw new Error('no memory');
    });
    const answer = await app.get('/customers', { ...NAVIGATION, 'accept-encoding': 'gzip' });
    expect(gzip).toHaveBeenCalledTimes(1);
    gzip.mockRestore();
    expect([answer.statusCode, answer.body, answer.headers['content-encoding']]).toEqual([200, PAGE, undefined]);
  });

  it('the page comes in the language that was chosen, else that of the browser', async () => {
    const german = await app.get('/customers', { ...NAVIGATION, 'accept-language': 'de-CH,de;q=0.9,en;q=0.8' });
    expect([german.statusCode, german.body]).toEqual([200, GERMAN_PAGE]);
    expect(german.headers.vary).toContain('Accept-Language, Cookie');
    const english = { ...NAVIGATION, 'accept-language': 'de', cookie: 'roster-language=en' };
    const chosen = await app.get('/customers', english);
    expect([chosen.statusCode, chosen.body]).toEqual([200, PAGE]);
  });

  it('nothing in a page runs but what the server put there: a nonce a page, no unsafe-inline', async () => {
    const open = async (): Promise<string> => {
      const { body, headers } = await app.get('/customers', { ...NAVIGATION, 'accept-language': 'fr' });
      const [, nonce] = /nonce="([\w-]{22})"/.exec(body) ?? [];
      expect(body).toBe(SCRIPTED_PAGE.replaceAll('CSP_NONCE', nonce));
      const policy = String(headers['content-security-policy']);
      expect(policy).toContain(`script-src 'self' 'nonce-${nonce}';style-src 'self' 'nonce-${nonce}'`);
      expect(policy).not.toContain('unsafe');
      expect(headers.etag).toBeUndefined();
      return nonce;
    };
    expect(await open()).not.toBe(await open());
    const { headers } = await app.get('/favicon.ico');
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("script-src 'self';style-src 'self';") as string,
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-frame-options': 'DENY',
      vary: 'Origin, accept-encoding',
    });
    const json = await app.get('/customers', { accept: 'application/json' });
    expect(json.headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
  });

  it('names the scripts of the page that is opened, and comes compressed where the browser takes that', async () => {
    const opened = async (url: string): Promise<string[]> => {
      const answer = await app.get(url, { ...NAVIGATION, 'accept-language': 'it', 'accept-encoding': 'gzip, br' });
      expect(answer.headers['content-encoding']).toBe('gzip');
      expect(answer.headers.vary).toContain('Accept-Encoding');
      const page = gunzipSync(answer.rawPayload).toString();
      expect(page).toMatch(/^<head>.*<\/head><body>$/);
      return [...page.matchAll(/<link rel="modulepreload" href="([^"]+)">/g)].map(([, script]) => script);
    };
    expect(await opened('/customers?page=2')).toEqual(['list.js', 'table.js']);
    expect(await opened('/customers/7')).toEqual(['customer.js']);
    expect(await opened('/elsewhere')).toEqual([]);
    const plain = await app.get('/elsewhere', { ...NAVIGATION, 'accept-language': 'it' });
    expect([plain.body, plain.headers['content-encoding']]).toEqual(['<head></head><body>', undefined]);
  });

  it('a file comes compressed where the browser takes that', async () => {
    const answer = await app.get('/en/main-ABCDEFGH.js', { 'accept-encoding': 'gzip, deflate, br' });
    expect([answer.body, answer.headers['content-encoding']]).toEqual(['shrunk', 'br']);
    expect(answer.headers.vary).toContain('accept-encoding');
    expect(answer.headers['content-type']).toMatch(/javascript; charset=utf-8$/);
    expect(answer.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await app.get('/en/main-ABCDEFGH.js', { 'accept-encoding': 'gzip' })).body).toBe("start('en')");
  });

  it.each<[string, Record<string, string>]>([
    ['JSON', { accept: 'application/json' }],
    ['anything', { accept: '*/*' }],
    ['nothing in particular', {}],
    ['JSON before HTML', { accept: 'application/json, text/plain, */*' }],
    ['HTML as a last resort', { accept: 'application/json, text/html;q=0.1' }],
    ['JSON rather than HTML', { accept: 'text/html;q=0.5, application/json' }],
    ['anything but HTML', { accept: 'text/html;q=0, */*' }],
    ['no HTML', { accept: 'text/html; q=0.000' }],
    ['something like HTML', { accept: 'text/html-sandboxed' }],
  ])('a client that asks for %s gets JSON', async (_what, headers) => {
    const answer = await app.get(`/customers/${ID}`, headers);
    expect([answer.statusCode, answer.body]).toEqual([200, CUSTOMER]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers.vary).toContain('Accept');
    const missing = await app.get('/customers/nobody.html', headers);
    expect([missing.statusCode, missing.json()]).toEqual([404, noCustomer('nobody.html')]);
  });

  it('only `Accept` and the language decide between the two, which `Vary` says', async () => {
    for (const destination of ['document', 'empty', 'iframe', 'image']) {
      const headers = { accept: 'text/html', 'sec-fetch-dest': destination };
      expect((await app.get(`/customers/${ID}`, headers)).body).toBe(PAGE);
    }
  });

  it('a program that asks for / gets the paths where to go on, each of which is there', async () => {
    const answer = await app.get('/', { accept: '*/*' });
    const paths = answer.json<Record<string, string>>();
    expect([answer.statusCode, Object.keys(paths)]).toEqual([200, ['customers', 'docs', 'openapi', 'ready']]);
    for (const path of Object.values(paths)) expect((await app.get(path)).statusCode).not.toBe(404);
  });

  it.each(['POST', 'PATCH', 'DELETE'] as const)('a %s is never answered with the page', async (method) => {
    const answer = await app.inject({
      method,
      url: '/customers/nobody',
      headers: { accept: 'text/html' },
      payload: {},
    });
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.statusCode).toBeGreaterThanOrEqual(400);
  });

  it('a file with a hash in its name never changes, the others may', async () => {
    const script = await app.get('/de/main-ABCDEFGH.js');
    expect([script.statusCode, script.body]).toEqual([200, "start('de')"]);
    expect(script.headers['content-type']).toMatch(/javascript; charset=utf-8$/);
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    const icon = await app.get('/favicon.ico', NAVIGATION);
    expect([icon.statusCode, icon.body, icon.headers['cache-control']]).toEqual([200, 'icon', 'no-cache']);
  });

  it.each(['/main-HGFEDCBA.js', '/assets/missing.png', '/../package.json', '/%2e%2e/package.json', '/.env'])(
    'a missing file is a 404 in JSON, whoever asks: %s',
    async (url) => {
      for (const headers of [NAVIGATION, { accept: '*/*' }]) {
        const answer = await app.get(url, headers);
        expect([answer.statusCode, answer.headers['content-type']]).toEqual([404, 'application/json; charset=utf-8']);
        expect(answer.json()).toMatchObject({
          ...refusal(404, 'not_found', ''),
          message: expect.any(String) as string,
        });
      }
    },
  );

  it('the description and its viewer are themselves for a browser', async () => {
    const description = await app.get('/openapi.json', NAVIGATION);
    expect(description.json()).toMatchObject({ openapi: '3.0.0', info: { title: 'Roster' } });
    expect(description.headers['content-type']).toContain('application/json');
    const docs = await app.get('/docs', NAVIGATION);
    expect([docs.statusCode, docs.headers['content-type']]).toEqual([200, expect.stringContaining('text/html')]);
    expect(docs.body).toContain('Roster API');
    expect((await app.get('/health/live', NAVIGATION)).body).toBe('{"status":"live"}');
  });

  it('the policy of the pages lets the viewer run', async () => {
    const docs = await app.get('/docs', NAVIGATION);
    const policy = String(docs.headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    // No script in the page itself, and every one that it names is there.
    expect(docs.body).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/);
    const sources = [...docs.body.matchAll(/<(?:script|link)[^>]*(?:src|href)="([^"]+)"/g)].map((match) => match[1]);
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      const url = new URL(source, 'http://localhost/docs');
      expect([source, url.host, (await app.get(url.pathname)).statusCode]).toEqual([source, 'localhost', 200]);
    }
  });

  it('a client that takes gzip gets long answers so, whoever it is', async () => {
    const gzip = { 'accept-encoding': 'gzip, deflate, br', accept: 'application/json' };
    const long = 'é'.repeat(2000);
    await ingestLines(app.engine, [attributes({ long }, { user_id: 'long' })]);
    const plain = await app.get('/customers');
    expect([plain.headers['content-encoding'], plain.headers.vary]).toEqual([
      undefined,
      'Origin, Accept, Accept-Encoding',
    ]);
    expect(plain.body).toContain(long);
    for (let again = 0; again < 2; again++) {
      const answer = await app.get('/customers', gzip);
      expect(answer.headers).toMatchObject({
        'content-type': 'application/json; charset=utf-8',
        'content-encoding': 'gzip',
        'content-length': String(answer.rawPayload.length),
        vary: 'Origin, Accept, Accept-Encoding',
      });
      expect(answer.rawPayload.length).toBeLessThan(1000);
      expect(gunzipSync(answer.rawPayload).toString()).toBe(plain.body);
    }
    // Gzip refused, a short answer, and an answer with an ETag.
    for (const [url, headers, vary] of [
      ['/customers', { ...gzip, 'accept-encoding': 'br, gzip;q=0' }, 'Origin, Accept, Accept-Encoding'],
      ['/customers?per_page=1', gzip, 'Origin, Accept'],
      ['/customers/long', gzip, 'Origin, Accept'],
    ] as const) {
      const answer = await app.get(url, headers);
      expect([url, answer.headers['content-encoding'], answer.headers.vary]).toEqual([url, undefined, vary]);
    }
  });
});
