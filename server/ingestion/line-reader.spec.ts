import { Readable } from 'node:stream';
import { LIMITS } from '../domain/limits.js';
import { LineReader } from './line-reader.js';

interface Line {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
  readonly end: number;
  readonly tooLong: boolean;
}

async function linesOf(source: Buffer, chunkBytes = 7): Promise<Line[]> {
  const chunks = Array.from({ length: Math.ceil(source.length / chunkBytes) }, (_, i) =>
    source.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
  const lines: Line[] = [];
  const reader = new LineReader(Readable.from(chunks), { lines: 0, bytes: 0 });
  for await (const batch of reader.batches()) {
    for (const raw of batch) {
      const text = reader.place(raw);
      const { number, offset, end, tooLong } = reader;
      lines.push({ text, number, offset, end, tooLong });
    }
  }
  return lines;
}

function textOf(line: Line): string {
  return Buffer.from(line.text, 'latin1').toString('utf8');
}

describe('the line reader', () => {
  it.each<[string, string, string[]]>([
    ['nothing', '', []],
    ['no final newline', 'a\nb', ['a', 'b']],
    ['a final newline', 'a\nb\n', ['a', 'b']],
    ['CRLF', 'a\r\nb\r\n', ['a', 'b']],
    ['CRLF and no final newline', 'a\r\nb\r', ['a', 'b']],
    ['empty lines', '\n\na\n\n', ['', '', 'a', '']],
    ['a lone carriage return', '{\r}\nb', ['{\r}', 'b']],
    ['two carriage returns', 'a\r\r\nb', ['a\r', 'b']],
    ['U+2028, U+2029 and U+0085', 'a\u2028b\u2029c\u0085d\ne', ['a\u2028b\u2029c\u0085d', 'e']],
    ['a byte-order mark', '\ufeffa\n\ufeffb', ['a', '\ufeffb']],
    ['characters of several bytes', 'žluťoučký\n😀\n', ['žluťoučký', '😀']],
  ])('splits %s', async (_name, source, expected) => {
    for (const chunkBytes of [1, 2, 3, 1000]) {
      expect((await linesOf(Buffer.from(source), chunkBytes)).map(textOf)).toEqual(expected);
    }
  });

  it('tells where each line begins and ends', async () => {
    const lines = await linesOf(Buffer.from('ab\r\n\nž\nlast'));
    expect(lines.map(({ number, offset, end }) => [number, offset, end])).toEqual([
      [1, 0, 4],
      [2, 4, 5],
      [3, 5, 8],
      [4, 8, 12],
    ]);
  });

  it.each([LIMITS.lineBytes - 1, LIMITS.lineBytes, LIMITS.lineBytes + 1, LIMITS.lineBytes + 2, LIMITS.lineBytes * 3])(
    'measures a line of %i bytes among others',
    async (bytes) => {
      for (const lineEnd of ['\n', '\r\n']) {
        const source = Buffer.from(`a${lineEnd}${'x'.repeat(bytes)}${lineEnd}b${lineEnd}${'y'.repeat(bytes)}`);
        const lines = await linesOf(source, 65_536);
        const after = 1 + lineEnd.length + bytes + lineEnd.length;
        expect(lines.map(({ offset, end, tooLong }) => [offset, end, tooLong])).toEqual([
          [0, 1 + lineEnd.length, false],
          [1 + lineEnd.length, after, bytes > LIMITS.lineBytes],
          [after, after + 1 + lineEnd.length, false],
          [after + 1 + lineEnd.length, source.length, bytes > LIMITS.lineBytes],
        ]);
        if (bytes <= LIMITS.lineBytes) expect(lines[1].text).toBe('x'.repeat(bytes));
        else expect(lines[1].text.length).toBeLessThanOrEqual(LIMITS.lineBytes + 2);
      }
    },
  );

  it('reads no further than it is asked to', async () => {
    let produced = 0;
    const source = Readable.from(
      (function* () {
        for (; produced < 1_000; produced++) yield Buffer.from('x\n'.repeat(1_000));
      })(),
      { highWaterMark: 1 },
    );
    const lines = new LineReader(source, { lines: 0, bytes: 0 }).batches();
    await lines.next();
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
    expect(produced).toBeLessThan(20);
    await lines.return(undefined);
  });

  it('passes on what goes wrong with the source', async () => {
    const source = new Readable({ read: () => undefined });
    source.push('a\n');
    const lines = new LineReader(source, { lines: 0, bytes: 0 }).batches();
    expect((await lines.next()).value).toEqual(['a']);
    source.destroy(new Error('the disk is gone'));
    await expect(lines.next()).rejects.toThrow('the disk is gone');
  });
});
