import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openEngine } from '../../server/storage/open-engine.js';
import type { Database } from '../../server/config/config.js';
import { allEntries, draft, newUser, NOW } from '../support/access.js';
import { temporaryFolder } from '../support/engine.js';
import { newPostgresSchema } from '../support/postgres-schema.js';

const MAKE_USERS = join(__dirname, '../support/make-users.mjs');
const FAIL_AT = pathToFileURL(join(__dirname, '../support/fail-at.mjs')).href;

/** Makes users in another process until that ends at a fail point. @returns the numbers of those that were acknowledged */
async function makeUsers(database: Database, failAt: string): Promise<number[]> {
  const place = database.kind === 'postgres' ? database.url : database.kind === 'sqlite' ? database.path : '';
  const child = spawn(process.execPath, ['--import', FAIL_AT, MAKE_USERS, database.kind, place], {
    env: { ...process.env, FAIL_AT: failAt },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  expect(signal).toBe('SIGKILL');
  return output.split('\n').filter(Boolean).map(Number);
}

describe.each(['sqlite', 'postgres'])('kill -9 while users are made in %s', (engine) => {
  const folder = temporaryFolder();
  const leave: (() => Promise<void>)[] = [async () => folder.remove()];
  afterAll(async () => {
    for (const step of leave) await step();
  });
  let files = 0;

  const newDatabase = async (): Promise<Database> => {
    if (engine === 'sqlite') return { kind: 'sqlite', path: join(folder.path, `${++files}.db`) };
    const schema = await newPostgresSchema();
    leave.push(() => schema.drop());
    return { kind: 'postgres', url: schema.url };
  };

  it.each([
    ['transaction:begun', 3],
    ['transaction:before-commit', 3],
    ['transaction:after-commit', 4],
  ])('at %s keeps whole users only, and each that was acknowledged', async (point, users) => {
    const database = await newDatabase();
    // Makes the tables, so that each transaction of the other process is that of a user.
    await (await openEngine({ database, databaseConnections: 2 })).close();
    // Opening PostgreSQL is a transaction, too.
    const fourth = engine === 'postgres' ? 5 : 4;
    expect(await makeUsers(database, `kill:${point}@${fourth}`)).toEqual([1, 2, 3]);
    const storage = await openEngine({ database, databaseConnections: 2 });
    const { access, check } = storage;
    expect((await access.users()).map(({ id, email }) => [id, email])).toEqual(
      Array.from({ length: users }, (_, i) => [i + 1, `${i + 1}@example.com`]),
    );
    expect((await allEntries(access)).map(({ id, action }) => [id, action])).toEqual([
      [1, 'user.created'],
      [2, 'access.closed'],
      ...Array.from({ length: users - 1 }, (_, i) => [i + 3, 'user.created']),
    ]);
    expect((await check?.run())?.filter(({ differences }) => differences > 0)).toEqual([]);
    expect(await access.createUser(newUser('next'), draft('user.created'), NOW)).toMatchObject({ id: users + 1 });
    await storage.close();
  });
});
