import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CliProcess, ingest, type CliEnd, type CliOptions } from '../support/cli-process.js';
import { countsOf, customersOf, ingestionsOf, serve, stateOf, unaccounted } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

const MIB = 1024 * 1024;

jest.setTimeout(60_000);

const folder = temporaryFolder();
let databases = 0;
let files = 0;
afterAll(() => folder.remove());

function newDatabase(): { readonly path: string; readonly env: Readonly<Record<string, string>> } {
  const path = join(folder.path, `${++databases}.db`);
  return { path, env: { DATABASE_URL: `file:${path}`, INGEST_WORKERS: '2' } };
}

function file(content: string | Uint8Array, suffix = '.jsonl'): string {
  const path = join(folder.path, `file-${++files}${suffix}`);
  writeFileSync(path, content);
  return path;
}

function run(args: readonly string[], options: CliOptions = newDatabase()): Promise<CliEnd> {
  return CliProcess.run(['ingest', ...args], { cwd: folder.path, ...options });
}

/** Lines of distinct events of one customer. */
function events(count: number): string {
  return Array.from({ length: count }, () => `${event()}\n`).join('');
}

/** An event that is exactly so long, with what fills it in its data. */
function eventOf(bytes: number): string {
  const line = event({ data: '' });
  return line.replace('"data":""', `"data":"${'x'.repeat(bytes - line.length)}"`);
}

describe('a source', () => {
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
  ])('%s', async (_, content, expected) => {
    // The same content three times: the second and the third time it has nothing new.
    const paths = [file(content), file(gzipSync(content), '.data.gz'), '-'];
    const { sources = [] } = await ingest(paths, { ...newDatabase(), input: [Buffer.from(content)] });
    const [plain, ...others] = sources;
    expect(plain).toMatchObject({ source: paths[0], bytes: Buffer.byteLength(content), ...expected });
    expect(unaccounted(plain)).toBe(0);
    const duplicates = plain.events + plain.attributes;
    const replay = { ...(countsOf(plain) as object), events: 0, attributes: 0, customers: 0, duplicates };
    expect(others.map(countsOf)).toEqual([replay, replay]);
  });

  it('may be standard input with gzip', async () => {
    const input = [gzipSync(events(2)), gzipSync(events(1))];
    expect(await ingest(['-'], { ...newDatabase(), input })).toMatchObject({ source: '-', lines: 3, events: 3 });
  });

  it('holds no line that is far too long', async () => {
    const part = Buffer.alloc(MIB, 'x');
    function* input(): Generator<Uint8Array | string> {
      for (let at = 0; at < 300; at++) yield part;
      yield `\n${event()}\n`;
    }
    const { env } = newDatabase();
    const end = await ingest(['-'], { env: { ...env, INGEST_MEMORY_MB: '16' }, input: input() });
    expect(end).toMatchObject({ lines: 2, events: 1, rejected: { line_too_long: 1 } });
    expect(end.peakMb).toBeLessThan(250);
  });

  it('that is idle is left at the first signal', async () => {
    const { path: database, env } = newDatabase();
    const stopped = new AbortController();
    async function* input(): AsyncGenerator<string> {
      yield `${event()}\n`;
      await once(stopped.signal, 'abort');
    }
    const server = await serve(database);
    try {
      const process = CliProcess.start(['ingest', '--json', '-'], { env, input: input() });
      await until(async () => (await ingestionsOf(server.url)).length === 1);
      const { code, stdout, stderr } = await process.end('SIGINT');
      expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
      const [ingestion] = await ingestionsOf(server.url);
      expect(ingestion.state).toBe('interrupted');
      expect(JSON.parse(stdout)).toMatchObject(countsOf(ingestion) as object);
      expect(await customersOf(server.url)).toHaveLength(ingestion.customers);
    } finally {
      stopped.abort();
      await server.stop();
    }
  });

  it.each<[string, () => string, RegExp]>([
    ['is missing', () => join(folder.path, 'missing'), /missing does not exist\.$/],
    ['is a folder', () => folder.path, /is a folder; name the files in it\.$/],
    ['is no regular file', fifo, /is no regular file; use - to read standard input\.$/],
    ['lies below a file', () => join(file(''), 'below'), /cannot be read: ENOTDIR/],
  ])('that %s is named before anything is read', async (_, path, message) => {
    const { path: database, env } = newDatabase();
    const { code, stdout, stderr } = await run(['--json', file(events(1)), path()], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(await stateOf(database)).toEqual({ customers: [], ingestions: [] });
  });

  // A test that runs as root may read every file.
  (process.getuid?.() === 0 ? it.skip : it)('that nobody may read is named', async () => {
    const path = file(events(1));
    execFileSync('chmod', ['000', path]);
    expect(await run([path])).toMatchObject({ code: 1, stderr: `${path} cannot be read: permission denied.\n` });
  });
});

