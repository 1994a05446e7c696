import { Gate } from '../../server/access/gate.js';
import { makeUser } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { QuickHasher } from '../support/quick-hasher.js';
import { refusal } from '../support/refusal.js';
import { startRestApp, type Answer, type RestApp, type RestAppOptions } from '../support/rest-app.js';

const [[, openSqlite]] = ENGINES;
const PASSWORD = 'correct horse battery';
const DAY_MS = 86_400_000;

let app: RestApp;
let engine: Engine;
afterEach(async () => {
  jest.restoreAllMocks();
  await app.close();
});

/** Starts a server with one admin. @returns its email */
async function start(options: RestAppOptions = {}, open = openSqlite): Promise<string> {
  engine = await open();
  app = await startRestApp(engine, options);
  const { email } = await makeUser(engine.access, 'admin', QuickHasher.of(PASSWORD));
  app.nest.get(Gate).forget();
  return email;
}

const logIn = (email: string, password: string, headers: Record<string, string> = {}): Promise<Answer> =>
  app.post('/session', { email, password }, headers);

/** The `Cookie` header of a browser that got an answer. */
function cookieOf(answer: Answer): { cookie: string } {
  return { cookie: String(answer.headers['set-cookie']).split(';')[0] };
}

const statusOf = async (headers: Record<string, string>): Promise<number> =>
  (await app.get('/customers', headers)).statusCode;

