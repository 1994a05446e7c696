import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { execFileSync } from 'node:child_process';
import { reportOf, type Ingestion, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import { openFile, openStream, type ReadableSource } from '../../server/ingestion/sources/source.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { countsOf, unaccounted } from '../support/database-state.js';
import { temporaryFolder, type Engine } from '../support/engine.js';
import { attributes, event, ingestorOf } from '../support/messages.js';
import { WAYS } from '../support/threads.js';

const MIB = 1024 * 1024;

/** An event that is exactly so long, with what fills it in its data. */
function eventOf(bytes: number): string {
  const line = event({ data: '' });
  return line.replace('"data":""', `"data":"${'x'.repeat(bytes - line.length)}"`);
}

/** Lines of distinct events of one customer. */
function events(count: number): string {
  return Array.from({ length: count }, () => `${event()}\n`).join('');
}

const folder = temporaryFolder();
let files = 0;
afterAll(() => folder.remove());

function file(content: string | Uint8Array, suffix = '.jsonl'): string {
  const path = join(folder.path, `file-${++files}${suffix}`);
  writeFileSync(path, content);
  return path;
}

// The way in which a source is read depends on the thread, and neither on the engine nor on the messages of batches.
const ON_DEMAND = WAYS.filter(({ name }) => name.endsWith('on demand'));

describe.each(ON_DEMAND)('a source $name,', (way) => {
  let engine: Engine;
  beforeEach(() => {
    engine = { ...openMemory(), way };
  });
  afterEach(() => engine.close());

  const run = async (source: ReadableSource): Promise<Ingestion> =>
    ingestorOf(engine).run(source, await engine.ingestions.begin(source), () => undefined);
  const ingest = async (source: ReadableSource): Promise<IngestionReport> => reportOf(await run(source));

  it.each<[string, string | Uint8Array, object]>([
    ['without a byte', '', { bytes: 0, lines: 0 }],
    ['of blank lines', '\n  \n\r\n\t\n', { bytes: 8, lines: 4, blank: 4 }],
    ['of blanks without a line end', '  ', { lines: 1, blank: 1 }],
    ['of nothing but a byte order mark', '\uFEFF', { bytes: 3, events: 0, rejected: {} }],
    ['that begins with a byte order mark', `\uFEFF${event()}\n`, { lines: 1, events: 1 }],
    [
      'with a byte order mark in its middle',
      `${event()}\n\uFEFF${event()}\n`,
      { events: 1, rejected: { invalid_json: 1 } },
    ],
    ['with CRLF', `${event()}\r\n${event()}\r\n\r\n`, { lines: 3, events: 2, blank: 1 }],
    ['without a line end at its end', `${event()}\n${event()}`, { lines: 2, events: 2 }],
    ['with a lone CR at its end', `${event()}\n${event()}\r`, { lines: 2, events: 2 }],
    ['with a lone CR for a line end', `${event()}\r${event()}\n`, { lines: 1, rejected: { invalid_json: 1 } }],
    ['with a CR between the members', event().replace('{', '{\r'), { lines: 1, events: 1 }],
    ['with U+2028 in a text', `${attributes({ a: 'b\u2028c' })}\n`, { lines: 1, attributes: 1 }],
    ['with a line of 1 MiB', `${eventOf(MIB)}\n${event()}\n`, { events: 2, rejected: {} }],
    ['with a line of 1 MiB and CRLF', `${eventOf(MIB)}\r\n${event()}\r\n`, { events: 2, rejected: {} }],
    ['with a line of 1 MiB and no line end', eventOf(MIB), { events: 1, rejected: {} }],
    [
      'with a line of 1 MiB and a byte',
      `${eventOf(MIB + 1)}\n${event()}\n`,
      { events: 1, rejected: { line_too_long: 1 } },
    ],
    [
      'with a too long line at its end',
      `${event()}\n${eventOf(MIB + 1)}`,
      { events: 1, rejected: { line_too_long: 1 } },
    ],
    ['with a broken character', Buffer.from([0x22, 0xc3, 0x22, 0x0a]), { rejected: { invalid_utf8: 1 } }],
  ])('%s', async (_name, content, expected) => {
    // The same content three times: the second and the third time it has nothing new.
    const [path, gzip] = [file(content), file(gzipSync(content), '.data.gz')];
    const plain = await ingest(await openFile(path));
    expect(plain).toMatchObject({ source: path, bytes: Buffer.byteLength(content), ...expected });
    expect(unaccounted(plain)).toBe(0);
    const others = [
      await ingest(await openFile(gzip)),
      await ingest(openStream('stream', Readable.from([Buffer.from(content)]))),
    ];
    const duplicates = plain.events + plain.attributes;
    const replay = { ...(countsOf(plain) as object), events: 0, attributes: 0, customers: 0, duplicates };
    expect(others.map(countsOf)).toEqual([replay, replay]);
  });

  it('that is a stream of several gzip members', async () => {
    const members = [gzipSync(events(2)), gzipSync(events(1))];
    expect(await ingest(openStream('stream', Readable.from(members)))).toMatchObject({ lines: 3, events: 3 });
  });

  const lines = events(3_000);
  const compressed = gzipSync(lines);
  // A whole member, then a member whose first block is of no type: what follows damage that shows later is garbage.
  const half = gzipSync(lines.slice(0, lines.indexOf('\n', lines.length >> 1) + 1));
  const damaged = Buffer.concat([half, compressed.subarray(0, 10), Buffer.alloc(64, 0x07)]);

  it.each<[string, Uint8Array]>([
    ['truncated', compressed.subarray(0, compressed.length >> 1)],
    ['damaged', damaged],
  ])('a %s gzip file, keeps what was whole, fails again, and is exact when it was mended', async (defect, content) => {
    const path = file(content, '.jsonl.gz');
    const failure = `${path} is a ${defect} gzip file.`;
    await expect(openFile(path).then(run)).rejects.toThrow(failure);
    const [failed] = await engine.ingestions.list(2);
    expect(failed).toMatchObject({ state: 'failed', failure });
    const { events: whole } = failed.counts;
    expect(whole).toBeGreaterThan(0);
    expect(whole).toBeLessThan(3_000);
    expect(unaccounted(reportOf(failed))).toBe(0);
    expect(await engine.customers.get('1')).toMatchObject({ events: `{"page":${whole}}` });

    await expect(openFile(path).then(run)).rejects.toThrow(failure);
    expect(await engine.customers.get('1')).toMatchObject({ events: `{"page":${whole}}` });

    writeFileSync(path, compressed);
    expect(await ingest(await openFile(path))).toMatchObject({
      lines: 3_000,
      events: 3_000 - whole,
      duplicates: whole,
    });
    expect(await engine.customers.get('1')).toMatchObject({ events: '{"page":3000}' });
  });
});

describe('a file', () => {
  const fifo = (): string => {
    const path = join(folder.path, `fifo-${++files}`);
    execFileSync('mkfifo', [path]);
    return path;
  };
  const directory = (): string => {
    const path = join(folder.path, `folder-${++files}`);
    mkdirSync(path);
    return path;
  };

  it.each<[string, () => string, RegExp]>([
    ['is missing', () => join(folder.path, 'missing'), /missing does not exist\.$/],
    ['is a folder', directory, /is a folder; name the files in it\.$/],
    ['is no regular file', fifo, /is no regular file; use - to read standard input\.$/],
    ['lies below a file', () => join(file(''), 'below'), /cannot be read: .*ENOTDIR/],
  ])('that %s is refused in one line', async (_name, path, message) => {
    await expect(openFile(path())).rejects.toThrow(message);
    await expect(openFile(path())).rejects.not.toThrow('\n');
  });

  // A test that runs as root may read every file.
  (process.getuid?.() === 0 ? it.skip : it)('that nobody may read is refused', async () => {
    const path = file(events(1));
    execFileSync('chmod', ['000', path]);
    await expect(openFile(path)).rejects.toThrow(`${path} cannot be read: permission denied.`);
  });
});
