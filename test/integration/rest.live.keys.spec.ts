import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveToken, makeUser, signIn } from '../support/credentials.js';
import { ENGINES, temporaryFolder, type Engine } from '../support/engine.js';
import { basic, makeSource } from '../support/live-sources.js';
import { startRestApp, type Answer, type Request, type RestApp } from '../support/rest-app.js';

const [[, open]] = ENGINES;
const SHOP = 'https://shop.example';
type Headers = Readonly<Record<string, string>>;

/** A request to each kind of live path that takes a key. */
const REQUESTS: readonly (readonly [Request['method'], string, object | undefined])[] = [
  ['POST', '/messages', { type: 'event', name: 'page', user_id: '1' }],
  ['POST', '/v1/batch', { batch: [{ type: 'track', event: 'page', userId: '1' }] }],
  ['POST', '/v1/t', { event: 'page', userId: '1' }],
  ['PUT', '/api/v1/customers/1', { plan: 'pro' }],
  ['POST', '/api/v2/batch', { batch: [] }],
  ['GET', '/api/v1/accounts/region', undefined],
];

describe('the key of a live request', () => {
  const folder = temporaryFolder();
  let engine: Engine;
  let app: RestApp;

  beforeAll(() => {
    mkdirSync(join(folder.path, 'en'));
    writeFileSync(join(folder.path, 'en', 'index.html'), '<!doctype html>');
  });
  afterAll(() => folder.remove());
  afterEach(() => app.close());

  const start = async (isClosed: boolean): Promise<void> => {
    engine = await open();
    if (isClosed) await makeUser(engine.access, 'admin');
    app = await startRestApp(engine, { adminRoot: folder.path });
  };
  const send = ([method, url, body]: (typeof REQUESTS)[number], headers: Headers): Promise<Answer> =>
    app.inject({ method: method ?? 'POST', url, headers, ...(body && { payload: JSON.stringify(body) }) });
  const statuses = async (headers: Headers): Promise<number[]> => {
    const all = [];
    for (const request of REQUESTS) all.push((await send(request, headers)).statusCode);
    return all;
  };
  const ALL = REQUESTS.map(() => 200);
  const NONE = REQUESTS.map(() => 401);

  it('may be any, or none, on an open server, for the default source', async () => {
    await start(false);
    for (const headers of [{}, basic('any'), { authorization: 'Bearer any' }, { authorization: 'Digest any' }]) {
      expect(await statuses(headers)).toEqual(ALL);
    }
    const { key } = await makeSource(engine);
    expect(await statuses(basic(key))).toEqual(ALL);
    expect((await app.get('/sources')).json()).toMatchObject({
      sources: [{ week: { accepted: 16 } }, { week: { accepted: 4 } }],
    });
    await app.patch('/sources/1', { source: { is_on: false } });
    expect(await statuses({})).toEqual(NONE);
    expect(await statuses(basic(key))).toEqual(ALL);
  });

  it('must be that of a source which is on, on a closed server', async () => {
    await start(true);
    const { key } = await makeSource(engine);
    const pair = await makeSource(engine, { kind: 'customerio' });
    const off = await makeSource(engine, { isOn: false });
    const [siteId] = pair.key.split(':');
    for (const headers of [
      basic(key),
      { authorization: `Bearer ${key}` },
      { authorization: `bAsIc ${btoa(key)}` },
      basic(pair.key),
    ]) {
      expect(await statuses(headers)).toEqual(ALL);
    }
    for (const headers of [
      {},
      basic('any'),
      basic(off.key),
      basic(`${siteId}:`),
      basic(`${pair.key}x`),
      { authorization: key },
    ]) {
      expect(await statuses(headers)).toEqual(NONE);
    }
  });

  it('that is wrong gets one answer everywhere, before the body is read', async () => {
    await start(true);
    for (const [method, url] of REQUESTS) {
      const answer = await send([method, url, { not: 'read' }], basic('wrong'));
      expect([answer.statusCode, answer.json()]).toEqual([
        401,
        {
          ...{ statusCode: 401, error: 'Unauthorized', code: 'unauthenticated' },
          message: 'The key is not that of a source that is switched on.',
          meta: { error: 'Unauthorized' },
        },
      ]);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  it('is in the body of scripts, in the path of their settings, and nowhere in a query', async () => {
    await start(true);
    const { key } = await makeSource(engine, { kind: 'segment' });
    const track = { event: 'page', userId: '1' };
    const post = async (url: string, body: object): Promise<number> =>
      (
        await app.inject({
          method: 'POST',
          url,
          headers: { 'content-type': 'text/plain', origin: SHOP },
          payload: JSON.stringify(body),
        })
      ).statusCode;
    expect(await post('/v1/t', { ...track, writeKey: key })).toBe(200);
    expect(await post('/v1/b', { batch: [{ ...track, type: 'track' }], writeKey: key })).toBe(200);
    expect(await post('/v1/t', { ...track, writeKey: 'wrong' })).toBe(401);
    expect(await post('/v1/t', { ...track, writeKey: 7 })).toBe(401);
    expect(await post(`/v1/t?writeKey=${key}`, track)).toBe(401);
    expect((await app.get(`/v1/projects/${key}/settings`, { origin: SHOP })).statusCode).toBe(200);
    expect((await app.get('/v1/projects/wrong/settings', { origin: SHOP })).statusCode).toBe(401);
  });

  it('is not kept with a call that is refused, nor shown', async () => {
    await start(true);
    const { key, source } = await makeSource(engine, { kind: 'segment' });
    const admin = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const wrong = { type: 'track', event: '', userId: '1', writeKey: key };
    for (const [url, payload] of [
      ['/v1/t', JSON.stringify(wrong)],
      ['/v1/batch', JSON.stringify({ batch: [wrong], writeKey: key })],
      ['/v1/batch', JSON.stringify({ batch: {}, writeKey: key })],
      ['/v1/batch', `{"writeKey":"${key}"`],
    ])
      await app.inject({ method: 'POST', url, headers: basic(key), payload });
    const { rejects } = (await app.get(`/sources/${source.id}/rejects`, admin)).json<{ rejects: unknown[] }>();
    expect(rejects).toHaveLength(4);
    expect(JSON.stringify(rejects)).not.toContain(key);
  });

  it('is that of a source for a page in a browser, always', async () => {
    for (const isClosed of [false, true]) {
      await start(isClosed);
      const { key } = await makeSource(engine);
      // A token closes the server.
      const wrong: Headers[] = [{}, basic('any'), ...(isClosed ? [await giveToken(engine.access, ['ingest'])] : [])];
      const origins = [SHOP, 'null', 'http://localhost', 'http://localhost:80'];
      const pages: Headers[] = [...origins.map((origin) => ({ origin })), { 'sec-fetch-site': 'cross-site' }];
      for (const page of pages) {
        expect(await statuses({ ...basic(key), ...page })).toEqual(ALL);
        for (const headers of wrong) expect(await statuses({ ...headers, ...page })).toEqual(NONE);
      }
      if (!isClosed) await app.close();
    }
  });

  it('may be a token to ingest, for Roster’s own path alone', async () => {
    await start(true);
    const token = await giveToken(engine.access, ['ingest']);
    expect(await statuses(token)).toEqual([200, ...NONE.slice(1)]);
    const weak = await send(REQUESTS[0], await giveToken(engine.access, ['read', 'write', 'manage']));
    expect([weak.statusCode, weak.json()]).toMatchObject([
      403,
      { code: 'forbidden', message: expect.stringContaining('"ingest"') as unknown },
    ]);
    const removed = await send(REQUESTS[0], { authorization: `Bearer rst_${'x'.repeat(49)}` });
    expect([removed.statusCode, removed.json()]).toMatchObject([401, { code: 'unauthenticated' }]);
  });

  it('is no cookie', async () => {
    await start(true);
    const admin = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    expect((await app.get('/customers', admin)).statusCode).toBe(200);
    expect(await statuses(admin)).toEqual(NONE);
    expect(await statuses({ ...admin, origin: 'http://localhost:80', 'sec-fetch-site': 'same-origin' })).toEqual(NONE);
  });

  it('of a source opens nothing else', async () => {
    await start(true);
    const { key } = await makeSource(engine);
    for (const path of ['/customers', '/sources', '/live', '/ingestions', '/metrics', '/audit']) {
      expect((await app.get(path, basic(key))).statusCode).toBe(401);
      expect((await app.get(path, { authorization: `Bearer ${key}` })).statusCode).toBe(401);
    }
    const ingestion = await app.inject({ method: 'POST', url: '/ingestions', headers: basic(key), payload: '' });
    expect(ingestion.statusCode).toBe(401);
  });

  it('is needed behind a proxy that passes an open server on', async () => {
    await start(false);
    expect(await statuses({ 'x-forwarded-for': '192.0.2.7' })).toEqual(NONE);
    const { key } = await makeSource(engine);
    expect(await statuses({ ...basic(key), 'x-forwarded-for': '192.0.2.7' })).toEqual(ALL);
  });

  describe('of a page', () => {
    beforeEach(() => start(true));

    it('lets it read every answer, errors included', async () => {
      const { key } = await makeSource(engine);
      for (const authorization of [basic(key), basic('wrong')]) {
        for (const request of [...REQUESTS, ['POST', '/v1/nothing', {}], ['POST', '/v1/batch', undefined]] as const) {
          const { headers } = await send(request, { ...authorization, origin: SHOP, 'sec-fetch-site': 'cross-site' });
          expect(headers).toMatchObject({
            'access-control-allow-origin': SHOP,
            'access-control-expose-headers': 'Retry-After',
            vary: expect.stringContaining('Origin') as unknown,
          });
          expect(headers).not.toHaveProperty('access-control-allow-credentials');
        }
      }
    });

    it.each([
      '/messages',
      '/v1/batch',
      '/v1/t',
      '/v1/projects/k/settings',
      '/api/v1/customers/1',
      '/api/v2/batch',
      '/unsubscribe/x',
    ])('needs none to ask what it may send to %s', async (url) => {
      const answer = await app.inject({
        method: 'OPTIONS',
        url,
        headers: {
          origin: SHOP,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type,x-retry-count',
        },
      });
      expect([answer.statusCode, answer.body]).toEqual([204, '']);
      expect(answer.headers).toMatchObject({
        'access-control-allow-origin': SHOP,
        'access-control-allow-methods': 'POST, GET, OPTIONS',
        'access-control-allow-headers': 'authorization,content-type,x-retry-count',
        'access-control-max-age': '7200',
        vary: expect.stringContaining('Origin') as unknown,
      });
    });

    it('changes nothing for other paths: they stay closed to foreign pages', async () => {
      for (const url of [
        '/customers',
        '/ingestions',
        '/messages/',
        '/messagesx',
        '/v2/batch',
        '/api/customers',
        '/api/v3/x',
        '/V1/batch',
        '/unsubscribe',
      ]) {
        const answer = await app.inject({ method: 'POST', url, headers: { origin: SHOP }, payload: '{}' });
        const isLive = url === '/messages/';
        expect([url, answer.statusCode, answer.headers['access-control-allow-origin']]).toEqual([
          url,
          isLive ? 401 : 403,
          isLive ? SHOP : undefined,
        ]);
      }
      const other = await app.inject({ method: 'PUT', url: '/messages', headers: { origin: SHOP }, payload: '{}' });
      expect(other.statusCode).toBe(403);
      const read = await app.get('/customers', { origin: SHOP });
      expect(read.headers).not.toHaveProperty('access-control-allow-origin');
    });

    it('does not open an unknown host', async () => {
      const { key } = await makeSource(engine);
      for (const request of REQUESTS) {
        const answer = await send(request, { ...basic(key), host: 'attacker.example', origin: SHOP });
        expect([answer.statusCode, answer.json()]).toMatchObject([421, { code: 'unknown_host' }]);
      }
    });

    it('is asked for where a browser opens a live path: the admin is no answer', async () => {
      const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
      expect((await app.get('/login', html)).headers['content-type']).toContain('text/html');
      for (const [url, status] of [
        ['/v1/nothing', 404],
        ['/v1', 404],
        ['/api/v1/accounts/region', 401],
        ['/api/v2', 404],
      ] as const) {
        const answer = await app.get(url, html);
        expect([answer.statusCode, answer.headers['content-type']]).toEqual([
          status,
          'application/json; charset=utf-8',
        ]);
      }
    });
  });
});
