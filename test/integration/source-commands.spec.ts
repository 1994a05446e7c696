import { join } from 'node:path';
import {
  CreateSourceCommand,
  ListSourcesCommand,
  RemoveSourceCommand,
  SourceKeyCommand,
} from '../../server/live/commands/source.command.js';
import { hashOf } from '../../server/access/secrets.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';

describe('the commands for sources', () => {
  const folder = temporaryFolder();
  const path = join(folder.path, 'roster.db');
  const before = process.env.DATABASE_URL;
  const out: string[] = [];
  const err: string[] = [];

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
    out.length = err.length = 0;
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0);
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => err.push(String(text)) > 0);
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('list, make and remove them, and change their keys', async () => {
    await expect(new ListSourcesCommand().run()).rejects.toMatchObject({ code: 'invalid_request' });
    await new CreateSourceCommand().run([], { name: 'shop', kind: 'segment', mayDelete: true });
    const [first] = out.splice(0);
    expect(first).toMatch(/^rsk_[\dA-Za-z]{32}\n$/);
    await new SourceKeyCommand().run(['2'], { overlap: 2 });
    const [second] = out.splice(0);
    await new ListSourcesCommand().run();
    expect(out.splice(0).join('')).toMatch(
      /^number +name +kind.*\n1 +default +http +on +no .*\n2 +shop +segment +on +yes .*\n$/,
    );
    const engine = openSqlite(path);
    for (const key of [first, second]) {
      expect(await engine.sources.sourceByKey(hashOf(key.trim()), Date.now())).toMatchObject({
        name: 'shop',
        mayDelete: true,
      });
    }
    await new RemoveSourceCommand().run(['2']);
    expect(out).toEqual(['shop is removed.\n']);
    const entries = await engine.access.audit({ limit: 10 });
    expect(entries.map(({ action, author, target }) => [action, author.kind, target])).toEqual([
      ['source.removed', 'command line', 'shop'],
      ['source.key', 'command line', 'shop'],
      ['source.created', 'command line', 'shop'],
    ]);
    expect(JSON.stringify(entries)).not.toContain(first.trim());
    await engine.close();
  });

  it.each(['1', '9', 'x', '-1'])('leave %s as it is', async (number) => {
    await new CreateSourceCommand().run([], { name: `for ${number}`, kind: 'http' });
    const code = number === '1' ? 'default_source' : 'invalid_request';
    await expect(new RemoveSourceCommand().run([number])).rejects.toMatchObject({ code });
    await expect(new SourceKeyCommand().run([number], {})).rejects.toMatchObject({ code });
  });

  it.each([
    ['customerio', undefined, 'yes'],
    ['customerio', false, 'no'],
    ['segment', undefined, 'no'],
  ] as const)('of the kind %s, told %p, may delete: %s', async (kind, mayDelete, said) => {
    await new CreateSourceCommand().run([], { name: `${kind} ${mayDelete}`, kind, mayDelete });
    out.splice(0);
    await new ListSourcesCommand().run();
    expect(out.join('')).toMatch(new RegExp(`${kind} ${mayDelete} +${kind} +on +${said} `));
  });

  it('say what an option takes', () => {
    const create = new CreateSourceCommand();
    expect(create.parseName(' shop ')).toBe('shop');
    expect(() => create.parseName(' ')).toThrow('--name takes 1 to 100 characters');
    expect(() => create.parseKind('posthog')).toThrow(
      'A kind is http, segment, customerio, rudderstack, not "posthog".',
    );
    for (const hours of ['-1', '721', '1.5', 'x'])
      expect(() => new SourceKeyCommand().parseOverlap(hours)).toThrow('0 to 720');
  });
});
