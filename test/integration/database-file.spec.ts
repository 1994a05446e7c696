import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { noCounts } from '../../server/domain/ingestion/ingestion.js';
import { patchAttributes } from '../../server/domain/customer/edit.js';
import type { ApplierData } from '../../server/storage/sqlite/customers/applier-protocol.js';
import type { LiveThreadData } from '../../server/storage/sqlite/customers/live-protocol.js';
import type { IndexerData } from '../../server/storage/sqlite/indexer-protocol.js';
import { SqliteDatabase } from '../../server/storage/sqlite/database/database.js';
import { prepareRows } from '../../server/storage/sqlite/database/statements.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { PostgresDatabase } from '../../server/storage/postgres/database/database.js';
import { openPostgres } from '../../server/storage/postgres/open.js';
import { liveMessages } from '../contracts/live-messages.contract.js';
import { event, UPDATED } from '../support/messages.js';
import { temporaryFolder } from '../support/engine.js';
import { newPostgresSchema, testDatabaseUrl } from '../support/postgres-schema.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const NOW = 1_600_000_000_000;
let files = 0;
const newPath = (): string => join(folder.path, `${++files}`, 'roster.db');
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

/** Collects the data of threads, which do not start. */
type StartData = ApplierData | IndexerData | LiveThreadData;

function collectStarts(): { readonly started: readonly StartData[]; readonly start: (data: StartData) => never } {
  const started: StartData[] = [];
  return {
    started,
    start: (data) => {
      started.push(data);
      throw new Error('started');
    },
  };
}

function edit({ customers }: ReturnType<typeof openSqlite>, value: string): Promise<unknown> {
  const changes = [{ name: 'email', value: JSON.stringify(value) }];
  return customers.change('1', (state) => patchAttributes(state, changes, NOW), UPDATED);
}

describe('the files of a database', () => {
  it('can be read by their owner alone, whatever the umask is', async () => {
    const path = newPath();
    const umask = process.umask(0);
    try {
      const storage = openSqlite(path);
      await edit(storage, 'a@b');
      expect(['', '-wal', '-shm'].map((file) => modeOf(path + file))).toEqual(['600', '600', '600']);
      await storage.close();
    } finally {
      process.umask(umask);
    }
  });

  it('of before become so when they are opened', async () => {
    const path = newPath();
    const before = openSqlite(path);
    await edit(before, 'a@b');
    for (const file of ['', '-wal', '-shm']) chmodSync(path + file, 0o644);
    const after = openSqlite(path);
    expect(['', '-wal', '-shm'].map((file) => modeOf(path + file))).toEqual(['600', '600', '600']);
    await after.close();
    await before.close();
  });

  it('stay as they are if they are no database', () => {
    const path = join(folder.path, 'text');
    writeFileSync(path, 'This is a text, and it is longer than the head of a database.\n'.repeat(9), { mode: 0o644 });
    expect(() => openSqlite(path)).toThrow('not a database');
    expect(modeOf(path)).toBe('644');
  });

  it.each<[string, (path: string) => void]>([
    ['removed', (path) => ['', '-wal', '-shm'].forEach((file) => rmSync(path + file))],
    ['removed without its log', (path) => rmSync(path)],
    ['without its log', (path) => rmSync(`${path}-wal`)],
    [
      'replaced',
      (path) => {
        writeFileSync(`${path}.new`, '');
        renameSync(`${path}.new`, path);
      },
    ],
  ])('that are %s take no write, and are not made anew', async (_what, harm) => {
    const path = newPath();
    const { started, start } = collectStarts();
    const storage = openSqlite(path, { startIndexer: start });
    await edit(storage, 'a@b');
    expect(() => storage.startBackground(() => undefined)).toThrow('started');
    expect(storage.problem()).toBeUndefined();
    harm(path);
    // The files are looked at once per turn.
    await setImmediate();
    const left = readdirSync(join(path, '..'));
    const gone = /^The database .*roster\.db was removed or replaced while Roster was running/;
    await expect(edit(storage, 'c@d')).rejects.toMatchObject({
      code: 'storage_unavailable',
      message: expect.stringMatching(gone) as string,
    });
    await expect(
      storage.ingestions.begin({ name: 'a', path: undefined, size: undefined, fingerprint: undefined }),
    ).rejects.toMatchObject({ code: 'storage_unavailable' });
    // A thread that begins late, and an export, which has a connection of its own.
    expect(() => new SqliteDatabase(path, started[0])).toThrow(gone);
    await expect(storage.stored.snapshot(async () => undefined)).rejects.toThrow(gone);
    expect(storage.problem()).toMatch(gone);
    expect(readdirSync(join(path, '..'))).toEqual(left);
    await storage.close();
  });

  it('that are removed before the first read are missed by that read', async () => {
    const path = newPath();
    const storage = openSqlite(path);
    for (const file of readdirSync(join(path, '..'))) rmSync(join(path, '..', file));
    expect(() => storage.readClock.now()).toThrow('was removed or replaced while Roster was running');
    await storage.close();
  });

  it('are not created by a thread', () => {
    const path = newPath();
    expect(() => new SqliteDatabase(path, { mustExist: true })).toThrow('was removed or replaced');
    expect(existsSync(join(path, '..'))).toBe(false);
  });
});

