import fc from 'fast-check';
import type { FoundFormat, SheetFormat, SheetRow } from '../domain/import/sheet.js';
import { findFormat } from './find-format.js';
import { openSheet } from './open-sheet.js';
import { RowReader } from './row-reader.js';

const COMMAS: SheetFormat = { encoding: 'utf-8', delimiter: ',' };

async function* pieces(bytes: Uint8Array, length = bytes.length): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length);
}

function bigEndian(text: string): Buffer {
  return Buffer.from(text, 'utf16le').swap16();
}

function formatOf(file: string | Uint8Array): Promise<FoundFormat> {
  return findFormat(pieces(Buffer.from(file)));
}

async function read(
  file: string | Uint8Array,
  format = COMMAS,
  length?: number,
): Promise<{ names: string[]; rows: SheetRow[]; damagedCharacters: number; bytesRead: number }> {
  const sheet = await openSheet(pieces(Buffer.from(file), length), format);
  const rows: SheetRow[] = [];
  for await (const group of sheet.rows) rows.push(...group);
  const { damagedCharacters, bytesRead } = sheet;
  return { names: sheet.columns.map(({ name }) => name), rows, damagedCharacters, bytesRead };
}

async function cellsOf(file: string, format = COMMAS): Promise<readonly (readonly string[])[]> {
  return (await read(file, format)).rows.map(({ cells }) => cells);
}

describe('the format of a sheet', () => {
  it.each([
    ['UTF-8', Buffer.from('id,name\n1,Zoë\n'), 'utf-8', false, 'Zoë'],
    ['UTF-8 with a byte order mark', Buffer.from('\uFEFFid,name\n1,Zoë\n'), 'utf-8', true, 'Zoë'],
    ['UTF-16 of Excel', Buffer.from('\uFEFFid,name\r\n1,Zoë\r\n', 'utf16le'), 'utf-16le', true, 'Zoë'],
    ['UTF-16 without a byte order mark', Buffer.from('id,name\r\n1,名前\r\n', 'utf16le'), 'utf-16le', false, '名前'],
    ['UTF-16 in the other order', bigEndian('\uFEFFid,name\r\n1,名前\r\n'), 'utf-16be', true, '名前'],
    ['the same without a byte order mark', bigEndian('id,name\r\n1,名前\r\n'), 'utf-16be', false, '名前'],
    ['Windows-1252', Buffer.from('id,name\n1,Zo\xeb \x80\n', 'latin1'), 'windows-1252', false, 'Zoë €'],
    ['an empty file', Buffer.alloc(0), 'utf-8', false, ''],
  ] as const)('is found out of %s', async (_, file, encoding, hasByteOrderMark, name) => {
    await expect(formatOf(file)).resolves.toEqual({ encoding, hasByteOrderMark, delimiter: ',' });
    if (file.length === 0) return;
    const { rows } = await read(file, { encoding, delimiter: ',' });
    expect(rows[0].cells[1]).toBe(name);
  });

  it('is Windows-1252 if only the end of a long file is no UTF-8', async () => {
    const file = Buffer.concat([Buffer.from('id,name\n' + '1,Anna\n'.repeat(20_000)), Buffer.from([0x32, 0x2c, 0xe9])]);
    await expect(findFormat(pieces(file, 1000))).resolves.toMatchObject({ encoding: 'windows-1252' });
  });

  it('is UTF-8 if a character is cut between two pieces', async () => {
    await expect(findFormat(pieces(Buffer.from('id,name\n1,Zoë 😀\n'), 1))).resolves.toMatchObject({
      encoding: 'utf-8',
    });
  });

  it.each([
    ['id;name\n1;a,b\n2;c,d\n', ';'],
    ['id\tname\n1\ta,b\n', '\t'],
    ['id,name\n1,a;b;c\n', ','],
    ['"a;b",c\n1,2\n', ','],
    ['id;price, net\n1;2,50\n2;3,10\n', ';'],
    ['id;first, last, title\n1;Bill\n2;Eve\n', ';'],
    ['id,"a;b"\n1,"x;y"\n', ','],
    ['id\t"a;b"\n1\t"x;y"\n', '\t'],
    ['sep=;\nid,name\n', ';'],
    ['id\n1\n2\n', ','],
    ['\n\nid;name\n', ';'],
    ['id;name', ';'],
  ])('has the delimiter of %j', async (file, delimiter) => {
    await expect(formatOf(file)).resolves.toMatchObject({ delimiter });
  });

  it.each([
    ['a workbook', 'PK\x03\x04rest'],
    ['a PDF', '%PDF-1.7'],
  ])('refuses %s', async (_, file) => {
    const message = expect.stringContaining('Save the sheet as CSV') as unknown;
    await expect(formatOf(Buffer.from(file, 'latin1'))).rejects.toMatchObject({ code: 'source_refused', message });
  });
});

