import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { Gate } from '../../server/access/gate.js';
import { hashOf, newTokenSecret } from '../../server/access/secrets.js';
import { HTTP_LIMITS } from '../../server/http/limits.js';
import { draft } from '../support/access.js';
import { giveToken, makeUser, signIn } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { attributes, ingestLines } from '../support/messages.js';
import { rawRequest } from '../support/raw-client.js';
import { startRestApp, type Answer, type RestApp, type RestAppOptions } from '../support/rest-app.js';

const [[, openSqlite]] = ENGINES;
type Headers = Readonly<Record<string, string>>;

let app: RestApp;
let engine: Engine;
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
});

async function start(options: RestAppOptions = {}, open = openSqlite): Promise<void> {
  engine = await open();
  app = await startRestApp(engine, options);
}

const forget = (): void => app.nest.get(Gate).forget();
const statusOf = async (headers: Headers, url = '/customers'): Promise<number> =>
  (await app.get(url, headers)).statusCode;
const situation = async (headers: Headers = {}): Promise<unknown> => (await app.get('/session', headers)).json();

describe('credentials', () => {
  it('are checked where none are needed: wrong ones are refused', async () => {
    await start();
    const wrong: Record<string, string>[] = [
      { authorization: 'Bearer rst_wrong' },
      { authorization: `Bearer ${newTokenSecret()}` },
      { authorization: 'Basic dXNlcjpwYXNzd29yZA==' },
      { authorization: 'nonsense' },
      { cookie: 'roster_session=wrong' },
    ];
    for (const headers of wrong) {
      const answer = await app.get('/customers', headers);
      expect([answer.statusCode, answer.headers['www-authenticate']]).toEqual([401, 'Bearer']);
    }
    // A cookie of an earlier server at this address must not keep the admin out.
    const session = await app.get('/session', { cookie: 'a=b; roster_session=wrong' });
    expect([session.statusCode, session.json()]).toMatchObject([200, { access: 'open' }]);
    expect(session.headers['set-cookie']).toMatch(/^roster_session=; Max-Age=0;/);
  });

  it('of a session are none in the place of a token, nor a token in the place of a session', async () => {
    await start();
    const { cookie } = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const token = await giveToken(engine.access, ['read']);
    forget();
    for (const headers of [{ cookie }, token]) expect(await statusOf(headers)).toBe(200);
    const [, secret] = cookie.split('=');
    const swapped: Headers[] = [
      { authorization: secret },
      { authorization: `Bearer ${secret}` },
      { cookie: `roster_session=${encodeURIComponent(token.authorization)}` },
      { cookie: `roster_session=${token.authorization}` },
    ];
    for (const headers of swapped) expect([headers, await statusOf(headers)]).toEqual([headers, 401]);
  });

  it('are one token: a second Authorization is refused, also on a public route', async () => {
    await start();
    const { authorization } = await giveToken(engine.access, ['read']);
    const url = await app.listen();
    const lines = [`Authorization: ${authorization}`, 'authorization: Bearer rst_wrong'];
    for (const path of ['/customers', '/session']) {
      for (const both of [lines, [...lines].reverse(), [lines[0], lines[0]]]) {
        const request = [`GET ${path} HTTP/1.1`, 'Host: localhost', ...both, 'Connection: close', '', ''].join('\r\n');
        expect(await rawRequest(url, request)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
      }
    }
  });

  it('of a program are a token, as Bearer or as the user name of Basic, before any cookie', async () => {
    await start();
    const { authorization } = await giveToken(engine.access, ['read']);
    const basic = `Basic ${Buffer.from(`${authorization.slice('Bearer '.length)}:x`).toString('base64')}`;
    const { cookie } = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    forget();
    expect(await situation({ authorization, cookie })).toMatchObject({
      token: { id: 1 },
      user: null,
      permissions: ['read'],
    });
    expect([await statusOf({ authorization: basic }), await statusOf({ authorization: 'Bearer x', cookie })]).toEqual([
      200, 401,
    ]);
    expect((await app.get(`/customers?token=${authorization.slice(7)}`)).statusCode).toBe(401);
  });

  it('are kept in memory for a moment, but for a Basic header that is long', async () => {
    await start();
    const { authorization } = await giveToken(engine.access, ['read']);
    const basic = (password: string): string =>
      `Basic ${Buffer.from(`${authorization.slice('Bearer '.length)}:${password}`).toString('base64')}`;
    const looks = jest.spyOn(engine.access, 'token');
    forget();
    for (const password of ['x', 'x', 'y'.repeat(2_000), 'y'.repeat(2_000)]) {
      expect(await statusOf({ authorization: basic(password) })).toBe(200);
    }
    expect(looks).toHaveBeenCalledTimes(3);
  });

  it('say who made an edit, a program or a person, whatever the headers say', async () => {
    await start();
    const token = await giveToken(engine.access, ['write']);
    const session = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    forget();
    const sourceOf = async (id: string, headers: Headers): Promise<unknown> => {
      await app.post('/customers', { customer: { id, attributes: { email: 'a@example.com' } } }, headers);
      const { entries } = await engine.history.page(id, undefined, 1);
      return entries[0].source;
    };
    expect([await sourceOf('1', { ...token, 'sec-fetch-site': 'same-origin' }), await sourceOf('2', session)]).toEqual([
      'api',
      'admin',
    ]);
  });

  it('come before a 304 and before an answer that is cached', async () => {
    await start();
    await ingestLines(engine, [attributes({}, { user_id: '1' })]);
    const headers = await giveToken(engine.access, ['read']);
    forget();
    const etag = String((await app.get('/customers/1', headers)).headers.etag);
    expect(await statusOf({ ...headers, 'if-none-match': etag }, '/customers/1')).toBe(304);
    expect(await statusOf({ 'if-none-match': etag }, '/customers/1')).toBe(401);
  });

  it('of a token allow no more than its maker may do at that moment', async () => {
    await start();
    await makeUser(engine.access, 'admin');
    const maker = await makeUser(engine.access, 'admin');
    const headers = await giveToken(engine.access, ['read', 'manage'], maker);
    const change = async (what: Parameters<typeof engine.access.changeUser>[1]): Promise<number[]> => {
      await engine.access.changeUser(maker.id, what, draft('user.changed'));
      forget();
      return [await statusOf(headers), await statusOf(headers, '/users')];
    };
    expect(await change({ role: 'admin' })).toEqual([200, 200]);
    expect(await change({ role: 'viewer' })).toEqual([200, 403]);
    expect(await change({ isDisabled: true })).toEqual([401, 401]);
    expect(await change({ isDisabled: false, role: 'admin' })).toEqual([200, 200]);
    await engine.access.removeUser(maker.id, draft('user.removed'));
    forget();
    expect(await statusOf(headers)).toBe(401);
  });

  it('of a token end when it expires, and are made only with what the maker may do', async () => {
    await start();
    const admin = await signIn(engine.access, await makeUser(engine.access, 'admin'));
    const expires = Date.now() + 60_000;
    const make = (permissions: string[], headers: Headers): Promise<Answer> =>
      app.post('/tokens', { token: { name: 'ci', permissions, expires_at: new Date(expires).toISOString() } }, headers);
    forget();
    const { token } = (await make(['read', 'manage'], admin)).json<{ token: { secret: string } }>();
    const headers = { authorization: `Bearer ${token.secret}` };
    expect((await make(['delete'], headers)).json()).toMatchObject({ code: 'forbidden' });
    expect(await statusOf(headers)).toBe(200);
    jest.spyOn(Date, 'now').mockReturnValue(expires);
    forget();
    expect(await statusOf(headers)).toBe(401);
  });

  it.each(ENGINES.filter(([name]) => name !== 'memory'))(
    'that one server revokes, another refuses within a second: %s',
    async (_name, open) => {
      await start({}, open);
      const again = await engine.again?.();
      if (!again) throw new Error('This engine is not shared.');
      const other = await startRestApp({ ...engine, ...again });
      await makeUser(engine.access, 'admin');
      const user = await makeUser(engine.access, 'viewer');
      const [cookie, token] = [await signIn(engine.access, user), await giveToken(engine.access, ['read'])];
      for (const headers of [cookie, token]) expect((await other.get('/customers', headers)).statusCode).toBe(200);
      const admin = await giveToken(engine.access, ['manage']);
      await app.inject({
        method: 'PATCH',
        url: `/users/${user.id}`,
        headers: admin,
        payload: { user: { disabled: true } },
      });
      await app.inject({ method: 'DELETE', url: '/tokens/1', headers: admin });
      const now = performance.now.bind(performance);
      jest.spyOn(performance, 'now').mockImplementation(() => now() + 1_000);
      for (const headers of [cookie, token]) {
        for (const server of [app, other]) expect((await server.get('/customers', headers)).statusCode).toBe(401);
      }
      await other.close();
    },
  );

  it.each(['token', 'cookie'])('are checked again while a stream goes on: %s', async (kind) => {
    await start({ limits: { ...HTTP_LIMITS, answers: { ...HTTP_LIMITS.answers, checkAgainMs: 20 } } });
    const ingestion = await engine.ingestions.begin({
      name: 'endless',
      path: undefined,
      size: undefined,
      fingerprint: undefined,
    });
    const user = await makeUser(engine.access, 'admin');
    const headers = kind === 'token' ? await giveToken(engine.access, ['read']) : await signIn(engine.access, user);
    const url = await app.listen();
    const request = httpGet(`${url}/ingestions/${ingestion.id}/progress`, { headers });
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(200);
    answer.resume();
    const cut = once(answer, 'error');
    if (kind === 'token') await engine.access.removeToken(1, draft('token.removed'));
    else await engine.access.endSessions(user.id, { keep: undefined }, draft('session.ended'));
    await cut;
  });

  it('are in no log, error or export', async () => {
    await start();
    const { authorization } = await giveToken(engine.access, ['read', 'manage', 'export']);
    forget();
    const made = (
      await app.post('/users', { user: { email: 'b@c.example', name: 'B', role: 'admin' } }, { authorization })
    ).json<{ link: { code: string } }>();
    const used = await app.post('/codes/use', { code: made.link.code, password: 'correct horse battery' });
    const cookie = String(used.headers['set-cookie']).split(/[=;]/)[1];
    const wrong = await app.get('/customers', { authorization: `${authorization.slice(0, -1)}!` });
    const texts = [
      wrong.body,
      (await app.get('/audit', { authorization })).body,
      (await app.get('/exports/audit.csv', { authorization })).body,
      (await app.get('/exports/audit.jsonl', { authorization })).body,
      (await app.get('/users', { authorization })).body,
      (await app.get('/tokens', { authorization })).body,
      (await app.get('/metrics', { authorization })).body,
      app.log.join('\n'),
    ].join('\n');
    for (const secret of [authorization.slice(7), made.link.code, cookie, 'correct horse battery', 'quick$']) {
      expect(texts).not.toContain(secret);
    }
    for (const secret of [authorization.slice(7), made.link.code, cookie]) {
      expect(texts).not.toContain(Buffer.from(hashOf(secret)).toString('hex'));
    }
  });
});
