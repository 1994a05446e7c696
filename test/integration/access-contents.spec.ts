import { join } from 'node:path';
import { backUp, checkBackup } from '../../server/storage/back-up.js';
import { parseDatabase, type Database } from '../../server/config/config.js';
import { recordSum } from '../../server/storage/copy/checksum.js';
import { copyContents } from '../../server/storage/copy/copier.js';
import { PLAIN_TABLES } from '../../server/storage/access/tables.js';
import { openContents } from '../../server/storage/open-contents.js';
import { openEngine, type Storage } from '../../server/storage/open-engine.js';
import { actions, allEntries, draft, hashed, newUser, NOW } from '../support/access.js';
import { newSource } from '../contracts/sources.contract.js';
import {
  fillAccess,
  fillImports,
  fillNotes,
  fillSources,
  fillTrash,
  LABELLED,
  SUPPRESSED,
  tablesOf,
} from '../support/access-contents.js';
import { sqliteRows, temporaryFolder } from '../support/engine.js';
import { restoration } from '../../server/domain/customer/trash.js';
import { UPDATED } from '../support/messages.js';
import { newPostgresSchema, type PostgresSchema } from '../support/postgres-schema.js';

type Rows = Readonly<Record<string, readonly string[]>>;

interface Place {
  readonly database: Database;
  /** The rows of every table. */
  rows(): Promise<Rows>;
}

const folder = temporaryFolder();
const schemas: PostgresSchema[] = [];
let files = 0;

afterAll(async () => {
  folder.remove();
  for (const schema of schemas) await schema.drop();
});

function databaseOf(url: string): Database {
  const database = parseDatabase(url);
  if (!database) throw new Error(`${url} is no database.`);
  return database;
}

function sqliteAt(path: string): Place {
  return {
    database: databaseOf(`file:${path}`),
    rows: () => tablesOf({ sql: async (text) => sqliteRows(path, text) }, 'sqlite'),
  };
}

const PLACES: Readonly<Record<string, () => Promise<Place>>> = {
  sqlite: async () => sqliteAt(join(folder.path, `${++files}.db`)),
  postgres: async () => {
    const schema = await newPostgresSchema();
    schemas.push(schema);
    return {
      database: databaseOf(schema.url),
      rows: () => tablesOf({ sql: (text) => schema.query(text) }, 'postgres'),
    };
  },
};

async function using<T>({ database }: Place, use: (storage: Storage) => Promise<T>): Promise<T> {
  const storage = await openEngine({ database, databaseConnections: 2 });
  try {
    return await use(storage);
  } finally {
    await storage.close();
  }
}

async function copy(from: Place, to: Place): Promise<void> {
  const [source, target] = [await openContents(from.database), await openContents(to.database)];
  try {
    await copyContents(source, target, () => undefined);
  } finally {
    await source.close();
    await target.close();
  }
}

/** The hash of `roster check --sum`. */
async function sumOf({ database }: Place): Promise<string> {
  const contents = await openContents(database);
  try {
    return await contents.snapshot(recordSum);
  } finally {
    await contents.close();
  }
}

function plainRows(rows: Rows): Rows {
  return Object.fromEntries(Object.keys(PLAIN_TABLES).map((table) => [table, rows[table]]));
}

/** Goes on in a copy: numbers, the chain and the state go on where they were. */
async function expectToGoOn(place: Place, entries: number): Promise<void> {
  await using(place, async ({ access, check, customers, history, notes, overview, sources, trash }) => {
    expect(await access.state()).toEqual({ isClosed: true, hasUsers: true });
    expect(await access.createUser(newUser('next'), draft('user.created'), NOW)).toMatchObject({ id: 4 });
    expect((await allEntries(access)).at(-1)).toMatchObject({ id: entries + 1 });
    expect((await sources.createSource(newSource('next'), draft('source.created'))).id).toBe(4);
    const [{ id: last }] = await sources.rejects(3, 1);
    const reject = { reason: 'invalid_id', field: undefined, message: 'No.' };
    const call = { source: 3, arrival: NOW, text: () => '' };
    await customers.accept([], [{ ...call, outcome: 'rejected', reject, userId: undefined }]);
    expect((await sources.rejects(3, 1))[0].id).toBe(last + 1);
    for (const id of SUPPRESSED) {
      const edit = customers.change(id, (state) => void (state.exists = true), UPDATED);
      await expect(edit).rejects.toMatchObject({ code: 'customer_suppressed' });
    }
    expect(await customers.labels(LABELLED)).toEqual(['VIP', 'é"😀']);
    expect(await overview.labels()).toEqual(['VIP', 'é"😀'].map((label) => ({ name: label, customers: 1 })));
    expect((await notes.page(LABELLED, 10)).map(({ text, editedAt }) => [text, editedAt])).toEqual([
      ['edited', NOW + 2],
      ['first "😀"', undefined],
    ]);
    expect(await history.ofBulkEdit(2 ** 48 - 2, undefined, 10)).toHaveLength(2);
    const trashed = await trash.get('70009');
    if (!trashed) throw new Error('It is not in the trash.');
    await customers.change('70009', restoration(trashed), { ...UPDATED, action: 'restored' });
    expect(await customers.labels('70009')).toEqual(['VIP', 'é"😀']);
    expect(await notes.page('70009', 10)).toHaveLength(2);
    expect((await check?.run())?.filter(({ differences }) => differences > 0)).toEqual([]);
  });
}

