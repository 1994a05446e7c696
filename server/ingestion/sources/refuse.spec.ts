import { gzipSync } from 'node:zlib';
import { refusing } from './refuse.js';

const MESSAGE = '{"id":"1"}\n';
const JUNK = 'junk\n';

async function read(content: Buffer | string, chunkBytes: number): Promise<string | Buffer> {
  const bytes = Buffer.from(content);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const parts: Uint8Array[] = [];
  try {
    for await (const chunk of refusing('data', chunks())) parts.push(chunk);
  } catch (error) {
    expect(parts).toEqual([]);
    return error instanceof Error ? error.message : 'no error';
  }
  return Buffer.concat(parts);
}

/** Twenty lines of each kind of text. */
const lines = (line: string): string => `${line}\n`.repeat(20);
const PRETTY = JSON.stringify(
  [1, 2].map((id) => ({ id, type: 'event', user_id: '1', nested: { a: 1, b: [1, 2] } })),
  null,
  2,
);
const binary = (magic: string): Buffer =>
  Buffer.concat([Buffer.from(magic, 'latin1'), Buffer.from('\x07\x00\n'.repeat(30))]);

describe('a source', () => {
  it.each<[string, string | Buffer]>([
    ['without a byte', ''],
    ['of a message', MESSAGE],
    ['of a message without a line end', MESSAGE.trim()],
    ['of a message after a byte-order mark', `\uFEFF${MESSAGE}${JUNK.repeat(30)}`],
    ['of 19 lines of junk', JUNK.repeat(19)],
    ['of 19 lines of junk without a line end at their end', JUNK.repeat(19).trim()],
    ['of many blank lines', ' \r\n'.repeat(3_000)],
    ['with an object in its 1000th line', `${JUNK.repeat(999)}${MESSAGE}${JUNK}`],
    ['with an object behind blank lines and junk', `${'\n \n'.repeat(2_000)}${JUNK.repeat(999)}${MESSAGE}`],
    ['of objects that are no messages', '{}\n'.repeat(30)],
    ['with an object in its last line, which has no end', `${JUNK.repeat(25)}${MESSAGE.trim()}`],
    ['with zeros in a line', `${JUNK.repeat(2)}\0\0\0\n${MESSAGE}`],
    ['of a line that looks like CSV', 'id;email\n'],
    ['of a line that looks like CSV, and blank lines', '\n1,2\n \n'],
    ['of two lines with other numbers of commas', 'well, well\nno\n'],
    ['of two texts with commas', '"a,b"\n"c,d"\n'],
    ['of broken objects', '{"id":1,\n{"id":2,\n'],
    ['of a table with a message in it', `id,type\n1,2\n${MESSAGE}`],
    ['of a table of two lines', 'id;email\r\n1004;anna@example.com\r\n'],
    ['of a table of 19 lines', '1004;anna@example.com\n'.repeat(19)],
    ['of texts that begin like an image', 'GIF89a is no message\nBZh\n'],
    ['of an image before a message', Buffer.from(`\x89PNG\r\n${MESSAGE}`, 'latin1')],
  ])('%s is passed on as it is', async (_name, content) => {
    for (const size of [1, 7, 100_000]) expect(await read(content, size)).toEqual(Buffer.from(content));
  });

  it.each<[string, string | Buffer, string]>([
    ['20 lines of junk', JUNK.repeat(20), 'something other than JSON lines. Its first line: At character 1'],
    ['20 lines, the last without an end', JUNK.repeat(20).trim(), 'something other than JSON lines'],
    ['an object in the 1001st line', `${JUNK.repeat(1_000)}${MESSAGE}`, 'something other than JSON lines'],
    ['a table', lines('1004;anna@example.com'), 'CSV with ";" between its columns. Export it as JSON lines'],
    ['a table with commas', lines('"1004","anna"'), 'CSV with "," between its columns'],
    ['a table with tabs', `\uFEFF${lines('1\t2,3')}`, 'CSV with tabs between its columns'],
    [
      'objects of Python',
      lines("{'id': 1, 'type': 'event'}"),
      'something other than JSON lines. Its first line: At character 2 stands a single quote',
    ],
    [
      'objects with a comma behind them',
      lines('{"id":1},'),
      'something other than JSON lines. Its first line: At character 9, "," comes after',
    ],
    ['lists', lines('[1, 2]'), 'something other than JSON lines'],
    ['a list over several lines', PRETTY, 'JSON over several lines. Put each object on one line'],
    ['HTML', lines('<!DOCTYPE html>'), 'an HTML page'],
    ['XML', lines('<a/>'), 'XML'],
    [
      'Latin-1',
      Buffer.from(lines('{"name":"José"}'), 'latin1'),
      'something other than JSON lines. Its first line: Save it as UTF-8',
    ],
    ['UTF-16 with a mark', Buffer.from(`\uFEFF${MESSAGE}`, 'utf16le'), 'UTF-16 text. Save it as UTF-8.'],
    ['UTF-16 of the other order', Buffer.from(`\uFEFF${MESSAGE}`, 'utf16le').swap16(), 'UTF-16 text'],
    ['UTF-16 without a mark', Buffer.from(MESSAGE, 'utf16le'), 'UTF-16 text'],
    ['a mark of UTF-16 alone', Buffer.of(0xff, 0xfe), 'UTF-16 text'],
    [
      'gzip inside gzip',
      Buffer.concat([gzipSync(''), Buffer.from(JUNK.repeat(30))]),
      'gzip inside gzip. Unpack it once.',
    ],
    ['a ZIP archive', binary('PK\x03\x04'), 'a ZIP archive. Unpack it first.'],
    ['an Excel document', binary('PK\x03\x04....[Content_Types].xml'), 'an Excel or Word document (such as xlsx)'],
    ['a PNG image', binary('\x89PNG\r\n'), 'a PNG image'],
    ['a PDF document', binary('%PDF-1.4'), 'a PDF document'],
    ['other bytes', binary('\x01\x02'), 'a binary file'],
    ['a PNG image without a line end', Buffer.from('\x89PNG', 'latin1'), 'a PNG image'],
    ['a PNG image of three lines', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), 'a PNG image'],
    ['a short ZIP archive', Buffer.from('PK\x03\x04\x14\0\0', 'latin1'), 'a ZIP archive'],
    ['a short PDF document', '%PDF-1.4\n1 0 obj\n', 'a PDF document'],
    ['short gzip inside gzip', gzipSync(MESSAGE), 'gzip inside gzip'],
  ])('of %s is refused', async (_name, content, said) => {
    for (const size of [1, 7, 100_000])
      expect(await read(content, size)).toMatch(
        new RegExp(`^data was not taken: it seems to be ${said.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
      );
  });

  it('with lines that are too long to be messages is judged without holding them', async () => {
    const long = `${'x'.repeat(1_100_000)}\n`;
    expect(await read(long.repeat(20), 1 << 16)).toContain('data was not taken');
    const large = Buffer.from(`${long.repeat(40)}${MESSAGE}`);
    expect(large.equals((await read(large, 1 << 16)) as Buffer)).toBe(true);
  });

  it('that breaks off is passed on before it fails', async () => {
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(JUNK);
      throw new Error('gone');
    }
    const reading = refusing('data', breaking());
    expect(await reading.next()).toEqual({ done: false, value: Buffer.from(JUNK) });
    await expect(reading.next()).rejects.toThrow('gone');
  });

  it('is closed when its reader leaves', async () => {
    let closed = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) yield Buffer.from(MESSAGE);
      } finally {
        closed++;
      }
    }
    for await (const chunk of refusing('data', endless())) {
      expect(chunk.length).toBeGreaterThan(0);
      break;
    }
    expect(closed).toBe(1);
  });
});
