import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { DomainError } from '../../server/domain/errors.js';
import { noCounts, reportOf, type IngestionReport } from '../../server/domain/ingestion/ingestion.js';
import type { RejectView } from '../../server/domain/ingestion/reject.js';
import { IngestCommand } from '../../server/ingestion/ingest.command.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { LIMITS } from '../../server/domain/limits.js';
import { unaccounted } from '../support/database-state.js';
import { viewsOf } from '../support/rejects.js';
import { temporaryFolder } from '../support/engine.js';
import { allCustomers, attributes, event, ingestorOf } from '../support/messages.js';

type Report = IngestionReport & { readonly sources?: readonly IngestionReport[] };
type Options = Parameters<IngestCommand['run']>[1];

const folder = temporaryFolder();
const good = join(folder.path, 'good.jsonl');
const bad = join(folder.path, 'bad.jsonl');
const table = join(folder.path, 'people.csv');
const lines = [event(), event({ timestamp: -1 }), attributes({ a: 'é' }), 'nonsense', event({ id: '' }), event()];
let engine: ReturnType<typeof openMemory>;

beforeAll(() => {
  writeFileSync(good, `${event({ user_id: '2' })}\n${event()}\n`);
  writeFileSync(bad, `${lines.join('\n')}\n`);
  writeFileSync(table, 'id;email\n'.repeat(20));
});
beforeEach(() => {
  engine = openMemory();
});
afterAll(() => folder.remove());

/** Runs the command in this process. */
async function run(
  files: string[],
  options: Options,
  input: (string | Buffer)[] = [],
): Promise<{ stdout: string; stderr: string; exitCode: typeof process.exitCode }> {
  const { stdin, exitCode } = process;
  const out = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const err = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(input.map((text) => (typeof text === 'string' ? Buffer.from(text) : text))),
    configurable: true,
  });
  process.exitCode = undefined;
  try {
    await new IngestCommand(engine.ingestions, ingestorOf(engine), engine.customers, engine.access).run(files, options);
    return {
      stdout: out.mock.calls.flat().join(''),
      stderr: err.mock.calls.flat().join(''),
      exitCode: process.exitCode,
    };
  } finally {
    process.exitCode = exitCode;
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
    out.mockRestore();
    err.mockRestore();
  }
}

async function ingest(files: string[], options: Options = {}, input: (string | Buffer)[] = []): Promise<Report> {
  return JSON.parse((await run(files, { json: true, ...options }, input)).stdout) as Report;
}

function rejectsIn(path: string): RejectView[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RejectView);
}