function fifo(): string {
  const path = join(folder.path, `fifo-${++files}`);
  execFileSync('mkfifo', [path]);
  return path;
}

describe('a gzip file', () => {
  const lines = events(30_000);
  const compressed = gzipSync(lines);
  // A whole member, then a member whose first block is of no type: what follows damage that shows later is garbage.
  const half = gzipSync(lines.slice(0, lines.indexOf('\n', lines.length >> 1) + 1));
  const damaged = Buffer.concat([half, compressed.subarray(0, 10), Buffer.alloc(64, 0x07)]);

  it.each<[string, Uint8Array]>([
    ['truncated', compressed.subarray(0, compressed.length >> 1)],
    ['damaged', damaged],
  ])(
    'that is %s keeps what was whole, says why it failed, and is exact when it was mended',
    async (defect, content) => {
      const { path: database, env } = newDatabase();
      const path = file(content, '.jsonl.gz');
      const { code, stdout, stderr } = await run(['--json', path], { env });
      expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: `${path} is a ${defect} gzip file.\n` });

      const broken = await stateOf(database);
      expect(broken.ingestions).toMatchObject([{ state: 'failed', failure: `${path} is a ${defect} gzip file.` }]);
      const [failed] = broken.ingestions;
      expect(failed.events).toBeGreaterThan(0);
      expect(failed.events).toBeLessThan(30_000);
      expect(unaccounted(failed)).toBe(0);
      expect(broken.customers).toEqual([expect.stringContaining(`"events":{"page":${failed.events}}`)]);

      writeFileSync(path, compressed);
      expect(await ingest([path], { env })).toMatchObject({
        lines: 30_000,
        events: 30_000 - failed.events,
        duplicates: failed.events,
      });
      expect((await stateOf(database)).customers).toEqual([expect.stringContaining('"events":{"page":30000}')]);
    },
  );

  it('that failed and did not change fails again and counts nothing twice', async () => {
    const { path: database, env } = newDatabase();
    const path = file(compressed.subarray(0, compressed.length >> 1), '.gz');
    await run([path], { env });
    const before = await stateOf(database);
    expect((await run([path], { env })).code).toBe(1);
    const after = await stateOf(database);
    expect(after.customers).toEqual(before.customers);
    expect(after.ingestions.map(unaccounted)).toEqual(after.ingestions.map(() => 0));
    expect(after.ingestions.map(({ state }) => state)).toEqual(after.ingestions.map(() => 'failed'));
  });

  it('in the data folder is ingested at start, and a broken one does not keep others from it', async () => {
    const { env } = newDatabase();
    const data = join(folder.path, 'data');
    mkdirSync(data);
    writeFileSync(join(data, 'a.data.gz'), compressed.subarray(0, 1000));
    writeFileSync(join(data, 'b.jsonl.gz'), gzipSync(event({ user_id: '2' })));
    writeFileSync(join(data, 'c.ndjson'), event({ user_id: '3' }));
    writeFileSync(join(data, 'd.txt'), event({ user_id: '4' }));
    const server = await ServerProcess.start({ ...env, DATA_DIR: data, LOG_LEVEL: 'silent' });
    try {
      const seen = (await ingestionsOf(server.url)).map(({ source, state }) => [source.slice(data.length + 1), state]);
      expect(seen).toEqual([
        ['a.data.gz', 'failed'],
        ['b.jsonl.gz', 'done'],
        ['c.ndjson', 'done'],
      ]);
      const ids = (await customersOf(server.url)).map((text) => (JSON.parse(text) as { id: unknown }).id);
      expect(ids.filter((id) => id !== 1)).toEqual([2, 3]);
    } finally {
      await server.stop();
    }
  });
});