describe('a login', () => {
  it('opens what a role may do, by a cookie that scripts and other sites do not get', async () => {
    const email = await start();
    expect(await statusOf({})).toBe(401);
    const answer = await logIn(` ${email.toUpperCase()} `, PASSWORD);
    expect([answer.statusCode, answer.json()]).toEqual([
      200,
      {
        access: 'closed',
        user: { id: 1, email, name: email.split('@')[0], role: 'admin' },
        token: null,
        permissions: ['read', 'write', 'delete', 'export', 'ingest', 'manage'],
        single_sign_on: false,
        display_name: [['name'], ['first_name', 'last_name'], ['email'], ['id']],
      },
    ]);
    expect(answer.headers['set-cookie']).toMatch(
      /^roster_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(answer.headers['cache-control']).toBe('private, no-cache');
    expect(await statusOf(cookieOf(answer))).toBe(200);
    expect((await app.get('/session', cookieOf(answer))).json()).toMatchObject({ user: { email } });
  });

  it.each([
    ['PUBLIC_URL', { publicUrl: 'https://roster.example' }, { host: 'roster.example' }],
    ['a trusted proxy', { trustProxy: 1, allowedHosts: ['roster.example'] }, { 'x-forwarded-proto': 'https' }],
  ])('sets a cookie for this host over https alone where %s says https', async (_what, config, headers) => {
    const email = await start({ config });
    const answer = await logIn(email, PASSWORD, headers);
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-roster_session=[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    const { cookie } = cookieOf(answer);
    expect(await statusOf({ ...headers, cookie })).toBe(200);
    expect(await statusOf({ ...headers, cookie: cookie.replace('__Host-', '') })).toBe(401);
  });

  it('believes no X-Forwarded-Proto of just any client', async () => {
    const email = await start();
    expect((await logIn(email, PASSWORD, { 'x-forwarded-proto': 'https' })).headers['set-cookie']).toMatch(
      /^roster_session=/,
    );
  });

  it('never goes on with a session that was there, which another person may know', async () => {
    const email = await start();
    const planted = { cookie: `roster_session=${'a'.repeat(43)}` };
    const first = cookieOf(await logIn(email, PASSWORD, planted));
    expect(first).not.toEqual(planted);
    expect(await statusOf(planted)).toBe(401);
    const second = cookieOf(await logIn(email, PASSWORD, first));
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);
  });

  it('is over after the logout, also for a thief of the cookie', async () => {
    const email = await start();
    const thief = cookieOf(await logIn(email, PASSWORD));
    const out = await app.inject({ method: 'DELETE', url: '/session', headers: thief });
    expect([out.statusCode, out.json()]).toMatchObject([200, { access: 'closed', user: null, permissions: [] }]);
    expect(out.headers['set-cookie']).toMatch(/^roster_session=; Max-Age=0;/);
    expect((await app.get('/customers', thief)).json()).toEqual(
      refusal(401, 'unauthenticated', 'The session has ended. Log in again.'),
    );
  });

  it.each([
    ['7 days without use', [7 * DAY_MS], [401]],
    [
      '30 days, however much it is used',
      [6, 12, 18, 24, 29.9, 30].map((day) => day * DAY_MS),
      [200, 200, 200, 200, 200, 401],
    ],
  ])('is over after %s', async (_what, times, expected) => {
    const email = await start();
    const headers = cookieOf(await logIn(email, PASSWORD));
    const began = Date.now();
    const statuses: number[] = [];
    for (const time of times) {
      jest.spyOn(Date, 'now').mockReturnValue(began + time);
      app.nest.get(Gate).forget();
      statuses.push(await statusOf(headers));
    }
    expect(statuses).toEqual(expected);
  });

  it('is seen and ended by its user, in another browser too', async () => {
    const email = await start();
    const phone = cookieOf(await logIn(email, PASSWORD, { 'user-agent': 'a phone' }));
    const desk = cookieOf(await logIn(email, PASSWORD, { 'user-agent': 'a desk' }));
    const third = cookieOf(await logIn(email, PASSWORD));
    const { sessions } = (await app.get('/sessions', desk)).json<{
      sessions: { id: number; user_agent: string; current: boolean }[];
    }>();
    expect(sessions.filter(({ current }) => current)).toMatchObject([{ user_agent: 'a desk', address: '127.0.0.1' }]);
    const { id } = sessions.find(({ user_agent: agent }) => agent === 'a phone') ?? {};
    const end = (what: string): Promise<Answer> => app.inject({ method: 'DELETE', url: what, headers: desk });
    expect((await end(`/sessions/${id}`)).json()).toEqual({});
    expect((await end(`/sessions/${id}`)).json()).toMatchObject({ code: 'session_not_found' });
    expect([await statusOf(phone), await statusOf(third)]).toEqual([401, 200]);
    await end('/sessions');
    expect([await statusOf(third), await statusOf(desk)]).toEqual([401, 200]);
  });

  it('does not reach the sessions of others', async () => {
    const email = await start();
    const own = cookieOf(await logIn(email, PASSWORD));
    const other = await makeUser(engine.access, 'viewer', QuickHasher.of(PASSWORD));
    const theirs = cookieOf(await logIn(other.email, PASSWORD));
    const answer = await app.inject({ method: 'DELETE', url: '/sessions/2', headers: own });
    expect([answer.statusCode, await statusOf(theirs)]).toEqual([404, 200]);
  });
});

describe('a password', () => {
  const change = (headers: Record<string, string>, current: string, password: string): Promise<Answer> =>
    app.inject({ method: 'PUT', url: '/session/password', headers, payload: { current, password } });

  it('is changed by its user, who says the present one; all other sessions end', async () => {
    const email = await start();
    const other = cookieOf(await logIn(email, PASSWORD));
    const own = cookieOf(await logIn(email, PASSWORD));
    expect((await change(own, 'guessed', 'a new long password')).json()).toMatchObject({
      code: 'password_refused',
      details: [{ field: 'current' }],
    });
    const changed = await change(own, PASSWORD, 'a new long password');
    expect(changed.statusCode).toBe(200);
    const renewed = cookieOf(changed);
    expect([await statusOf(other), await statusOf(own), await statusOf(renewed)]).toEqual([401, 401, 200]);
    expect((await logIn(email, PASSWORD)).statusCode).toBe(401);
    expect((await logIn(email, 'a new long password')).statusCode).toBe(200);
  });

  it('is changed also for those who log in with the old one at that moment', async () => {
    let [release, reach] = [(): void => undefined, (): void => undefined];
    const held = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => (reach = resolve));
    let isHeld = false;
    class HeldHasher extends QuickHasher {
      override async verify(hash: string, password: string): Promise<boolean> {
        const isRight = await super.verify(hash, password);
        if (!isHeld) return isRight;
        isHeld = false;
        reach();
        await held;
        return isRight;
      }
    }
    const email = await start({ config: { trustProxy: 1 }, hasher: new HeldHasher() });
    const own = cookieOf(await logIn(email, PASSWORD));
    isHeld = true;
    const late = logIn(email, PASSWORD, { 'x-forwarded-for': '192.0.2.66' });
    await reached;
    expect((await change(own, PASSWORD, 'a new long password')).statusCode).toBe(200);
    release();
    const { statusCode, headers } = await late;
    expect([statusCode, headers['set-cookie']]).toEqual([401, undefined]);
    const [session] = await engine.access.audit({ action: 'login', limit: 1 });
    expect(session.details).toEqual({ way: 'changed password' });
  });

  it.each([
    ['nine char', 'A password has at least 10 characters. Take several words.'],
    ['ä'.repeat(513), 'A password has at most 1024 bytes.'],
    ['Password123', 'This password is one of the commonest, which attackers try first. Take another.'],
    ['1111111111', 'This password is one of the commonest, which attackers try first. Take another.'],
    ['Films+Pic+Galeries', 'This password is one of the commonest, which attackers try first. Take another.'],
    ['ｐassword１２３', 'This password is one of the commonest, which attackers try first. Take another.'],
  ])('must not be %s', async (password, message) => {
    const email = await start();
    const own = cookieOf(await logIn(email, PASSWORD));
    expect((await change(own, PASSWORD, password)).json()).toEqual(
      refusal(400, 'password_refused', message, ['password', message]),
    );
    expect(await statusOf(own)).toBe(200);
  });

  it('is the same in every form of its characters, and has up to 1024 bytes', async () => {
    const email = await start();
    const own = cookieOf(await logIn(email, PASSWORD));
    const long = `\u00e9${'x'.repeat(1022)}`;
    expect((await change(own, PASSWORD, long)).statusCode).toBe(200);
    expect((await logIn(email, long.normalize('NFD'))).statusCode).toBe(200);
  });
});
