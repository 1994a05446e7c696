import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AccessStatusCommand, AuditCommand, OpenAccessCommand } from '../../server/access/commands/access.command.js';
import {
  CreateTokenCommand,
  ListTokensCommand,
  RemoveTokenCommand,
} from '../../server/access/commands/token.command.js';
import {
  CreateUserCommand,
  DisableUserCommand,
  EnableUserCommand,
  InviteUserCommand,
  ListUsersCommand,
  PasswordCommand,
  RemoveUserCommand,
  RoleCommand,
} from '../../server/access/commands/user.command.js';
import { temporaryFolder } from '../support/engine.js';

const EMAIL = 'ada@example.com';

describe('a command for users and tokens, without a database', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'no', 'roster.db');
  const before = process.env.DATABASE_URL;
  let said: string[];

  // A process reads its environment once.
  beforeAll(() => {
    process.env.DATABASE_URL = `file:${path}`;
  });

  afterAll(() => {
    if (before === undefined) delete process.env.DATABASE_URL;
    else process.env.DATABASE_URL = before;
    folder.remove();
  });

  beforeEach(() => {
    said = [];
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => said.push(String(text)) > 0);
    }
  });

  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(join(path, '..'), { recursive: true, force: true });
  });

  it.each<[string, () => Promise<void>]>([
    ['access status', () => new AccessStatusCommand().run()],
    ['access open', () => new OpenAccessCommand().run()],
    ['audit', () => new AuditCommand().run()],
    ['user list', () => new ListUsersCommand().run()],
    ['user role', () => new RoleCommand().run([EMAIL, 'viewer'])],
    ['user disable', () => new DisableUserCommand().run([EMAIL])],
    ['user enable', () => new EnableUserCommand().run([EMAIL])],
    ['user remove', () => new RemoveUserCommand().run([EMAIL])],
    ['user password', () => new PasswordCommand().run([EMAIL])],
    ['token list', () => new ListTokensCommand().run()],
    ['token remove', () => new RemoveTokenCommand().run(['1'])],
  ])('says so and leaves no file: %s', async (_command, run) => {
    await expect(run()).rejects.toMatchObject({
      code: 'invalid_request',
      message: `There is no database ${path}. Set DATABASE_URL to the one that the server uses.`,
    });
    expect([said, existsSync(join(path, '..'))]).toEqual([[], false]);
  });

  it.each<[string, () => Promise<void>]>([
    ['user create', () => new CreateUserCommand().run([EMAIL], { name: 'Ada', singleSignOn: true })],
    ['user invite', () => new InviteUserCommand().run([EMAIL], { name: 'Ada' })],
    ['token create', () => new CreateTokenCommand().run([], { name: 'ci', permission: ['read'] })],
  ])('makes one where it makes the first user or token: %s', async (_command, run) => {
    await run();
    await new AccessStatusCommand().run();
    expect([existsSync(path), said.at(-1)]).toEqual([true, expect.stringMatching(/^Closed: /)]);
  });
});
