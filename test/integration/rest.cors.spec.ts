import { ENGINES } from '../support/engine.js';
import { startRestApp, type Answer, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;

describe('a browser on another origin', () => {
  let app: RestApp;
  afterEach(() => app.close());

  const start = async (corsOrigins?: string[]): Promise<void> => {
    app = await startRestApp(await open(), { config: { corsOrigins } });
  };
  const preflight = (origin: string, method: string, headers: string): Promise<Answer> =>
    app.inject({
      method: 'OPTIONS',
      url: '/customers/1004',
      headers: {
        origin,
        'access-control-request-method': method,
        'access-control-request-headers': headers,
      },
    });

  it.each([
    'http://localhost',
    'http://localhost:4200',
    'https://localhost:65535',
    'http://127.0.0.1:3000',
    'http://[::1]:3000',
    'http://admin.localhost:3000',
  ])('may call by default from %s', async (origin) => {
    await start();
    const answer = await app.get('/customers', { origin });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect(answer.headers['access-control-expose-headers']).toBe(
      'ETag, Location, Content-Disposition, Replaced-Characters, Retry-After',
    );
    expect(answer.headers.vary).toBe('Origin, Accept');
  });

  it.each([
    'https://example.com',
    'http://localhost.example.com',
    'http://localhost:4200.example.com',
    'http://notlocalhost',
    'http://127.0.0.10.example.com',
    'file://localhost',
    'null',
  ])('may not call by default from %s', async (origin) => {
    await start();
    const answer = await app.get('/customers', { origin });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers.vary).toBe('Origin, Accept');
  });

  it('may call from the configured origins alone', async () => {
    await start(['https://admin.example.com', 'http://other.example:8080']);
    const allowed = async (origin: string): Promise<unknown> =>
      (await app.get('/customers', { origin })).headers['access-control-allow-origin'];
    expect(await allowed('https://admin.example.com')).toBe('https://admin.example.com');
    expect(await allowed('http://other.example:8080')).toBe('http://other.example:8080');
    expect(await allowed('http://other.example')).toBeUndefined();
    expect(await allowed('http://localhost:4200')).toBeUndefined();
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE'])(
    'may send a %s with the headers of the contract',
    async (method) => {
      await start();
      const answer = await preflight('http://localhost:4200', method, 'content-type,if-match,if-none-match');
      expect([answer.statusCode, answer.body]).toEqual([204, '']);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': 'http://localhost:4200',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
        'access-control-allow-headers':
          'Accept, Authorization, Content-Type, Content-Encoding, If-Match, If-None-Match',
      });
    },
  );

  it('is told nothing when it may not', async () => {
    await start();
    const answer = await preflight('https://example.com', 'DELETE', 'content-type');
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  it('can read an error', async () => {
    await start();
    const answer = await app.get('/customers/nobody', { origin: 'http://localhost:4200' });
    expect([answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([404, 'http://localhost:4200']);
  });

  it('sees the headers that keep JSON, errors included, from being taken for anything else', async () => {
    await start();
    for (const path of ['/customers', '/customers/nobody']) {
      const { headers } = await app.get(path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cross-origin-resource-policy': 'same-origin',
        'content-security-policy': expect.stringContaining("frame-ancestors 'none'") as string,
        vary: 'Origin, Accept',
      });
    }
  });
});
