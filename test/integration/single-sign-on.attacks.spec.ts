import { join } from 'node:path';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';
import { BEGIN, CALLBACK, failed, ORIGIN, SingleSignOnStage } from '../support/single-sign-on.js';
import type { UserAgent } from '../support/user-agent.js';

const LOGIN = 'roster_single_sign_on';
const SESSION = 'roster_session';

describe('a login by the provider', () => {
  let stage: SingleSignOnStage;
  beforeAll(async () => {
    stage = await SingleSignOnStage.open();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.provider.stop());

  /** Opens a callback. @returns the page it leads to; expects a session only for the start page */
  async function finish(agent: UserAgent, callback: URL): Promise<string> {
    const { last } = await agent.visit(callback.href);
    expect(agent.cookies.has(SESSION)).toBe(last === `${ORIGIN}/`);
    return last;
  }

  it.each<readonly [string, (url: URL) => void, string]>([
    ['state', (url) => url.searchParams.set('state', 'x'.repeat(43)), 'sso_expired'],
    ['nonce', (url) => url.searchParams.set('nonce', 'x'.repeat(43)), 'sso_provider'],
    ['challenge of PKCE', (url) => url.searchParams.set('code_challenge', 'x'.repeat(43)), 'sso_provider'],
  ])('fails with another %s at the provider', async (_name, change, code) => {
    const agent = stage.agent(await stage.start({}));
    expect(await finish(agent, await stage.toCallback(agent, change))).toBe(failed(code));
  });

  it.each<readonly [string, (url: URL) => void, string]>([
    ['another code', (url) => url.searchParams.set('code', 'x'.repeat(43)), 'sso_provider'],
    ['another state', (url) => url.searchParams.set('state', 'x'.repeat(43)), 'sso_expired'],
    ['no state', (url) => url.searchParams.delete('state'), 'sso_expired'],
    ['two states', (url) => url.searchParams.append('state', 'x'), 'sso_provider'],
    ['another issuer', (url) => url.searchParams.set('iss', 'https://evil.example'), 'sso_provider'],
    ['no issuer', (url) => url.searchParams.delete('iss'), 'sso_provider'],
    ['an error of the provider', (url) => url.searchParams.set('error', 'server_error'), 'sso_provider'],
    ['an error that is a text', (url) => url.searchParams.set('error', '<script>alert(1)</script>'), 'sso_provider'],
  ])('fails with %s in the callback', async (_name, change, code) => {
    const app = await stage.start({});
    const agent = stage.agent(app);
    const callback = await stage.toCallback(agent);
    change(callback);
    expect(await finish(agent, callback)).toBe(failed(code));
    expect(app.log.join()).not.toContain('script');
  });

  it('fails with the code of another browser', async () => {
    const app = await stage.start({});
    const [mallory, victim] = [stage.agent(app), stage.agent(app)];
    const [stolen, own] = [await stage.toCallback(mallory), await stage.toCallback(victim)];
    expect(await finish(victim, stolen)).toBe(failed('sso_expired'));
    own.searchParams.set('code', stolen.searchParams.get('code') ?? '');
    expect(await finish(victim, own)).toBe(failed('sso_provider'));
  });

  it('fails without its cookie, with a changed one, and with one that was never sealed', async () => {
    const agent = stage.agent(await stage.start({}));
    const callback = await stage.toCallback(agent);
    const sealed = agent.cookies.get(LOGIN) ?? '';
    const open = Buffer.from(JSON.stringify({ state: callback.searchParams.get('state') })).toString('base64url');
    const middle = sealed.length / 2;
    const changed = sealed.slice(0, middle) + (sealed[middle] === 'A' ? 'B' : 'A') + sealed.slice(middle + 1);
    for (const value of [undefined, '', 'AAAA', open, changed]) {
      agent.cookies.clear();
      if (value !== undefined) agent.cookies.set(LOGIN, value);
      expect(await finish(agent, callback)).toBe(failed('sso_expired'));
    }
    agent.cookies.set(LOGIN, sealed);
    expect(await finish(agent, callback)).toBe(`${ORIGIN}/`);
  });

  it.each([
    ['the first one first', [0, 1]],
    ['the second one first', [1, 0]],
  ])('ends in two tabs that began at once, %s', async (_name, order) => {
    const agent = stage.agent(await stage.start({}));
    const tabs = ['/customers/1', '/customers/2'];
    const begun: string[] = [];
    for (const tab of tabs) begun.push((await agent.visit(`${BEGIN}?return=${tab}`, stage.provider.issuer)).last);
    for (const index of order) expect((await agent.visit(begun[index])).last).toBe(ORIGIN + tabs[index]);
    expect([...agent.cookies.keys()].filter((name) => name.startsWith(LOGIN))).toEqual([]);
    expect((await agent.json('/session')).user).toMatchObject({ role: 'admin' });
  });

  it('gives way to a fourth one that begins in the same browser', async () => {
    const agent = stage.agent(await stage.start({}));
    const begun: string[] = [];
    for (let index = 0; index < 4; index++) {
      begun.push((await agent.visit(BEGIN, stage.provider.issuer)).last);
      await stage.pass(1_000);
    }
    expect([...agent.cookies.keys()]).toEqual([LOGIN, `${LOGIN}_2`, `${LOGIN}_3`]);
    const lasts: string[] = [];
    for (const url of begun) lasts.push((await agent.visit(url)).last);
    expect(lasts).toEqual([failed('sso_expired'), `${ORIGIN}/`, `${ORIGIN}/`, `${ORIGIN}/`]);
  });

  it('may take ten minutes', async () => {
    const app = await stage.start({});
    const [slow, tooSlow] = [stage.agent(app), stage.agent(app)];
    const urls = [await slow.visit(BEGIN, stage.provider.issuer), await tooSlow.visit(BEGIN, stage.provider.issuer)];
    await stage.pass(9 * 60_000 + 50_000);
    expect(await finish(slow, new URL((await slow.visit(urls[0].last, CALLBACK)).last))).toBe(`${ORIGIN}/`);
    await stage.pass(10_000);
    const callback = new URL((await tooSlow.visit(urls[1].last, CALLBACK)).last);
    expect(await finish(tooSlow, callback)).toBe(failed('sso_expired'));
  });

  it('ends once, also for a browser that keeps the cookie', async () => {
    const agent = stage.agent(await stage.start({}));
    const callback = await stage.toCallback(agent);
    const sealed = agent.cookies.get(LOGIN) ?? '';
    expect(await finish(agent, callback)).toBe(`${ORIGIN}/`);
    agent.cookies.clear();
    expect(await finish(agent, callback)).toBe(failed('sso_expired'));
    agent.cookies.set(LOGIN, sealed);
    expect(await finish(agent, callback)).toBe(failed('sso_provider'));
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/%09/../..//evil.example',
    '/..//evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'customers',
    '@evil.example',
    '.evil.example',
    `/${'a'.repeat(2_000)}`,
    '',
  ])('opens no page of another site: %j', async (path) => {
    const agent = stage.agent(await stage.start({}));
    const { last } = await agent.visit(`${BEGIN}?return=${encodeURIComponent(path)}`);
    expect(new URL(last).origin).toBe(ORIGIN);
    expect(last.startsWith(`${ORIGIN}/`)).toBe(true);
  });

  it('takes one return path', async () => {
    const agent = stage.agent(await stage.start({}));
    const { last } = await agent.visit(`${BEGIN}?return=/a&return=//evil.example`);
    expect(last).toBe(`${ORIGIN}/`);
  });

  it('makes a new session, whatever session the browser had', async () => {
    const app = await stage.start({});
    const agent = stage.agent(app);
    agent.cookies.set(SESSION, 'planted');
    await agent.visit(BEGIN);
    const first = agent.cookies.get(SESSION);
    expect(first).toMatch(/^[\w-]{43}$/);
    await agent.visit(BEGIN);
    expect(agent.cookies.get(SESSION)).not.toBe(first);
    expect((await app.get('/sessions', { cookie: `${SESSION}=planted` })).statusCode).toBe(401);
    // A browser that has followed the links of this server sends the cookie along: that session ends.
    expect((await app.get('/sessions', { cookie: `${SESSION}=${first}` })).statusCode).toBe(401);
  });

  it.each([30_000, -30_000])('allows a clock that is %d ms off', async (skewMs) => {
    const app = await stage.start({});
    expect((await stage.logIn(app, { skewMs })).last).toBe(`${ORIGIN}/`);
  });

  it.each([
    ['ahead', 120_000],
    ['behind', -400_000],
  ])('says that the clock of the provider is too far %s', async (_where, skewMs) => {
    const app = await stage.start({});
    expect((await stage.logIn(app, { skewMs })).last).toBe(failed('sso_clock'));
  });

  it('may begin at one process and end at another', async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'roster.db');
    const [first, second] = [await stage.start({}, openSqlite(path)), await stage.start({}, openSqlite(path))];
    const agent = stage.agent(first);
    const callback = await stage.toCallback(agent);
    agent.roster = second;
    expect(await finish(agent, callback)).toBe(`${ORIGIN}/`);
    for (const roster of [first, second]) {
      agent.roster = roster;
      expect(await agent.json('/session')).toMatchObject({ user: { email: 'ada@example.com' } });
    }
    await stage.clear();
    folder.remove();
  });
});
