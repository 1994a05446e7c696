import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { DomainError } from '../../server/domain/errors.js';
import type { IngestionReport, Reject } from '../../server/domain/ingestion/ingestion.js';
import { IngestCommand } from '../../server/ingestion/ingest.command.js';
import { openMemory } from '../../server/storage/memory/open.js';
import { unaccounted } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { allCustomers, attributes, event, ingestorOf } from '../support/messages.js';

type Report = IngestionReport & { readonly sources?: readonly IngestionReport[] };
type Options = Parameters<IngestCommand['run']>[1];

const folder = temporaryFolder();
const good = join(folder.path, 'good.jsonl');
const bad = join(folder.path, 'bad.jsonl');
const lines = [event(), event({ timestamp: -1 }), attributes({ a: 'é' }), 'nonsense', event({ id: '' }), event()];
let engine: ReturnType<typeof openMemory>;

beforeAll(() => {
  writeFileSync(good, `${event({ user_id: '2' })}\n${event()}\n`);
  writeFileSync(bad, `${lines.join('\n')}\n`);
});
beforeEach(() => {
  engine = openMemory();
});
afterAll(() => folder.remove());

/** Runs the command in this process. */
async function run(
  files: string[],
  options: Options,
  input: string[] = [],
): Promise<{ stdout: string; exitCode: typeof process.exitCode }> {
  const { stdin, exitCode } = process;
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  Object.defineProperty(process, 'stdin', {
    value: Readable.from(input.map((text) => Buffer.from(text))),
    configurable: true,
  });
  process.exitCode = undefined;
  try {
    await new IngestCommand(engine.ingestions, ingestorOf(engine)).run(files, options);
    return { stdout: write.mock.calls.flat().join(''), exitCode: process.exitCode };
  } finally {
    process.exitCode = exitCode;
    Object.defineProperty(process, 'stdin', { value: stdin, configurable: true });
    write.mockRestore();
  }
}

async function ingest(files: string[], options: Options = {}, input: string[] = []): Promise<Report> {
  return JSON.parse((await run(files, { json: true, ...options }, input)).stdout) as Report;
}

function rejectsIn(path: string): Reject[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Reject);
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
      { line: 2, offset: offset(2), reason: 'invalid_timestamp', text: lines[1] },
      { line: 4, offset: offset(4), reason: 'invalid_json', text: lines[3] },
      { line: 5, offset: offset(5), reason: 'invalid_id', text: lines[4] },
    ]);

    const mended = join(folder.path, 'mended.jsonl');
    const mend = ({ text }: Reject): string =>
      text.replace('nonsense', event()).replace('-1', '1').replace('"id":""', '"id":"5"');
    writeFileSync(mended, rejects.map(mend).join('\n'));
    expect(await ingest([mended])).toMatchObject({ lines: 3, events: 3, rejected: {} });
    expect(await ingest([mended])).toMatchObject({ lines: 3, events: 0, duplicates: 3 });
    expect(await engine.customers.get('1')).toMatchObject({ attributes: '{"a":"é"}', events: '{"page":6}' });
  });

  it('keeps the first 200 characters of a rejected line, however long', async () => {
    const output = join(folder.path, 'long.jsonl');
    const text = '😀'.repeat(300_000);
    await ingest(['-'], { rejects: output }, [text, '\n', 'é'.repeat(201)]);
    expect(rejectsIn(output)).toEqual([
      { line: 1, offset: 0, reason: 'line_too_long', text: '😀'.repeat(200) },
      { line: 2, offset: 1_200_001, reason: 'invalid_json', text: 'é'.repeat(200) },
    ]);
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
