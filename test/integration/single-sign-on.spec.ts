import { Gate } from '../../server/access/gate.js';
import type { Role } from '../../server/domain/access/permission.js';
import type { Behaviour } from '../support/identity-provider.js';
import { allEntries, draft, newUser } from '../support/access.js';
import { makeUser, signIn } from '../support/credentials.js';
import type { RestApp } from '../support/rest-app.js';
import { BEGIN, CLIENT, failed, ORIGIN, SingleSignOnStage } from '../support/single-sign-on.js';
import { startRestApp } from '../support/rest-app.js';
import { ENGINES } from '../support/engine.js';

const VERIFIED = { email_verified: true, name: 'Ada Lovelace' };

describe('single sign-on', () => {
  let stage: SingleSignOnStage;
  beforeAll(async () => {
    stage = await SingleSignOnStage.open();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.provider.stop());

  const roleOf = async ({ engine }: RestApp, name = 'ada'): Promise<Role | undefined> =>
    (await engine.access.userByEmail(`${name}@example.com`))?.user.role;
  /** Stores a user who is invited to sign in by the provider. */
  const invite = ({ engine }: RestApp, role: Role): Promise<unknown> =>
    engine.access.createUser(newUser('ada', { role, mayBeLinked: true }), draft('user.created'), Date.now());

  it('makes a user, begins a session of twelve hours and opens the page that was asked for', async () => {
    const app = await stage.start({});
    const agent = stage.agent(app);
    const { urls, last } = await agent.visit(`${BEGIN}?return=${encodeURIComponent('/customers?search=a b#top')}`);
    expect(last).toBe(`${ORIGIN}/customers?search=a%20b#top`);
    expect(new URL(urls[1]).searchParams.get('scope')).toBe('openid email profile offline_access');
    expect(await agent.json('/session')).toMatchObject({
      access: 'closed',
      user: { email: 'ada@example.com', name: 'Ada Lovelace', role: 'admin' },
      single_sign_on: true,
    });
    const flags = 'Path=/; HttpOnly; SameSite=Lax';
    expect(agent.setCookies.map((cookie) => cookie.replace(/=[^;]{43,}/, '=…'))).toEqual([
      `roster_single_sign_on=…; Max-Age=600; ${flags}`,
      `roster_single_sign_on=; Max-Age=0; ${flags}`,
      `roster_session=…; Max-Age=43200; ${flags}`,
    ]);
    const entries = (await allEntries(app.engine.access)).map(({ action, target, details }) => [
      action,
      target,
      details,
    ]);
    expect(entries).toEqual([
      ['user.created', 'ada@example.com', { way: 'single sign-on', role: 'admin' }],
      ['access.closed', undefined, {}],
      ['login', 'ada@example.com', { way: 'single sign-on' }],
    ]);
  });

  it('knows a person by the account, whatever the email is', async () => {
    const app = await stage.start({});
    await stage.logIn(app);
    const { agent } = await stage.logIn(app, { claims: { email: 'countess@example.com' } });
    expect(await agent.json('/session')).toMatchObject({ user: { email: 'ada@example.com' } });
    expect(await app.engine.access.users()).toHaveLength(1);
  });

  it('hides its cookies from other sites and from http behind https', async () => {
    const app = await stage.start({}, undefined, 'https://roster.example');
    const answer = await app.get(BEGIN, { host: 'roster.example' });
    expect(answer.headers['set-cookie']).toMatch(
      /^__Host-roster_single_sign_on=[\w-]+; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each<readonly [claim: unknown, defaultRole: Role | undefined, outcome: Role | undefined]>([
    ['editor', undefined, 'editor'],
    [['viewer', 'staff', 'admin', 'editor'], undefined, 'admin'],
    [['staff'], 'viewer', 'viewer'],
    [undefined, 'editor', 'editor'],
    ['Admin', undefined, undefined],
    [{ admin: true }, undefined, undefined],
    [undefined, undefined, undefined],
  ])('makes of the claim %j and the default %s the role %s', async (roles, defaultRole, role) => {
    const app = await stage.start({ roleClaim: 'roles', defaultRole });
    await makeUser(app.engine.access, 'admin');
    const { last } = await stage.logIn(app, { claims: { ...VERIFIED, roles } });
    expect(last).toBe(role === undefined ? failed('sso_no_role') : `${ORIGIN}/`);
    expect(await roleOf(app)).toBe(role);
  });

  it('lets the role follow the claim at each login, and ends the sessions of the role before', async () => {
    const app = await stage.start({ roleClaim: 'roles', defaultRole: undefined });
    await makeUser(app.engine.access, 'admin');
    const { agent } = await stage.logIn(app, { claims: { ...VERIFIED, roles: 'editor' } });
    await stage.logIn(app, { claims: { ...VERIFIED, roles: 'viewer' } });
    expect(await roleOf(app)).toBe('viewer');
    expect(await agent.json('/session')).toMatchObject({ user: null });
    expect((await stage.logIn(app, { claims: VERIFIED })).last).toBe(failed('sso_no_role'));
  });

  it('leaves the role alone when no claim is named', async () => {
    const app = await stage.start({ defaultRole: 'viewer' });
    await makeUser(app.engine.access, 'admin');
    await invite(app, 'editor');
    await stage.logIn(app);
    expect(await roleOf(app)).toBe('editor');
  });

  it('never takes the role from the last admin', async () => {
    const app = await stage.start({ roleClaim: 'roles', defaultRole: undefined });
    await stage.logIn(app, { claims: { ...VERIFIED, roles: 'admin' } });
    const { last } = await stage.logIn(app, { claims: { ...VERIFIED, roles: 'viewer' } });
    expect([last, await roleOf(app)]).toEqual([failed('sso_last_admin'), 'admin']);
  });

  it('makes only an admin the first user', async () => {
    const app = await stage.start({ defaultRole: 'editor' });
    expect((await stage.logIn(app)).last).toBe(failed('sso_not_set_up'));
    expect(await app.engine.access.users()).toEqual([]);
  });

  it('is no way around the one-time code of the set-up', async () => {
    const app = await stage.start({});
    const agent = stage.agent(app);
    const callback = await stage.toCallback(agent);
    const answer = await agent.get(callback.pathname + callback.search, { 'x-forwarded-for': '192.0.2.1' });
    expect(answer.headers.location).toBe('/login?failure=sso_not_set_up');
    expect(await app.engine.access.users()).toEqual([]);
  });

  it.each<readonly [string, Behaviour['claims'], invited: boolean, page: string]>([
    ['an invited user with a verified email', VERIFIED, true, `${ORIGIN}/`],
    ['an invited user with an email in capitals', { ...VERIFIED, email: 'ADA@example.com' }, true, `${ORIGIN}/`],
    ['no user who was not invited', VERIFIED, false, failed('sso_not_invited')],
    ['no unverified email', { email_verified: false }, true, failed('sso_unverified_email')],
    ['no email of which nothing is known', {}, true, failed('sso_unverified_email')],
    ['no text for true', { email_verified: 'true' }, true, failed('sso_unverified_email')],
  ])('links %s', async (_name, claims, invited, page) => {
    const app = await stage.start({ defaultRole: 'viewer' });
    await app.engine.access.createUser(newUser('ada', { mayBeLinked: invited }), draft('user.created'), Date.now());
    const { last } = await stage.logIn(app, { claims });
    expect(last).toBe(page);
    const [user] = await app.engine.access.users();
    const account = page === `${ORIGIN}/` ? { issuer: stage.provider.issuer, subject: 'ada' } : undefined;
    expect(user).toMatchObject({ account, role: 'admin' });
    expect(user.mayBeLinked).toBe(invited && account === undefined);
  });

  it('links a user who has a password, once an admin allows it, and not any more when that is taken back', async () => {
    const app = await stage.start({});
    const { access } = app.engine;
    const admin = await signIn(access, await makeUser(access, 'admin', 'the hash of a password'));
    const made = newUser('ada', { role: 'editor', passwordHash: 'another hash' });
    const { id } = await access.createUser(made, draft('user.created'), Date.now());
    app.nest.get(Gate).forget();
    const allow = async (single_sign_on: boolean): Promise<unknown> =>
      (
        await app.inject({
          method: 'PATCH',
          url: `/users/${id}`,
          headers: admin,
          payload: { user: { single_sign_on } },
        })
      ).json();
    expect((await stage.logIn(app, { claims: VERIFIED })).last).toBe(failed('sso_not_invited'));
    expect(await allow(true)).toMatchObject({ user: { single_sign_on: true, has_password: true } });
    const { agent } = await stage.logIn(app, { claims: VERIFIED });
    expect(await agent.json('/session')).toMatchObject({ user: { id, role: 'editor' } });
    expect(await allow(false)).toMatchObject({ user: { single_sign_on: false, has_password: true } });
    expect(await agent.json('/session')).toMatchObject({ user: null });
    expect((await stage.logIn(app, { claims: VERIFIED })).last).toBe(failed('sso_not_invited'));
    const [entry] = await access.audit({ action: 'user.changed', limit: 1 });
    expect(entry).toMatchObject({ target: 'ada@example.com', details: { single_sign_on: false } });
  });

  it('links one account alone', async () => {
    const app = await stage.start({});
    await invite(app, 'admin');
    await stage.logIn(app);
    const { last } = await stage.logIn(app, { account: 'eve', claims: { ...VERIFIED, email: 'ada@example.com' } });
    expect(last).toBe(failed('sso_not_invited'));
  });

  it('needs an email', async () => {
    const app = await stage.start({});
    expect((await stage.logIn(app, { claims: { email: null } })).last).toBe(failed('sso_no_email'));
  });

  it('keeps out a user who is disabled here', async () => {
    const app = await stage.start({});
    await makeUser(app.engine.access, 'admin', 'the hash of a password');
    await stage.logIn(app);
    const user = (await app.engine.access.userByEmail('ada@example.com'))?.user;
    await app.engine.access.changeUser(user?.id ?? 0, { isDisabled: true }, draft('user.changed'));
    expect((await stage.logIn(app)).last).toBe(failed('sso_disabled'));
  });

  it('leaves the password login as it is for users without a password', async () => {
    const app = await stage.start({});
    await stage.logIn(app);
    const tryIt = async (email: string): Promise<unknown> => {
      const { statusCode, body } = await app.post('/session', { email, password: 'correct horse battery' });
      return [statusCode, body];
    };
    expect(await tryIt('ada@example.com')).toEqual(await tryIt('nobody@example.com'));
    expect(await tryIt('ada@example.com')).toMatchObject([401, expect.stringContaining('Email or password is wrong.')]);
  });

  it('says in the log and in the audit why a login failed, without secrets', async () => {
    const app = await stage.start({});
    await makeUser(app.engine.access, 'admin');
    expect((await stage.logIn(app, { denies: true })).last).toBe(failed('sso_denied'));
    await stage.provider.behave({ claims: VERIFIED });
    const agent = stage.agent(app);
    const callback = await stage.toCallback(agent);
    await agent.visit(callback.href);
    const entries = await allEntries(app.engine.access);
    expect(entries).toContainEqual(
      expect.objectContaining({
        action: 'login.failed',
        details: { way: 'single sign-on', reason: 'sso_denied', count: 1 },
      }),
    );
    expect(app.log).toContainEqual(expect.stringContaining('A login failed (sso_denied)'));
    const written = JSON.stringify([app.log, entries]);
    const secrets = [CLIENT.clientSecret, callback.searchParams.get('code'), callback.searchParams.get('state')];
    const cookies = agent.setCookies.map((cookie) => /=([^;]{20,})/.exec(cookie)?.[1]);
    for (const secret of [...secrets, ...cookies]) if (secret) expect(written).not.toContain(secret);
    expect(app.log.join()).not.toContain('ada@');
  });

  describe('without a limit of requests', () => {
    /** Opens a page many times. @returns how often the database was written to and the log said that a login failed */
    const noted = async (
      app: RestApp,
      times: number,
      url: string,
      address?: (time: number) => string,
    ): Promise<{ writes: number; logged: number }> => {
      const writes = jest.spyOn(app.engine.access, 'noteWrongTry').mockClear();
      const failures = (): number => app.log.filter((line) => line.includes('A login failed')).length;
      const before = failures();
      for (let time = 0; time < times; time++) {
        await app.get(url, address && { 'x-forwarded-for': address(time) });
      }
      return { writes: writes.mock.calls.length, logged: failures() - before };
    };
    const startAtMinute = async (settings: object | undefined, config = {}): Promise<RestApp> => {
      const app = await stage.start(settings, undefined, ORIGIN, config);
      await stage.pass(60_000 - (Date.now() % 60_000));
      await makeUser(app.engine.access, 'admin');
      return app;
    };

    it.each([BEGIN, `${BEGIN}/callback?code=a&state=b`])('notes nothing for %s while it is off', async (url) => {
      const app = await startAtMinute(undefined);
      expect((await app.get(url)).headers.location).toBe('/login?failure=sso_off');
      expect(await noted(app, 10, url)).toEqual({ writes: 0, logged: 0 });
      expect(await app.engine.access.audit({ limit: 10, action: 'login.failed' })).toEqual([]);
    });

    it('notes one failure a minute, apart from wrong passwords, and counts the others in the log', async () => {
      const app = await startAtMinute({});
      const url = `${BEGIN}/callback?code=a&state=b`;
      expect(await noted(app, 60, url)).toEqual({ writes: 1, logged: 1 });
      const answer = await app.post('/session', { email: 'ada@example.com', password: 'correct horse battery' });
      expect(answer.statusCode).toBe(401);
      await stage.pass(60_000);
      expect(await noted(app, 1, url)).toEqual({ writes: 1, logged: 1 });
      expect(app.log).toContainEqual(expect.stringContaining('59 more logins failed in an earlier minute'));
      const failures = await app.engine.access.audit({ limit: 10, action: 'login.failed' });
      expect(failures.filter(({ details }) => details.reason === 'sso_expired')).toHaveLength(2);
    });

    it('notes twenty a minute in all', async () => {
      const app = await startAtMinute({}, { trustProxy: 1 });
      const addressOf = (time: number): string => `192.0.2.${time}`;
      expect(await noted(app, 30, `${BEGIN}/callback`, addressOf)).toEqual({ writes: 20, logged: 20 });
    });
  });

  it('fails while the provider is away, and works when it is back', async () => {
    const app = await stage.start({});
    expect((await stage.logIn(app, { isDown: true })).last).toBe(failed('sso_provider'));
    expect((await stage.logIn(app)).last).toBe(`${ORIGIN}/`);
    await stage.provider.behave({});
    const agent = stage.agent(app);
    const callback = await stage.toCallback(agent);
    await stage.provider.behave({ isDown: true });
    expect((await agent.visit(callback.href)).last).toBe(failed('sso_provider'));
  });

  it('is off without a provider', async () => {
    const app = await startRestApp(await ENGINES[0][1]());
    expect((await app.get('/session')).json()).toMatchObject({ single_sign_on: false });
    for (const url of [BEGIN, `${BEGIN}/callback?code=a&state=b`]) {
      expect((await app.get(url)).headers.location).toMatch(/^\/login\?failure=sso_(off|expired)$/);
    }
    await app.close();
  });
});
