import { LIMITS } from '../../domain/limits.js';
import { CHUNK_BYTES } from '../scanning/chunk-layout.js';
import { CARRIED_BYTES, LineReader, type LineMemory } from './line-reader.js';

interface Line {
  readonly text: string;
  readonly number: number;
  readonly offset: number;
  readonly end: number;
  readonly tooLong: boolean;
}

function memoryOf(): LineMemory {
  return { bytes: Buffer.alloc(CARRIED_BYTES + CHUNK_BYTES), chunkStart: CARRIED_BYTES };
}

async function linesOf(source: Buffer, chunkBytes = 7): Promise<Line[]> {
  const lines: Line[] = [];
  const memory = memoryOf();
  const reader = await LineReader.begin(memory, { lines: 0, bytes: 0 }, (line) => {
    const { number, offset, end, tooLong, start, length } = line;
    const text = memory.bytes.toString('latin1', start, start + length);
    lines.push({ text, number, offset, end, tooLong });
  });
  for (let at = 0; at < source.length; at += chunkBytes) {
    const chunk = source.subarray(at, at + chunkBytes);
    memory.bytes.set(chunk, memory.chunkStart);
    reader.push(chunk.length);
  }
  await reader.finish();
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

  it('keeps the bytes of a line together, wherever they came', async () => {
    const source = Buffer.from(['first', 'x'.repeat(200), 'é'.repeat(70), '', 'last'].join('\r\n'));
    for (let chunkBytes = 1; chunkBytes < 50; chunkBytes++) {
      const lines = await linesOf(source, chunkBytes);
      expect(lines.map(textOf)).toEqual(source.toString().split('\r\n'));
    }
  });

  it('throws what goes wrong with a line, at once', async () => {
    const memory = memoryOf();
    const reader = await LineReader.begin(memory, { lines: 0, bytes: 0 }, () => {
      throw new Error('no room');
    });
    memory.bytes.set(Buffer.from('a\nb\n'), memory.chunkStart);
    expect(() => reader.push(4)).toThrow('no room');
    reader.close();
  });
});