describe('the ingest command', () => {
  it('prints one JSON object and nothing else with --json', async () => {
    const { stdout } = await run([bad], { json: true });
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    expect(JSON.parse(stdout)).toEqual({
      source: bad,
      bytes: readFileSync(bad).length,
      lines: 6,
      blank: 0,
      events: 2,
      attributes: 1,
      duplicates: 0,
      anonymous: 0,
      stale: 0,
      rejected: { invalid_timestamp: 1, invalid_json: 1, invalid_id: 1 },
      customers: 1,
      seconds: expect.any(Number) as unknown,
    });
  });

  it('reports several sources one by one and together, a repeated one as duplicates', async () => {
    const { sources = [], ...total } = await ingest([good, '-', good], {}, [event(), '\n']);
    expect(total).toMatchObject({ source: `${good}, -, ${good}`, lines: 5, events: 3, duplicates: 2 });
    expect(sources.map(({ source, events, duplicates }) => [source, events, duplicates])).toEqual([
      [good, 2, 0],
      ['-', 1, 0],
      [good, 0, 2],
    ]);
    expect(sources.map(unaccounted)).toEqual([0, 0, 0]);
  });

  it('sets the exit code 2 when --strict and a line was rejected, having applied the others', async () => {
    expect((await run([good], { strict: true })).exitCode).toBeUndefined();
    expect((await run([bad], { strict: true })).exitCode).toBe(2);
    expect(await allCustomers(engine.customers)).toHaveLength(2);
  });

  it('writes the rejects, which can be mended and ingested again', async () => {
    const output = join(folder.path, 'rejects.jsonl');
    expect(await ingest([bad, good], { rejects: output })).toMatchObject({ events: 4, attributes: 1 });
    const offset = (line: number): number =>
      Buffer.byteLength(
        lines
          .slice(0, line - 1)
          .map((text) => `${text}\n`)
          .join(''),
      );
    const rejects = rejectsIn(output);
    expect(rejects).toEqual([
      { line: 2, offset: offset(2), reason: 'invalid_timestamp', hint: expect.any(String) as string, text: lines[1] },
      { line: 4, offset: offset(4), reason: 'invalid_json', hint: expect.any(String) as string, text: lines[3] },
      { line: 5, offset: offset(5), reason: 'invalid_id', hint: expect.any(String) as string, text: lines[4] },
    ]);

    const mended = join(folder.path, 'mended.jsonl');
    const mend = ({ text }: RejectView): string =>
      text.replace('nonsense', event()).replace('-1', '1').replace('"id":""', '"id":"5"');
    writeFileSync(mended, rejects.map(mend).join('\n'));
    expect(await ingest([mended])).toMatchObject({ lines: 3, events: 3, rejected: {} });
    expect(await ingest([mended])).toMatchObject({ lines: 3, events: 0, duplicates: 3 });
    expect(await engine.customers.get('1')).toMatchObject({ attributes: '{"a":"é"}', events: '{"page":6}' });
  });

  it('keeps a rejected line whole, up to 64 KiB of it, and says where it cut one off', async () => {
    const output = join(folder.path, 'long.jsonl');
    const texts = ['😀'.repeat(300_000), 'é'.repeat(32_768), `${'é'.repeat(32_768)}x`];
    await ingest(['-'], { rejects: output }, [texts.join('\n')]);
    expect(rejectsIn(output)).toMatchObject([
      { line: 1, offset: 0, reason: 'line_too_long', text: '😀'.repeat(16_384), truncated: true },
      { line: 2, offset: 1_200_001, reason: 'invalid_json', text: 'é'.repeat(32_768) },
      { line: 3, offset: 1_265_538, reason: 'invalid_json', text: 'é'.repeat(32_768), truncated: true },
    ]);
    expect(rejectsIn(output)[1]).not.toHaveProperty('truncated');
  });

  it('writes the rejected lines alone, byte by byte, if asked to', async () => {
    const output = join(folder.path, 'lines.txt');
    const bytes = Buffer.concat([Buffer.from('{"a":"Jos'), Buffer.of(0xe9), Buffer.from('"}')]);
    const long = 'x'.repeat(LIMITS.rejectedLineBytes);
    const input = Buffer.concat([Buffer.from(`${event()}\nnonsense\r\n`), bytes, Buffer.from(`\nx\r\r\n${long}y`)]);
    await ingest(['-'], { rejects: output, rejectsFormat: 'lines' }, [input]);
    const rest = `\nx\r\r\n${long} [cut off here: the rest of this line was not kept]\n`;
    expect(readFileSync(output)).toEqual(Buffer.concat([Buffer.from('nonsense\n'), bytes, Buffer.from(rest)]));
  });

  it('fails for a source that holds no JSON lines, and keeps nothing of it', async () => {
    const failure = `${table} was not taken: it seems to be CSV with ";" between its columns. Export it as JSON lines: one JSON object on each line.`;
    expect(await run([table], {})).toEqual({ stdout: '', stderr: `${failure}\n`, exitCode: 1 });
    const { stdout, stderr } = await run(['-'], { json: true }, ['1\n'.repeat(20)]);
    expect(stderr).toMatch(/^Standard input was not taken: [^\n]*\n$/);
    expect(JSON.parse(stdout)).toMatchObject({ source: '-', lines: 0, failure: stderr.trimEnd() });
    expect(await engine.ingestions.list(3)).toMatchObject([
      { state: 'refused', counts: noCounts() },
      { state: 'refused', counts: noCounts() },
    ]);
  });

  it('tries every source, names those that fail, and reports them all', async () => {
    const broken = join(folder.path, 'broken.jsonl.gz');
    const compressed = gzipSync([...lines, ...Array.from({ length: 3_000 }, () => event())].join('\n'));
    writeFileSync(broken, compressed.subarray(0, compressed.length >> 1));
    const output = join(folder.path, 'of-all.jsonl');
    const { stdout, stderr, exitCode } = await run([table, broken, good], {
      json: true,
      strict: true,
      rejects: output,
    });
    expect(exitCode).toBe(1);
    const refused = expect.stringMatching(/people\.csv was not taken: it seems to be CSV/) as string;
    const truncated = `${broken} is a truncated gzip file.`;
    expect(stderr.split('\n')).toEqual([refused, truncated, '']);
    const { sources = [], ...total } = JSON.parse(stdout) as Report;
    expect(sources).toMatchObject([
      { source: table, lines: 0, failure: refused },
      { source: broken, failure: truncated, rejected: { invalid_id: 1 } },
      { source: good, lines: 2, events: 2 },
    ]);
    expect(sources[2]).not.toHaveProperty('failure');
    expect(total).toMatchObject({ source: `${table}, ${broken}, ${good}`, lines: sources[1].lines + 2 });
    expect(total).not.toHaveProperty('failure');
    expect(rejectsIn(output).map(({ line }) => line)).toEqual([2, 4, 5]);
    expect((await run([table, good], {})).stdout).toContain(`${table}, ${good}: 2 lines`);
  });

  it('names customers whose id looks like a mistake of a client', async () => {
    const report = async (...lines: string[]) => (await run(['-'], {}, [lines.join('\n')])).stdout;
    expect(await report(event())).not.toContain('mistaken');
    expect(await report(event({ user_id: 'undefined' }), event({ user_id: '[object Object]' }))).toContain(
      '  mistaken    the database has customers called "[object Object]", "undefined": a client sent messages without a proper user_id',
    );
  });

  it('says how many rejected lines are only counted', async () => {
    const line = `${'x'.repeat(LIMITS.rejectedLineBytes)}\n`;
    const { stdout } = await run(['-', good], {}, [event(), '\n', line.repeat(1_100)]);
    const [, ingestion] = await engine.ingestions.list(2);
    const { rejects_not_kept: notKept = 0, ...report } = reportOf(ingestion);
    // Each of these rejects takes its bytes and less than 256 more.
    expect(notKept).toBeGreaterThanOrEqual(1_100 - 1_024);
    expect(notKept).toBeLessThanOrEqual(1_100 - 1_020);
    expect(report).toMatchObject({ lines: 1_101, events: 1, rejected: { invalid_json: 1_100 } });
    expect(unaccounted(report)).toBe(0);
    expect(await viewsOf(engine.ingestions.rejects(ingestion.id))).toHaveLength(1_100 - notKept);
    expect(stdout).toContain(`${notKept} of these lines are counted only`);
  });

  it('writes the rejects of several sources into one file', async () => {
    const output = join(folder.path, 'several.jsonl');
    await ingest([bad, '-', good, bad], { rejects: output }, ['{}']);
    expect(rejectsIn(output).map(({ line }) => line)).toEqual([2, 4, 5, 1, 2, 4, 5]);
  });

  it('does not let the rejects overwrite a source', async () => {
    const source = join(folder.path, 'precious.jsonl');
    writeFileSync(source, `${event()}\n`);
    const refused = new DomainError(
      'invalid_request',
      `--rejects ${source} would overwrite a source. Name another file.`,
    );
    await expect(run([source], { rejects: source })).rejects.toEqual(refused);
    expect(readFileSync(source, 'utf8')).toContain('"type":"event"');
  });

  it('says in a line that the rejects cannot be written, before it reads anything', async () => {
    await expect(run([bad], { rejects: join(folder.path, 'no', 'such') })).rejects.toThrow(
      /^The rejects cannot be written: [^\n]*ENOENT[^\n]*$/,
    );
    expect(await engine.ingestions.list(1)).toEqual([]);
  });
});