describe('what a commit survives', () => {
  it.each([
    [false, 1],
    [true, 2],
  ])(
    'SQLite: when commits are synced (%s), "synchronous" is %i, in every thread as well',
    async (syncsCommits, value) => {
      const database = new SqliteDatabase(newPath(), { syncsCommits });
      expect(prepareRows<[number]>(database.writer, 'PRAGMA synchronous').get()).toEqual([value]);
      await database.close();

      const { started, start } = collectStarts();
      const threads = { startApplier: start, startIndexer: start, startLive: start };
      const storage = openSqlite(newPath(), threads, { syncsCommits });
      expect(() => storage.startBackground(() => undefined)).toThrow('started');
      await expect(storage.customers.apply([], { ingestionId: 1, counts: noCounts(), rejects: [] })).rejects.toThrow(
        'started',
      );
      const messages = await liveMessages(storage, [event()]);
      await expect(storage.customers.accept(messages)).rejects.toThrow('started');
      expect(started.map((data) => data.syncsCommits)).toEqual([syncsCommits, syncsCommits, syncsCommits]);
      await storage.close();
    },
  );

  it.each([
    [false, 'off', 'off'],
    [true, 'off', 'on'],
    [true, 'remote_apply', 'remote_apply'],
  ])(
    'PostgreSQL: when commits are synced (%s), a server that says %s commits with %s',
    async (syncsCommits, set, used) => {
      const url = new URL(testDatabaseUrl());
      url.searchParams.set('options', `-c synchronous_commit=${set}`);
      const database = new PostgresDatabase({ url: url.href.replaceAll('+', '%20'), connections: 2, syncsCommits });
      const rows = await database.read('synchronous', "SELECT current_setting('synchronous_commit') AS used");
      expect(rows).toEqual([{ used }]);
      await database.close();
    },
  );

  it.each([
    [false, 'off'],
    [true, 'on'],
  ])('PostgreSQL: each transaction of live messages is synced if commits are (%s)', async (syncsCommits, used) => {
    const schema = await newPostgresSchema();
    const url = new URL(schema.url);
    url.searchParams.set('options', `${url.searchParams.get('options') ?? ''} -c synchronous_commit=off`);
    const storage = await openPostgres({ url: url.href.replaceAll('+', '%20'), connections: 2, syncsCommits });
    await schema.query(`
      CREATE TABLE commits (used text);
      CREATE FUNCTION note_commit() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO commits VALUES (current_setting(''synchronous_commit'')); RETURN NULL; END';
      CREATE TRIGGER note_commit AFTER INSERT OR UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION note_commit()`);
    for (const message of await liveMessages(storage, [event(), event()])) await storage.customers.accept([message]);
    expect(await schema.query('SELECT used FROM commits')).toEqual([{ used }, { used }]);
    await storage.close();
    await schema.drop();
  });
});
