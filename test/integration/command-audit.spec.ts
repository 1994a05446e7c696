import { join } from 'node:path';
import { parseDatabase, type Database } from '../../server/config/config.js';
import { osUser } from '../../server/config/os-user.js';
import type { AuditEntry } from '../../server/domain/access/audit.js';
import { DomainError, type ErrorCode } from '../../server/domain/errors.js';
import { BackupCommand } from '../../server/maintenance/backup.command.js';
import { StoredAccess } from '../../server/storage/access/stored-access.js';
import { CopyCommand } from '../../server/storage/copy.command.js';
import { MigrateCommand } from '../../server/storage/migrate.command.js';
import { noteCommand } from '../../server/storage/note-command.js';
import { openContents } from '../../server/storage/open-contents.js';
import { allEntries, draft } from '../support/access.js';
import { temporaryFolder } from '../support/engine.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';

const folder = temporaryFolder();
const schemas: PostgresSchema[] = [];
const urlBefore = process.env.DATABASE_URL;
let files = 0;

const fileUrl = (): string => `file:${join(folder.path, `${++files}.db`)}`;
const URLS: Readonly<Record<string, () => Promise<string>>> = {
  sqlite: async () => fileUrl(),
  postgres: async () => {
    const schema = await newPostgresSchema();
    schemas.push(schema);
    return schema.url;
  },
};

function databaseOf(url: string): Database {
  const database = parseDatabase(url);
  if (!database) throw new Error(`${url} is no database.`);
  return database;
}

/** The entries of a database, the oldest first. @param isNew writes a first one */
async function entriesOf(url: string, isNew = false): Promise<readonly AuditEntry[]> {
  const contents = await openContents(databaseOf(url));
  try {
    if (isNew) await contents.access.record(draft('login', 'first'), Date.now());
    return await allEntries(contents.access);
  } finally {
    await contents.close();
  }
}

type CommandName = 'backup' | 'copy' | 'migrate';

/** Runs a command over the database of a URL. */
async function run(name: CommandName, url: string, ...parameters: string[]): Promise<void> {
  process.env.DATABASE_URL = url;
  switch (name) {
    case 'backup':
      return new BackupCommand().run(parameters, {});
    case 'copy':
      return new CopyCommand().run(parameters);
    case 'migrate':
      return new MigrateCommand().run();
    default:
      return name satisfies never;
  }
}

beforeEach(() => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
});

afterEach(() => jest.restoreAllMocks());

afterAll(async () => {
  if (urlBefore === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = urlBefore;
  folder.remove();
  for (const schema of schemas) await schema.drop();
});

describe.each(Object.entries(URLS))('the audit of %s', (_engine, newUrl) => {
  let url: string;
  beforeEach(async () => {
    url = await newUrl();
    await entriesOf(url, true);
  });
  const author = { kind: 'command line', id: undefined, name: osUser() };

  it('has a backup, and the backup has it too', async () => {
    const path = join(folder.path, `backup-${++files}.db`);
    await run('backup', url, path);
    const entries = await entriesOf(url);
    const noted = { author, action: 'export', target: path, details: { command: 'backup' } };
    expect(entries).toEqual([expect.anything(), expect.objectContaining(noted)]);
    expect(await entriesOf(`file:${path}`)).toEqual(entries);
  });

  it('has a copy, and the copy has it too', async () => {
    const target = fileUrl();
    await run('copy', url, url, target);
    const entries = await entriesOf(url);
    const noted = { author, action: 'export', target: target.slice('file:'.length), details: { command: 'copy' } };
    expect(entries).toEqual([expect.anything(), expect.objectContaining(noted)]);
    expect(await entriesOf(target)).toEqual(entries);
    await expect(run('copy', url, url, target)).rejects.toThrow('is not empty');
    expect(await entriesOf(url)).toEqual(entries);
  });

  it('has a migration, but for that of an empty database, which can be copied into', async () => {
    await run('migrate', url);
    const [, noted] = await entriesOf(url);
    expect(noted).toMatchObject({ author, action: 'command', target: 'migrate' });
    const empty = await newUrl();
    await run('migrate', empty);
    expect(await entriesOf(empty)).toEqual([]);
    await run('copy', url, url, empty);
    expect(await entriesOf(empty)).toEqual(await entriesOf(url));
  });
});

describe('the audit of a copy into PostgreSQL', () => {
  it('names the database without its password and options', async () => {
    const [from, to] = [fileUrl(), await URLS.postgres()];
    await entriesOf(from, true);
    await run('copy', from, from, to);
    const { host, pathname } = new URL(to);
    expect((await entriesOf(from))[1].target).toBe(host + pathname);
  });
});

describe('a database that cannot be written', () => {
  const note = async (code: ErrorCode): Promise<string> => {
    const url = fileUrl();
    await entriesOf(url, true);
    jest.spyOn(StoredAccess.prototype, 'record').mockRejectedValue(new DomainError(code, 'Not written.'));
    const stderr = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await noteCommand(databaseOf(url), 'export', 'file');
    return stderr.mock.calls.flat().join('');
  };

  it.each<ErrorCode>(['storage_read_only', 'storage_full'])('can be backed up for all that: %s', async (code) => {
    expect(await note(code)).toBe('The audit has no entry of this command. Not written.\n');
  });

  it('stops the command if it does not answer', async () => {
    await expect(note('storage_unavailable')).rejects.toThrow('Not written.');
  });
});
