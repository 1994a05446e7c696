import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { CliProcess, ingest, type CliEnd, type CliOptions } from '../support/cli-process.js';
import { countsOf, customersOf, ingestionsOf, serve, stateOf, unaccounted } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { event } from '../support/messages.js';
import { ServerProcess } from '../support/server-process.js';
import { until } from '../support/until.js';

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

describe('a source', () => {
  it('may be a file, a gzip file, and standard input with gzip', async () => {
    const lines = `\uFEFF${events(2)}\r\n${event()}`;
    const input = [gzipSync(events(2)), gzipSync(events(1))];
    const { sources = [] } = await ingest([file(lines), file(gzipSync(lines), '.data.gz'), '-'], {
      ...newDatabase(),
      input,
    });
    expect(sources).toMatchObject([
      { bytes: Buffer.byteLength(lines), lines: 4, blank: 1, events: 3, duplicates: 0 },
      { bytes: Buffer.byteLength(lines), lines: 4, blank: 1, events: 0, duplicates: 3 },
      { source: '-', lines: 3, events: 3 },
    ]);
    expect(sources.map(unaccounted)).toEqual([0, 0, 0]);
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

  it('that is missing is named before anything is read', async () => {
    const { path: database, env } = newDatabase();
    const { code, stdout, stderr } = await run(['--json', file(events(1)), join(folder.path, 'missing')], { env });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/missing does not exist\.\n$/);
    expect(await stateOf(database)).toEqual({ customers: [], ingestions: [] });
  });
});

describe('a gzip file', () => {
  const lines = events(30_000);
  const compressed = gzipSync(lines);

  it('that is truncated keeps what was whole, and says why it failed in one line', async () => {
    const { path: database, env } = newDatabase();
    const path = file(compressed.subarray(0, compressed.length >> 1), '.jsonl.gz');
    const { code, stdout, stderr } = await run(['--json', path], { env });
    const failure = `${path} is a truncated gzip file.`;
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${failure}\n` });
    const { customers, ingestions } = await stateOf(database);
    expect(ingestions).toMatchObject([{ state: 'failed', failure }]);
    expect(JSON.parse(stdout)).toMatchObject({ source: path, failure, events: ingestions[0].events });
    expect(ingestions[0].events).toBeGreaterThan(0);
    expect(customers).toEqual([expect.stringContaining(`"events":{"page":${ingestions[0].events}}`)]);
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
