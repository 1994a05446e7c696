import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINES, temporaryFolder } from '../support/engine.js';
import { rawRequest } from '../support/raw-client.js';
import { refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type Request, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;
const METHODS = ['POST', 'PATCH', 'PUT', 'DELETE'] as const;
const codeOf = (answer: Answer): unknown => [answer.statusCode, answer.json<{ code?: string }>().code];

describe('the host of a request', () => {
  const folder = temporaryFolder();
  let app: RestApp;
  let url: string;
  beforeAll(async () => {
    mkdirSync(join(folder.path, 'en'));
    writeFileSync(join(folder.path, 'en', 'index.html'), '<!doctype html>');
    writeFileSync(join(folder.path, 'favicon.ico'), 'icon');
    app = await startRestApp(await open(), {
      adminRoot: folder.path,
      config: {
        host: '192.0.2.7',
        isOpen: true,
        allowedHosts: ['roster.example', '[fd00::1]'],
        publicUrl: 'https://people.example',
      },
    });
    url = await app.listen();
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  it.each([
    'localhost',
    'LocalHost:1323',
    'localhost.',
    'roster.localhost',
    '127.0.0.1:80',
    '127.8.9.10',
    '[::1]:1323',
    '192.0.2.7:1323',
    'roster.example',
    'ROSTER.example:8080',
    '[fd00::1]:1',
    'people.example',
  ])('may be %s', async (host) => {
    expect((await app.get('/customers', { host })).statusCode).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:1323',
    'localhost.evil.example',
    'notlocalhost',
    '127.0.0.1.evil.example',
    '128.0.0.1',
    '0.0.0.0',
    '[::2]',
    'www.roster.example',
    'localhost@evil.example',
    'evil.example/localhost',
    'a b',
  ])('must not be "%s"', async (host) => {
    const answer = await app.get('/customers', { host });
    const message = `This server does not answer for the host "${host}". If it should, set ALLOWED_HOSTS or PUBLIC_URL to that name.`;
    expect([answer.statusCode, answer.json()]).toEqual([421, refusal(421, 'unknown_host', message)]);
    expect(answer.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(answer.headers['x-request-id']).toBeDefined();
  });

  it('is remembered for that host alone', async () => {
    for (const [host, status] of [
      ['localhost', 200],
      ['evil.example', 421],
      ['localhost', 200],
      ['evil.example', 421],
    ] as const) {
      expect((await app.get('/customers', { host })).statusCode).toBe(status);
    }
  });

  it.each([
    { method: 'GET', url: '/' },
    { method: 'GET', url: '/customers/1', headers: { accept: 'text/html' } },
    { method: 'GET', url: '/favicon.ico' },
    { method: 'GET', url: '/openapi.json' },
    { method: 'GET', url: '/docs' },
    { method: 'GET', url: '/metrics' },
    { method: 'GET', url: '/nowhere' },
    { method: 'GET', url: '/healthy' },
    { method: 'GET', url: '/customers/%zz' },
    { method: 'GET', url: `/customers/${'a'.repeat(600)}` },
    { method: 'POST', url: '/ingestions' },
    { method: 'OPTIONS', url: '/customers' },
  ] satisfies Request[])('counts for $method $url', async (request) => {
    const { headers, ...rest } = request as Exclude<Request, string>;
    const answer = await app.inject({ ...rest, headers: { ...headers, host: 'evil.example' } });
    expect(codeOf(answer)).toEqual([421, 'unknown_host']);
  });

  it('does not count for the probes of a load balancer', async () => {
    expect((await app.get('/health/live', { host: '10.1.2.3:1323' })).json()).toEqual({ status: 'live' });
    expect((await app.get('/health/ready', { host: '10.1.2.3:1323' })).json()).toHaveProperty('progress');
  });

  it('is named exactly once', async () => {
    const end = 'Connection: close\r\n\r\n';
    const twice = await rawRequest(url, `GET /customers HTTP/1.1\r\nHost: localhost\r\nhOST: localhost\r\n${end}`);
    expect(twice).toEqual({
      status: 400,
      body: refusal(400, 'invalid_host', 'The request has more than one Host header. Send exactly one.'),
    });
    const never = await rawRequest(url, `GET /customers HTTP/1.1\r\n${end}`);
    expect(never).toEqual({
      status: 400,
      body: refusal(400, 'invalid_host', 'The request has no Host header. HTTP/1.1 requires one.'),
    });
    expect((await rawRequest(url, `GET /customers HTTP/1.0\r\n${end}`)).status).toBe(200);
    expect((await rawRequest(url, `GET /customers HTTP/1.1\r\nHost:\r\n${end}`)).status).toBe(421);
  });

  it('is that of a target in absolute form, and not that of the header', async () => {
    const send = (target: string, host: string): Promise<{ status: number; body: unknown }> =>
      rawRequest(url, `${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    for (const target of ['GET http://evil.example/customers', 'GET HTTPS://localhost@evil.example/']) {
      expect(await send(target, 'localhost')).toMatchObject({ status: 421, body: { code: 'unknown_host' } });
    }
    expect((await send('GET http://localhost:1323/customers', 'localhost')).status).toBe(200);
    expect(await send('CONNECT evil.example:443', 'evil.example:443')).toMatchObject({
      status: 421,
      body: { code: 'unknown_host' },
    });
    expect((await send('CONNECT evil.example:443', 'localhost')).status).toBe(404);
  });

  it('is the only one that a server on a wildcard address does not know by itself', async () => {
    const wild = await startRestApp(await open(), { config: { host: '0.0.0.0', isOpen: true } });
    expect(codeOf(await wild.get('/customers', { host: '192.0.2.7' }))).toEqual([421, 'unknown_host']);
    expect((await wild.get('/customers', { host: 'localhost' })).statusCode).toBe(200);
    await wild.close();
  });
});

describe('a page of another origin', () => {
  const FOREIGN = ['https://evil.example', 'http://localhost.evil.example', 'null', 'file://', 'http://', 'nonsense'];
  let app: RestApp;
  afterEach(() => app.close());
  const start = async (corsOrigins?: string[], publicUrl?: string): Promise<void> => {
    app = await startRestApp(await open(), { config: { corsOrigins, publicUrl, allowedHosts: ['roster.example'] } });
  };
  const send = (method: Request['method'], headers: Record<string, string>): Promise<Answer> =>
    app.inject({ method, url: method === 'POST' ? '/ingestions' : '/customers/1', headers, payload: '' });

  it('may not change anything', async () => {
    await start();
    for (const method of METHODS) {
      for (const origin of FOREIGN) {
        const answer = await send(method, { origin, 'content-type': 'text/plain', 'sec-fetch-site': 'same-origin' });
        expect([method, origin, codeOf(answer)]).toEqual([method, origin, [403, 'foreign_origin']]);
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    }
    const answer = await send('POST', { origin: 'https://evil.example' });
    expect(answer.json<{ message: string }>().message).toBe(
      'A page of the origin "https://evil.example" may not change anything here. If it should, add its origin to CORS_ORIGINS.',
    );
    expect((await app.get('/ingestions')).json()).toEqual({ ingestions: [] });
  });

  it('may not where the browser says only that the site is another', async () => {
    await start();
    for (const method of METHODS) {
      expect(codeOf(await send(method, { 'sec-fetch-site': 'cross-site' }))).toEqual([403, 'foreign_origin']);
      for (const site of ['same-origin', 'same-site', 'none']) {
        expect((await send(method, { 'sec-fetch-site': site })).statusCode).not.toBe(403);
      }
    }
  });

  it('may read what the browser lets it read, and ask in advance', async () => {
    await start();
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await app.inject({ method, url: '/customers', headers })).statusCode).toBe(200);
    }
    const preflight = { ...headers, 'access-control-request-method': 'PATCH' };
    expect((await app.inject({ method: 'OPTIONS', url: '/customers/1', headers: preflight })).statusCode).toBe(204);
  });

  it('may change something where its origin may call the API', async () => {
    await start();
    for (const origin of ['http://localhost:4200', 'https://admin.localhost']) {
      const answer = await send('POST', { origin, 'sec-fetch-site': 'cross-site' });
      expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([202, origin]);
    }
    await app.close();
    await start(['https://admin.example']);
    expect((await send('POST', { origin: 'https://admin.example' })).statusCode).toBe(202);
    expect(codeOf(await send('POST', { origin: 'http://localhost:4200' }))).toEqual([403, 'foreign_origin']);
  });

  it.each([
    ['localhost:1323', 'http://localhost:1323'],
    ['roster.example', 'https://roster.example'],
    ['Roster.example:443', 'https://roster.example'],
    ['roster.example:80', 'http://roster.example'],
    ['127.0.0.1:8080', 'https://people.example'],
  ])('is not what a page of %s is that says %s', async (host, origin) => {
    await start(['https://admin.example'], 'https://people.example');
    expect((await send('POST', { host, origin })).statusCode).toBe(202);
    expect(codeOf(await send('POST', { host, origin: `${origin}0` }))).toEqual([403, 'foreign_origin']);
  });

  it('is what no program is: it sends neither header', async () => {
    await start(['https://admin.example']);
    expect((await send('POST', {})).statusCode).toBe(202);
    expect((await send('DELETE', {})).statusCode).toBe(404);
  });

  it('never learns that it may send credentials', async () => {
    await start();
    for (const origin of ['http://localhost:4200', 'https://evil.example']) {
      const headers = { origin, cookie: 'a=b' };
      const preflight = { ...headers, 'access-control-request-method': 'PATCH' };
      for (const answer of [
        await app.get('/customers', headers),
        await app.inject({ method: 'OPTIONS', url: '/customers', headers: preflight }),
      ]) {
        expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
      }
    }
  });
});
