import { Gate } from '../../server/access/gate.js';
import { draft } from '../support/access.js';
import { makeUser, signIn } from '../support/credentials.js';
import { ENGINES, type Engine } from '../support/engine.js';
import { startRestApp, type Answer, type RestApp, type RestAppOptions } from '../support/rest-app.js';

const [[, openSqlite]] = ENGINES;
type Headers = Readonly<Record<string, string>>;

let app: RestApp;
let engine: Engine;
afterEach(() => app.close());

async function start(options: RestAppOptions = {}): Promise<void> {
  engine = await openSqlite();
  app = await startRestApp(engine, options);
}

const forget = (): void => app.nest.get(Gate).forget();
const statusOf = async (headers: Headers, url = '/customers'): Promise<number> =>
  (await app.get(url, headers)).statusCode;
const situation = async (headers: Headers = {}): Promise<unknown> => (await app.get('/session', headers)).json();
const OTHER_HOST = { config: { host: '192.0.2.7' } };

describe('a server', () => {
  it('is open on loopback: anyone may do everything, and the calls of a verifier and of curl work', async () => {
    await start();
    expect(await situation()).toEqual({
      access: 'open',
      user: null,
      token: null,
      permissions: ['read', 'write', 'delete', 'export', 'ingest', 'manage'],
      single_sign_on: false,
      display_name: [['name'], ['first_name', 'last_name'], ['email'], ['id']],
    });
    expect((await app.get('/customers?page=1&per_page=10000')).json()).toEqual({
      customers: [],
      meta: { page: 1, per_page: 10_000, total: 0 },
    });
    const created = await app.post('/customers', { customer: { id: 1, attributes: { email: 'a@b.example' } } });
    expect(created.statusCode).toBe(201);
    expect((await app.inject({ method: 'DELETE', url: '/customers/1' })).statusCode).toBe(201);
    expect(app.log.join()).not.toContain('/setup#');
  });

  it.each([
    ['Forwarded', 'for=192.0.2.1'],
    ['X-Forwarded-For', '192.0.2.1'],
    ['X-Forwarded-Anything', '1'],
    ['X-Real-IP', '192.0.2.1'],
    ['Via', '1.1 proxy'],
  ])('is not open to what a proxy passes on: %s', async (name, value) => {
    await start();
    const headers = { [name.toLowerCase()]: value };
    expect([await statusOf(headers), await statusOf({})]).toEqual([401, 200]);
    expect(await situation(headers)).toMatchObject({ access: 'setup', permissions: [] });
  });

  it('lets people elsewhere only make the first user, with a code that the log shows', async () => {
    await start(OTHER_HOST);
    expect(await situation()).toMatchObject({ access: 'setup', permissions: [] });
    for (const url of ['/customers', '/metrics', '/openapi.json', '/nowhere'])
      expect(await statusOf({}, url)).toBe(401);
    expect(await statusOf({}, '/health/live')).toBe(200);
    expect((await app.post('/setup/code', {})).statusCode).toBe(202);
    expect((await app.post('/setup/code', {})).json()).toMatchObject({ code: 'too_many_tries' });
    const code = /http:\/\/192\.0\.2\.7:\d+\/setup#([\w-]{22})/.exec(app.log.join('\n'))?.[1] ?? '';
    const user = { email: 'Ada@Example.com', name: 'Ada', password: 'correct horse battery' };
    const setUp = (with_: string): Promise<Answer> => app.post('/setup', { ...user, code: with_ });
    expect((await setUp('a'.repeat(22))).json()).toMatchObject({ statusCode: 400, code: 'code_invalid' });
    const [first, second] = await Promise.all([setUp(code), setUp(code)]);
    expect([first.statusCode, second.statusCode].sort()).toEqual([201, 409]);
    const done = first.statusCode === 201 ? first : second;
    expect(done.json()).toMatchObject({ access: 'closed', user: { email: 'ada@example.com', role: 'admin' } });
    const cookie = String(done.headers['set-cookie']).split(';')[0];
    expect([await statusOf({ cookie }), await statusOf({})]).toEqual([200, 401]);
    expect((await app.post('/setup/code', {})).json()).toMatchObject({ code: 'set_up_done' });
  });

  it('forgets a set-up code after ten wrong ones', async () => {
    await start(OTHER_HOST);
    await app.post('/setup/code', {});
    const code = /\/setup#([\w-]{22})/.exec(app.log.join('\n'))?.[1] ?? '';
    const user = { email: 'ada@example.com', name: 'Ada', password: 'correct horse battery' };
    for (let i = 0; i < 10; i++) await app.post('/setup', { ...user, code: `wrong ${i}` });
    expect((await app.post('/setup', { ...user, code })).json()).toMatchObject({ code: 'code_invalid' });
  });

  it('is open elsewhere only where ACCESS says so, and closes with the first token all the same', async () => {
    await start({ config: { host: '192.0.2.7', isOpen: true } });
    expect(await situation()).toMatchObject({ access: 'open' });
    const made = await app.post('/tokens', { token: { name: 'first', permissions: ['manage'] } });
    expect([made.statusCode, await statusOf({})]).toEqual([201, 401]);
    expect(await situation()).toMatchObject({ access: 'closed' });
  });

  it('is opened again by the command line alone, which keeps its users and checks what they send', async () => {
    await start();
    const headers = await signIn(engine.access, await makeUser(engine.access, 'viewer'));
    forget();
    expect(await statusOf({})).toBe(401);
    await engine.access.open(draft('access.opened'));
    forget();
    expect([await statusOf({}), await statusOf(headers)]).toEqual([200, 200]);
    expect((await app.post('/customers', {}, headers)).statusCode).toBe(403);
    expect(await situation({ via: '1.1 proxy' })).toMatchObject({ access: 'closed' });
  });
});