describe.each(Object.entries(PLACES))('access and sources in %s', (name, place) => {
  let filled: Place;
  let secrets: readonly string[];
  let entries: number;

  beforeAll(async () => {
    filled = await place();
    await using(filled, async ({ access, customers, notes, sources, imports }) => {
      secrets = [...(await fillAccess(access)), await fillSources({ customers, sources })];
      await fillTrash({ customers });
      await fillNotes({ customers, notes });
      await fillImports({ imports });
      entries = (await allEntries(access)).length;
    });
  });

  it('keeps hashes of secrets only', async () => {
    const rows = await filled.rows();
    const text = JSON.stringify(rows);
    expect(Object.keys(rows)).toEqual(expect.arrayContaining(Object.keys(PLAIN_TABLES)));
    expect(secrets).toHaveLength(7);
    for (const secret of secrets) {
      const forms = [secret, Buffer.from(secret).toString('hex'), Buffer.from(secret, 'hex').toString('base64url')];
      expect(forms.filter((form) => text.includes(form))).toEqual([]);
    }
    // The rows are searched in the form in which bytes would be found: the code of the user is there as a hash.
    expect(text).toContain(Buffer.from(hashed(secrets[5])).toString('hex'));
  });

  it.each(Object.entries(PLACES))('is copied into %s, with every row of every table', async (_target, other) => {
    const target = await other();
    await copy(filled, target);
    expect(plainRows(await target.rows())).toEqual(plainRows(await filled.rows()));
    const sum = await sumOf(target);
    expect(sum).toBe(await sumOf(filled));
    await using(target, ({ notes }) => notes.edit(LABELLED, { id: 7, at: NOW + 2, author: undefined, text: 'edited' }));
    expect(await sumOf(target)).not.toBe(sum);
    await expectToGoOn(target, entries);
    await expect(copy(filled, target)).rejects.toThrow('is not empty');
  });

  it('is in a backup', async () => {
    const path = join(folder.path, `backup-of-${name}.db`);
    await backUp(filled.database, path);
    expect(await checkBackup(path)).toEqual([]);
    expect(plainRows(await sqliteAt(path).rows())).toEqual(plainRows(await filled.rows()));
    await expectToGoOn(sqliteAt(path), entries);
  });

  it.each<[string, (storage: Storage) => Promise<unknown>]>([
    ['a source', ({ sources }) => sources.createSource(newSource('a'), draft('source.created'))],
    [
      'a suppressed customer',
      ({ customers }) => customers.change('1', (state) => void (state.suppressedAt = NOW), UPDATED),
    ],
    [
      'a count',
      ({ customers }) => customers.accept([], [{ source: 1, arrival: NOW, text: () => '', outcome: 'ignored' }]),
    ],
    ['a remembered id', ({ sources }) => sources.rememberId('12345678', { id: 'made', arrival: NOW }, NOW + 1)],
  ])('is not copied over %s', async (_, make) => {
    const target = await place();
    await using(target, make);
    await expect(copy(filled, target)).rejects.toThrow('is not empty');
  });

  it('is nothing to copy over', async () => {
    const target = await place();
    await using(target, async ({ access }) => {
      await access.record(draft('export'), NOW);
      expect(await actions(access)).toEqual(['export']);
    });
    await expect(copy(filled, target)).rejects.toThrow('is not empty');
  });
});