describe('a sheet', () => {
  it('numbers its rows, and names the lines of the file', async () => {
    const { names, rows } = await read('\n"id","na\nme"\n1,"a\r\nb"\n\n,\n2,"c ""d"""\r\n3,e');
    expect(names).toEqual(['id', 'na\nme']);
    expect(rows).toEqual([
      { kind: 'cells', number: 1, line: 4, cells: ['1', 'a\r\nb'] },
      { kind: 'cells', number: 4, line: 8, cells: ['2', 'c "d"'] },
      { kind: 'cells', number: 5, line: 9, cells: ['3', 'e'] },
    ]);
  });

  it.each(['\n', '\r\n', '\r'])('has lines that end with %j', async (end) => {
    const file = ['id,name', '1,"a"', '2,b', ''].join(end);
    for (const length of [1, 2, 3, 1000]) {
      const { rows } = await read(file, COMMAS, length);
      expect(rows).toEqual([
        { kind: 'cells', number: 1, line: 2, cells: ['1', 'a'] },
        { kind: 'cells', number: 2, line: 3, cells: ['2', 'b'] },
      ]);
    }
  });

  it('may have rows that are shorter or longer than the header', async () => {
    await expect(cellsOf('id,a,b\n1\n2,x,y,z\n')).resolves.toEqual([['1'], ['2', 'x', 'y', 'z']]);
  });

  it('has quotes within cells', async () => {
    await expect(cellsOf('id,size\n1,5" pipe\n2,"5"" pipe"\n3,"a" b\n')).resolves.toEqual([
      ['1', '5" pipe'],
      ['2', '5" pipe'],
      ['3', '"a" b'],
    ]);
  });

  it('gives every column a name of its own', async () => {
    const { names } = await read('id,City,,City,City (2),City,"\t=x",Column 3\n');
    expect(names).toEqual(['id', 'City', 'Column 3 (2)', 'City (3)', 'City (2)', 'City (4)', '=x', 'Column 3']);
  });

  it.each(['', '\uFEFF', '\n\n'])('is empty if the file is %j', async (file) => {
    await expect(read(file)).resolves.toMatchObject({ names: [], rows: [] });
  });

  it('has no rows if it has a header only', async () => {
    await expect(read('id,name')).resolves.toMatchObject({ names: ['id', 'name'], rows: [] });
  });

  it('leaves out the line that names the delimiter for Excel', async () => {
    for (const delimiter of [',', ';'] as const) {
      await expect(read('sep=;\r\nid\r\n1\r\n', { ...COMMAS, delimiter })).resolves.toMatchObject({ names: ['id'] });
    }
  });

  it('counts the characters that the encoding cannot give', async () => {
    const { rows, damagedCharacters } = await read(Buffer.from('id,name\n1,Zo\xeb\n2,\xe9\xe9a\n', 'latin1'));
    expect(rows.map(({ cells }) => cells[1])).toEqual(['Zo\uFFFD', '\uFFFD\uFFFDa']);
    expect(damagedCharacters).toBe(3);
  });

  it('loses only the line of a quote without an end', async () => {
    const { rows } = await read('id,name\n1,"a\n2,b\n3,c\n');
    expect(rows).toEqual([
      { kind: 'rejected', reason: 'unclosed_quote', number: 1, line: 2, cells: ['1,"a'] },
      { kind: 'cells', number: 2, line: 3, cells: ['2', 'b'] },
      { kind: 'cells', number: 3, line: 4, cells: ['3', 'c'] },
    ]);
  });

  it('loses only that line in a long file', async () => {
    const file = `id,name\r\n1,"a\r\n${'2,some text\r\n'.repeat(90_000)}3,c\r\n`;
    const { rows, bytesRead } = await read(file, COMMAS, 10_000);
    expect(rows).toHaveLength(90_002);
    expect(rows[0]).toEqual({ kind: 'rejected', reason: 'unclosed_quote', number: 1, line: 2, cells: ['1,"a'] });
    expect(rows.at(-1)).toEqual({ kind: 'cells', number: 90_002, line: 90_003, cells: ['3', 'c'] });
    expect(bytesRead).toBe(file.length);
  });

  it('loses a line that is too long, and no more', async () => {
    const { rows } = await read(`id,name\n1,${'x'.repeat(3_000_000)}\n2,b\n`, COMMAS, 50_000);
    const cells = [expect.stringMatching(/^1,x{1000}/) as string];
    expect(rows).toEqual([
      { kind: 'rejected', reason: 'row_too_long', number: 1, line: 2, cells },
      { kind: 'cells', number: 2, line: 3, cells: ['2', 'b'] },
    ]);
    expect(rows[0].cells[0].length).toBeLessThan(40_000);
  });

  it.each([
    ['"id,name\n1,a\n', 'a quote has no end'],
    [`${'a,'.repeat(20_000)}\n`, '16384 columns'],
    ['x'.repeat(1_100_000), '16384 columns'],
  ])('is refused if its header cannot be read', async (file, text) => {
    const message = expect.stringContaining(text) as unknown;
    await expect(read(file)).rejects.toMatchObject({ code: 'source_refused', message });
  });

  it('closes its stream when nothing more is read', async () => {
    let isClosed = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      try {
        for (;;) yield Buffer.from('1,a\n'.repeat(10));
      } finally {
        isClosed = true;
      }
    }
    const sheet = await openSheet(endless(), COMMAS);
    for await (const rows of sheet.rows) {
      expect(rows).not.toHaveLength(0);
      break;
    }
    expect(isClosed).toBe(true);
  });

  it('is what was written, in whatever pieces it comes', async () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', ';', '\t', '\n', '\r', ' ', 'é', '😀', '=') });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
    const cases = [
      table,
      fc.constantFrom(',', ';', '\t'),
      fc.constantFrom('\r\n', '\n', '\r'),
      fc.integer({ min: 1, max: 9 }),
    ] as const;
    await fc.assert(
      fc.asyncProperty(...cases, async (rows, delimiter, end, length) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const lines = [['x', 'y'], ...rows].map((cells) => cells.map(quoted).join(delimiter) + end);
        const format = { encoding: 'utf-8', delimiter } as const;
        const { rows: read_ } = await read(lines.join(''), format, length);
        const filled = rows.filter((cells) => cells.some((text) => text !== ''));
        expect(read_.map(({ cells }) => cells)).toEqual(filled);
      }),
    );
  });
});

describe('a reader of rows', () => {
  it('reads at most 64 times again for quotes without an end', async () => {
    const reader = new RowReader(',', 100);
    // Two quotes in each line: of every line one stays open.
    const rows = await reader.read('x","y\n'.repeat(10_000));
    const faults = rows.filter(({ fault }) => fault === 'unclosed_quote');
    expect(faults.length).toBeGreaterThan(64);
    expect(faults.length).toBeLessThan(2000);
  });
});
