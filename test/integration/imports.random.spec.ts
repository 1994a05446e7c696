import { join } from 'node:path';
import { deleteCustomer } from '../../server/domain/customer/edit.js';
import { Random } from '../../server/generation/random.js';
import { recordSum } from '../../server/storage/copy/checksum.js';
import { openContents } from '../../server/storage/open-contents.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';
import { rounds } from '../support/fast-check.js';
import { Imports, viewOf } from '../support/imports.js';
import { ingestLines, UPDATED } from '../support/messages.js';
import { nastyCustomers } from '../support/exported-customers.js';
import { startRestApp, type RestApp } from '../support/rest-app.js';

const FILES = rounds(40);
const ROWS = 60;
const SEED = 20_261_130;
const IDS = [
  '1',
  '2',
  '3',
  '4',
  '5',
  '7',
  '007',
  'Zoë',
  '=1',
  '',
  'new',
  'x'.repeat(200),
  'deleted',
  'suppressed',
  'a,b',
];
const EMAILS = ['', 'a@b', 'two@b', 'A@b', 'new@b', 'none@b'];
const CELLS = [
  '',
  '',
  'Rome',
  'Köln',
  '7',
  '007',
  '7.0',
  '1e5',
  '4.41E+11',
  'true',
  'TRUE',
  '{"a":1}',
  '01/02/2020',
  '=1',
  '\t=1',
  '?',
  'no',
];
const TIMES = [
  '',
  '2019-01-01',
  '2020-01-01T00:00:00Z',
  '2020-01-01',
  '1577836800',
  'never',
  '2100-01-01',
  '2030-99-01',
];
const TYPES = ['auto', 'auto', 'text', 'number', 'boolean', 'time', 'json'];

jest.setTimeout(300_000);

describe('a dry run', () => {
  const folder = temporaryFolder();
  const database = { kind: 'sqlite', path: join(folder.path, 'roster.db') } as const;
  let app: RestApp;

  beforeAll(async () => {
    app = await startRestApp(openSqlite(database.path), { config: { database } });
    await ingestLines(app.engine, nastyCustomers(40, SEED));
    for (const id of ['deleted', 'suppressed'])
      await app.post('/customers', { customer: { id, attributes: { email: 'a@b' } } });
    await app.engine.customers.change('deleted', (state) => deleteCustomer(state, Date.UTC(2019, 5, 1)), UPDATED);
    await app.inject({ method: 'POST', url: '/customers/suppressed/suppress' });
  });
  afterAll(async () => {
    await app.close();
    folder.remove();
  });

  const sum = async (): Promise<string> => {
    const contents = await openContents(database);
    try {
      return await recordSum(contents.reader);
    } finally {
      await contents.close();
    }
  };

  it(`changes nothing, and says what the import does, of ${FILES} sheets`, async () => {
    const random = new Random(SEED);
    const imports = new Imports(app);
    const seen = { created: 0, changed: 0, unchanged: 0, rejected: 0, damaged: 0 };
    for (let file = 0; file < FILES; file++) {
      const { text, mapping } = sheet(random);
      const { id } = await imports.upload(text);
      viewOf(await imports.patch(id, { mapping }));
      const before = await sum();
      const { dry_run: tried } = await imports.check(id);
      expect(await sum()).toBe(before);
      const rejects = (await imports.rejects(id)).body;
      const { result } = await imports.confirm(id);
      if (!tried || !result) throw new Error('Nothing came of an import.');
      const { differences, rejects: samples, ...counts } = tried;
      expect({ file, mapping, text, result }).toEqual({ file, mapping, text, result: counts });
      const kept = (await imports.rejects(id)).body.split('\r\n');
      expect(rejects.split('\r\n').filter((line) => !/,(stale|suppressed)$/.test(line))).toEqual(kept);
      expect(counts.rows).toBe(counts.created + counts.changed + counts.unchanged + counts.rejected);
      for (const name of ['created', 'changed', 'unchanged', 'rejected', 'damaged'] as const)
        seen[name] += counts[name];
      expect(samples).toHaveLength(Math.min(counts.rejected, 100));
      expect(differences?.length ?? 0).toBeLessThanOrEqual(100);
    }
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0);
  });
});

/** A known id, or a new one. */
function idOf(random: Random): string {
  return random.below(6) === 0 ? `new${random.below(500)}` : random.pick(IDS);
}

/** Makes a sheet with a mapping of its columns. */
function sheet(random: Random): { text: string; mapping: object } {
  const isByEmail = random.below(4) === 0;
  const hasTimes = random.below(3) === 0;
  const names = ['email', 'city', 'code', 'n', 'flag', 'nested'].filter(() => random.below(3) > 0);
  const columns = [
    isByEmail ? { column: 'Key', use: 'email' } : { column: 'Key', use: 'id' },
    ...(hasTimes ? [{ column: 'At', use: 'time' }] : []),
    ...names.map((name) => ({ column: name, use: 'attribute', attribute: name, type: random.pick(TYPES) })),
  ];
  const rows = Array.from({ length: random.below(ROWS) }, () =>
    columns.map(({ column }) => {
      if (column === 'Key') return isByEmail ? random.pick(EMAILS) : idOf(random);
      if (column === 'At') return random.pick(TIMES);
      return random.pick(column === 'email' ? EMAILS : CELLS);
    }),
  );
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  const text = [columns.map(({ column }) => column), ...rows].map((row) => row.map(cell).join(',')).join('\n');
  const effects = { empty: random.pick(['keep', 'remove']), damaged: random.pick(['keep', 'take']) };
  return { text, mapping: { columns, ...effects } };
}
