import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { CliProcess, type CliEnd } from '../support/cli-process.js';
import { temporaryFolder } from '../support/engine.js';
import { runHere } from '../support/run-here.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const PASSWORD = 'correct horse battery';
const TOKEN = /^rst_[\w-]{43}[0-9A-Za-z]{6}\n$/;

describe('the commands for users and tokens', () => {
  const folder = temporaryFolder();
  const env = { DATABASE_URL: `file:${join(folder.path, 'roster.db')}`, DATA_DIR: folder.path, LOG_LEVEL: 'debug' };
  const inProcess = (args: string[], input = ''): Promise<CliEnd> => CliProcess.run(args, { env, input: [input] });
  const roster = (args: string[], input = ''): ReturnType<typeof runHere> => runHere(args, env, input);
  let server: ServerProcess;

  afterAll(async () => {
    await server.stop();
    folder.remove();
  });

  it('open a server to a team, before and while it runs', async () => {
    const common = await roster(['user', 'create', 'ada@example.com', '--name', 'Ada'], 'password123\n');
    expect([common.code, common.stderr]).toEqual([1, expect.stringContaining('one of the commonest')]);
    const ada = await inProcess(['user', 'create', 'Ada@Example.com', '--name', 'Ada'], `${PASSWORD}\n`);
    expect([ada.code, ada.stdout]).toEqual([0, 'ada@example.com is an admin and can log in.\n']);
    server = await ServerProcess.start(env);
    const login = await fetch(`${server.url}/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: 'ada@example.com', password: PASSWORD }),
    });
    expect([login.status, (await fetch(`${server.url}/customers`)).status]).toEqual([200, 401]);
    const made = await inProcess(['token', 'create', '--name', 'ci', '--permission', 'read', '--expires', '90d']);
    expect(made.stdout).toMatch(TOKEN);
    expect(made.stderr).toMatch(/^ci: may read\. It expires at /);
    const headers = { authorization: `Bearer ${made.stdout.trim()}` };
    expect((await fetch(`${server.url}/customers`, { headers })).status).toBe(200);
    const invited = await roster(['user', 'invite', 'bob@example.com', '--name', 'Bob', '--role', 'editor']);
    expect(invited.stdout).toMatch(/^http:\/\/localhost:1323\/invitation#[\w-]{22}\n$/);
    expect((await roster(['user', 'list'])).stdout).toMatch(/bob@example\.com {2}editor {2}invited {2}Bob/);
    const last = await roster(['user', 'disable', 'ada@example.com']);
    expect([last.code, last.stderr]).toEqual([
      1,
      expect.stringContaining('This is the last admin who can log in. Make another user an admin first'),
    ]);
    expect((await roster(['token', 'remove', '1'])).stdout).toBe('ci is removed.\n');
    expect((await roster(['access', 'status'])).stdout).toMatch(/^Closed: .* \(2 users, 0 tokens\)\.\n$/);
    await inProcess(['ingest', '--json', '-']);
    const audit = await inProcess(['audit']);
    const entries = audit.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { action: string; author: { kind: string; name: string } });
    expect(entries.map(({ action }) => action)).toEqual([
      'export',
      'ingestion',
      'token.removed',
      'user.link',
      'user.created',
      'token.created',
      'login',
      'access.closed',
      'user.created',
    ]);
    expect(new Set(entries.map(({ author }) => author.kind))).toEqual(new Set(['command line', 'user']));
    const texts = audit.stdout + server.output;
    for (const secret of [PASSWORD, made.stdout.trim(), invited.stdout.trim().split('#')[1]]) {
      expect(texts).not.toContain(secret);
    }
    expect((await roster(['access', 'open'])).code).toBe(0);
    await until(async () => (await fetch(`${server.url}/customers`)).status === 200);
  }, 120_000);

  it('invite a user who signs in by a provider', async () => {
    const eve = ['user', 'create', 'Eve@example.com', '--name', 'Eve', '--role', 'editor', '--single-sign-on'];
    const made = await roster(eve);
    expect([made.code, made.stdout]).toEqual([
      0,
      'eve@example.com is an editor, and signs in by the provider with this email, once it is verified there.\n',
    ]);
    expect((await roster(['user', 'list'])).stdout).toMatch(/eve@example\.com {2}editor {2}invited {2}Eve/);
    expect((await roster(['audit'])).stdout).toContain('"single_sign_on":true');
    const back = await roster(['user', 'single-sign-on', 'Eve@example.com', '--off']);
    expect([back.code, back.stdout]).toEqual([0, 'eve@example.com: editor, invited.\n']);
    expect((await roster(['audit'])).stdout).toContain('"single_sign_on":false');
    const again = await roster(['user', 'single-sign-on', 'eve@example.com']);
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining('The provider has to name eve@example.com as verified.'),
    ]);
  });

  it.each([
    [['user', 'create', 'nobody', '--name', 'X'], '"nobody" is no email.'],
    [['user', 'role', 'ada@example.com', 'owner'], 'A role is viewer, editor, admin, not "owner".'],
    [['user', 'remove', 'carl@example.com'], 'There is no user with the email "carl@example.com".'],
    [['token', 'create', '--name', 'x', '--permission', 'all'], 'A permission is read, write,'],
    [['token', 'create', '--name', 'x', '--permission', 'read', '--expires', 'soon'], '--expires takes a time such as'],
    [['token', 'remove', randomBytes(4).toString('hex')], 'There is no token with the number'],
  ])('explain what is wrong: %j', async (args, message) => {
    const end = await roster(args, `${PASSWORD}\n`);
    expect([end.code, end.stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
