import { newSessionSecret } from '../../server/access/secrets.js';
import { giveToken, makeUser, signIn } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { startRestApp, type RestApp, type RestAppOptions } from '../support/rest-app.js';

const [[, openSqlite]] = ENGINES;
type Headers = Readonly<Record<string, string>>;

let app: RestApp;
let engine: Engine;
afterEach(() => app.close());

async function start(options: RestAppOptions = {}): Promise<void> {
  engine = await openSqlite();
  app = await startRestApp(engine, options);
}

const statusOf = async (headers: Headers, url = '/customers'): Promise<number> =>
  (await app.get(url, headers)).statusCode;

describe('the cookie', () => {
  const OWN = 'http://localhost:80';
  const TRIES: readonly (readonly [what: string, headers: Headers, passes: boolean])[] = [
    ['a program', {}, true],
    ['a page of this server', { origin: OWN, 'sec-fetch-site': 'same-origin' }, true],
    ['a page of this server, over plain http', { origin: OWN }, true],
    ['an address that was typed', { 'sec-fetch-site': 'none' }, true],
    ['a page on another port', { origin: 'http://localhost:4200', 'sec-fetch-site': 'same-site' }, false],
    ['the same, without an origin', { 'sec-fetch-site': 'same-site' }, false],
    ['the same, by a link with a referrer', { referer: 'http://localhost:4200/a' }, false],
    ['a page on another host', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, false],
    ['a page without an origin', { origin: 'null' }, false],
    ['an origin of CORS_ORIGINS', { origin: 'https://friend.example' }, false],
    ['a name that was rebound', { host: 'evil.example', origin: 'http://evil.example' }, false],
  ];

  it.each(TRIES)('is taken from a page of this server alone: %s', async (_what, more, passes) => {
    await start({ config: { corsOrigins: ['https://friend.example', 'http://localhost:4200'] } });
    const { cookie } = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const headers = { host: 'localhost:80', cookie, ...more };
    const outcomes: number[] = [];
    for (const url of ['/customers', '/exports/customers.csv', '/exports/audit.jsonl', '/session/../users']) {
      outcomes.push(await statusOf(headers, url));
    }
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded']) {
      const payload = '{"type":"event"}';
      const posted = { ...headers, 'content-type': type };
      outcomes.push((await app.inject({ method: 'POST', url: '/ingestions', headers: posted, payload })).statusCode);
    }
    const allowed = outcomes.map((status) => status < 400 || status === 404);
    expect([outcomes, allowed]).toEqual([outcomes, outcomes.map(() => passes)]);
    expect((await app.get('/customers', headers)).headers['access-control-allow-credentials']).toBeUndefined();
    expect((await engine.ingestions.list(10)).length).toBe(passes ? 3 : 0);
  });

  const FOREIGN: readonly Headers[] = [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'http://localhost:4200', 'sec-fetch-site': 'same-site' },
    { referer: 'https://evil.example/page' },
  ];

  it.each(FOREIGN)('is not cleared for a page of another origin: %j', async (foreign) => {
    await start({ config: { corsOrigins: ['http://localhost:4200'] } });
    const session = { host: 'localhost:80', ...(await signIn(engine.access, await makeUser(engine.access, 'admin'))) };
    for (const method of ['GET', 'HEAD'] as const) {
      const answer = await app.inject({ method, url: '/session', headers: { ...session, ...foreign } });
      expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([200, undefined]);
    }
    const answer = await app.inject({ method: 'DELETE', url: '/session', headers: { ...session, ...foreign } });
    expect([answer.json(), answer.headers['set-cookie']]).toMatchObject([{ code: 'foreign_origin' }, undefined]);
    expect((await app.get('/session', session)).json()).toMatchObject({ user: { role: 'admin' } });
    const own = await app.inject({ method: 'DELETE', url: '/session', headers: { ...session, origin: OWN } });
    expect([own.statusCode, own.headers['set-cookie']]).toEqual([200, expect.stringMatching(/Max-Age=0/)]);
    expect(await statusOf(session)).toBe(401);
  });

  it('is not cleared where a token comes before it', async () => {
    await start();
    const session = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const token = await giveToken(engine.access, ['read']);
    const answer = await app.get('/session', { ...session, ...token });
    expect([answer.statusCode, answer.headers['set-cookie']]).toEqual([200, undefined]);
  });

  it('is found among those of the same name that a page on another port has set for a path', async () => {
    await start();
    const user = await makeUser(engine.access, 'admin');
    const { cookie } = await signIn(engine.access, user);
    const planted = ['roster_session=planted', 'roster_session=', 'roster_session=%zz'];
    const orders = [
      [...planted, cookie],
      [cookie, ...planted],
      ['a=b', planted[0], cookie, planted[1]],
    ].map((cookies) => cookies.join('; '));
    for (const all of [...orders, ...orders]) {
      const answer = await app.get('/session', { cookie: all });
      expect([all, answer.json(), answer.headers['set-cookie']]).toMatchObject([
        all,
        { user: { id: user.id } },
        undefined,
      ]);
    }
    const wrong = { cookie: planted.join('; ') };
    expect(await statusOf(wrong)).toBe(401);
    expect((await app.get('/session', wrong)).headers['set-cookie']).toMatch(/^roster_session=; Max-Age=0;/);
    await app.inject({ method: 'DELETE', url: '/session', headers: { cookie: orders[0] } });
    expect(await statusOf({ cookie })).toBe(401);
  });

  it('is looked for among twenty, however many such a page has set', async () => {
    await start();
    const { cookie } = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const planted = Array.from({ length: 200 }, () => `roster_session=${newSessionSecret()}`);
    const noSecrets = Array.from({ length: 200 }, (_, i) => `roster_session=planted${i}`);
    const looks = jest.spyOn(engine.access, 'session');
    expect(await statusOf({ cookie: planted.join('; ') })).toBe(401);
    expect(looks).toHaveBeenCalledTimes(20);
    const twice = [...planted.slice(0, 18), ...planted.slice(0, 18)];
    expect(await statusOf({ cookie: [...noSecrets, ...twice, cookie].join('; ') })).toBe(200);
    expect(looks.mock.calls.length).toBeLessThanOrEqual(40);
  });

  it('does not let such a page log its reader in as somebody else', async () => {
    await start({ config: { corsOrigins: ['http://localhost:4200'] } });
    const headers = { origin: 'http://localhost:4200' };
    expect((await app.post('/session', { email: 'a@b.example', password: 'x' }, headers)).json()).toMatchObject({
      code: 'foreign_origin',
    });
  });

  it('is not needed by such a page, which sends a token', async () => {
    await start({ config: { corsOrigins: ['https://friend.example'] } });
    const token = await giveToken(engine.access, ['read', 'ingest']);
    const headers = { ...token, origin: 'https://friend.example', 'sec-fetch-site': 'cross-site' };
    expect((await app.get('/customers', headers)).headers['access-control-allow-origin']).toBe(
      'https://friend.example',
    );
    expect((await app.inject({ method: 'POST', url: '/ingestions', headers, payload: '' })).statusCode).toBe(202);
  });

  it('over https is not taken from a page over http', async () => {
    await start({ config: { publicUrl: 'https://roster.example' } });
    const { cookie } = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const headers = { host: 'roster.example', cookie: `__Host-${cookie}` };
    expect(await statusOf({ ...headers, origin: 'https://roster.example' })).toBe(200);
    expect(await statusOf({ ...headers, origin: 'http://roster.example' })).toBe(403);
  });
});
