import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { ImportCommand } from '../../server/imports/commands/import.command.js';
import { openSqlite } from '../../server/storage/sqlite/open.js';
import { temporaryFolder } from '../support/engine.js';

type Options = Parameters<ImportCommand['run']>[1];

const folder = temporaryFolder();
const sheet = join(folder.path, 'people.csv');
const database = join(folder.path, 'roster.db');
const { DATABASE_URL } = process.env;

beforeAll(() => {
  process.env.DATABASE_URL = `file:${database}`;
});
afterAll(() => {
  if (DATABASE_URL === undefined) delete process.env.DATABASE_URL;
  else process.env.DATABASE_URL = DATABASE_URL;
  folder.remove();
});

/** Runs the command in this process. */
async function run(
  file: string,
  options: Options = {},
): Promise<{ stdout: string; exitCode: typeof process.exitCode }> {
  const { exitCode } = process;
  const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  process.exitCode = undefined;
  try {
    await new ImportCommand().run([file], options);
    return { stdout: out.mock.calls.flat().join(''), exitCode: process.exitCode };
  } finally {
    process.exitCode = exitCode;
    out.mockRestore();
  }
}

async function report(options: Options = {}, file = sheet): Promise<Record<string, unknown>> {
  return JSON.parse((await run(file, { json: true, ...options })).stdout) as Record<string, unknown>;
}

async function attributesOf(id: string): Promise<unknown> {
  const { customers, close } = openSqlite(database);
  try {
    return JSON.parse((await customers.get(id))?.attributes ?? 'null');
  } finally {
    await close();
  }
}

describe('import', () => {
  it('tries a sheet, imports it, and finds nothing new in it again', async () => {
    writeFileSync(sheet, 'Id;City;Age\n1;Rome;30\n2;Bern;no\n;Kiew;1\n');
    const map = 'Id=id,City=city:text,Age=age:number';
    const counts = { rows: 3, created: 1, changed: 0, unchanged: 0, rejected: 2 };
    const reasons = { invalid_number: 1, missing_id: 1 };
    const rejects = join(folder.path, 'rejects.csv');
    const rejected = '\uFEFFId;City;Age;reason\r\n2;Bern;no;invalid_number\r\n;Kiew;1;missing_id\r\n';

    expect(await report({ map, dryRun: true, rejects })).toMatchObject({
      ...{ source: sheet, dry_run: true, ...counts, reasons },
      differences: [
        { row: 1, attribute: 'city', after: '"Rome"' },
        { row: 1, attribute: 'age', after: '30' },
      ],
    });
    expect(readFileSync(rejects, 'utf8')).toBe(rejected);
    expect(await attributesOf('1')).toBeNull();
    writeFileSync(rejects, '');

    expect(await report({ map, rejects })).toMatchObject({ source: sheet, ...counts, reasons });
    expect(readFileSync(rejects, 'utf8')).toBe(rejected);
    expect(await attributesOf('1')).toEqual({ age: 30, city: 'Rome' });
    expect(await report({ map })).toMatchObject({ created: 0, unchanged: 1, rejected: 2 });
    expect(readdirSync(folder.path).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('proposes the attribute that there is for a column of nearly its name', async () => {
    const nearly = join(folder.path, 'nearly.csv');
    writeFileSync(nearly, 'ID,Last City\n7,Ulm\n');
    await report({ map: 'ID=id,Last City=last_city' }, nearly);
    writeFileSync(nearly, 'id,LAST-CITY\n7,Bonn\n');
    expect(await report({}, nearly)).toMatchObject({ changed: 1, rejected: 0 });
    expect(await attributesOf('7')).toEqual({ last_city: 'Bonn' });
  });

  it('prints a report for people', async () => {
    const { stdout, exitCode } = await run(sheet, { map: 'Id=id,Age=years', strict: true });
    expect(exitCode).toBe(2);
    expect(stdout.replace(/in [\d.]+ s/, 'in 0.0 s')).toBe(
      [
        `${sheet}: 3 rows in 0.0 s`,
        '  customers   1 created, 1 changed, 0 unchanged',
        '  rejected    1',
        '    missing_id: 1\n',
      ].join('\n'),
    );
  });

  it('takes the mapping of a file, gzip, and a column of times', async () => {
    const zipped = join(folder.path, 'people.tsv.gz');
    writeFileSync(zipped, gzipSync('Id\tCity\tAt\tNote\n9\tRome\t05.03.2020\t\n'));
    const map = join(folder.path, 'map.json');
    const columns = [
      { column: 'Id', use: 'id' },
      { column: 'City', use: 'attribute', attribute: 'city' },
    ];
    writeFileSync(map, JSON.stringify({ columns }));
    expect(await report({ map, timeColumn: 'At', dateForm: 'dmy' }, zipped)).toMatchObject({ created: 1 });
    const { customers, close } = openSqlite(database);
    expect((await customers.get('9'))?.lastUpdated).toBe(Date.UTC(2020, 2, 5));
    await close();
  });

  it.each([
    [{ map: 'Id=id,Town=city' }, 'The sheet has the columns "Id", "City", "Age".'],
    [{ map: 'Id=id,City=city:colour' }, 'must be one of'],
    [{ map: 'Id=id,City' }, "--map 'Id=id,City=city:text'"],
    [{ map: 'no-such-file' }, 'no file that can be read'],
    [{ map: 'City=city' }, 'id or the email'],
    [{ rejects: sheet }, 'would overwrite'],
  ] as const)('refuses %j', async (options, text) => {
    const message = expect.stringContaining(text) as unknown;
    await expect(run(sheet, options)).rejects.toMatchObject({ code: 'invalid_request', message });
  });
});
