import { join } from 'node:path';
import { unseal } from '../../server/access/single-sign-on/sealed.js';
import type { SingleSignOnConfig } from '../../server/config/single-sign-on.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { allEntries } from '../support/access.js';
import { temporaryFolder } from '../support/engine.js';
import { CLIENT, SingleSignOnStage } from '../support/single-sign-on.js';
import type { RestApp } from '../support/rest-app.js';
import type { UserAgent } from '../support/user-agent.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A port where nothing listens. */
const NOBODY = 'http://localhost:9';

/** Starts a server over the same database. Without settings there is no provider. */
type Again = (settings: Partial<SingleSignOnConfig> | undefined) => Promise<RestApp>;

describe('a session that the provider made', () => {
  let stage: SingleSignOnStage;
  beforeAll(async () => {
    stage = await SingleSignOnStage.open();
  });
  afterEach(() => stage.clear());
  afterAll(() => stage.provider.stop());

  const statusOf = async (agent: UserAgent): Promise<number> =>
    (await agent.get('/customers', { accept: 'application/json' })).statusCode;

  it('ends within five minutes after the provider has disabled the person', async () => {
    const app = await stage.start({});
    const { agent } = await stage.logIn(app);
    await stage.pass(5 * MINUTE - 1_000, { disabled: ['ada'] });
    expect(await statusOf(agent)).toBe(200);
    await stage.pass(1_000, { disabled: ['ada'] });
    expect(await statusOf(agent)).toBe(401);
    // It stays ended when the person is enabled again.
    await stage.pass(0);
    expect(await statusOf(agent)).toBe(401);
    const last = (await allEntries(app.engine.access)).at(-1);
    expect(last).toMatchObject({
      action: 'session.ended',
      target: 'ada@example.com',
      details: { reason: 'refused by the provider' },
    });
    expect(app.log).toContainEqual(expect.stringContaining('The provider has ended a session'));
  });

  it('goes on with each new refresh token, whatever comes at once', async () => {
    const { agent } = await stage.logIn(await stage.start({}));
    for (let time = 0; time < 3; time++) {
      await stage.pass(6 * MINUTE);
      expect(await Promise.all(Array.from({ length: 5 }, () => statusOf(agent)))).toEqual(Array(5).fill(200));
    }
  });

  it('lets one process alone use a refresh token', async () => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'roster.db');
    const [first, second] = [await stage.start({}, openSqlite(path)), await stage.start({}, openSqlite(path))];
    const { agent } = await stage.logIn(first);
    const twin = stage.agent(second);
    for (const [name, value] of agent.cookies) twin.cookies.set(name, value);
    for (let time = 0; time < 3; time++) {
      await stage.pass(6 * MINUTE);
      expect(await Promise.all([statusOf(agent), statusOf(twin)])).toEqual([200, 200]);
    }
    await stage.pass(6 * MINUTE, { disabled: ['ada'] });
    await statusOf(agent);
    await stage.pass(0);
    expect([await statusOf(agent), await statusOf(twin)]).toEqual([401, 401]);
    await stage.clear();
    folder.remove();
  });

  it('goes on while the provider is away, and is asked about again later', async () => {
    const app = await stage.start({});
    const { agent } = await stage.logIn(app);
    await stage.pass(HOUR, { isDown: true });
    expect(await statusOf(agent)).toBe(200);
    expect(app.log).toContainEqual(expect.stringContaining('The provider does not say whether a session may go on'));
    await stage.pass(5 * MINUTE, { disabled: ['ada'] });
    expect(await statusOf(agent)).toBe(401);
  });

  it.each([true, false])('ends after twelve hours; refresh tokens: %s', async (gives) => {
    const { agent } = await stage.logIn(await stage.start({}), { gives });
    await stage.pass(12 * HOUR - 10_000, { gives });
    expect(await statusOf(agent)).toBe(200);
    await stage.pass(11_000, { gives });
    expect(await statusOf(agent)).toBe(401);
  });

  it.each([
    ['the same provider goes on', (again: Again) => again({}), 200],
    ['another provider ends, and that one does not see its token', (again: Again) => again({ issuer: NOBODY }), 401],
    ['no provider ends', (again: Again) => again(undefined), 401],
  ] as const)('that meets %s', async (_name, open, status) => {
    const folder = temporaryFolder();
    const path = join(folder.path, 'roster.db');
    const { agent } = await stage.logIn(await stage.start({}, openSqlite(path)));
    await stage.clear();
    agent.roster = await open((settings) => stage.start(settings, openSqlite(path)));
    await stage.pass(5 * MINUTE);
    expect(await statusOf(agent)).toBe(status);
    await stage.clear();
    folder.remove();
  });

  it('keeps its refresh token sealed', async () => {
    const app = await stage.start({});
    const { agent } = await stage.logIn(app);
    const [user] = await app.engine.access.users();
    const [session] = await app.engine.access.sessions(user.id, Date.now());
    const sealed = session.sealedRefresh ?? new Uint8Array();
    const token = unseal(sealed, agent.cookies.get('roster_session') ?? '', 'refresh token') ?? '';
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(sealed).toString('latin1')).not.toContain(token);
    expect(unseal(sealed, CLIENT.clientSecret, 'refresh token')).toBeUndefined();
    expect(JSON.stringify([await agent.json('/sessions'), app.log])).not.toContain(token);
  });
});
