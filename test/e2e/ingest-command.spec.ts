import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Reject } from '../../server/domain/ingestion/ingestion.js';
import { CliProcess, ingest, type CliEnd, type CliReport } from '../support/cli-process.js';
import { stateOf, unaccounted } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';

jest.setTimeout(60_000);

const folder = temporaryFolder();
const good = join(folder.path, 'good.jsonl');
const bad = join(folder.path, 'bad.jsonl');
const lines = [event(), event({ timestamp: -1 }), attributes({ a: 'é' }), 'nonsense', event({ id: '' }), event()];
let databases = 0;

beforeAll(() => {
  writeFileSync(good, `${event({ user_id: '2' })}\n${event()}\n`);
  writeFileSync(bad, `${lines.join('\n')}\n`);
});
afterAll(() => folder.remove());

function newDatabase(): { readonly path: string; readonly env: Readonly<Record<string, string>> } {
  const path = join(folder.path, `${++databases}.db`);
  return { path, env: { DATABASE_URL: `file:${path}` } };
}

function run(args: readonly string[], env = newDatabase().env): Promise<CliEnd> {
  return CliProcess.run(['ingest', ...args], { cwd: folder.path, env });
}

describe('ingest', () => {
  it('prints a report for people, and none of it on standard error', async () => {
    const { code, stdout, stderr } = await run([bad]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/in [\d.]+ s/, 'in 0.0 s')).toBe(
      [
        `${bad}: 6 lines, 0.0 MiB in 0.0 s`,
        '  applied     2 events, 1 attribute messages, 1 customers',
        '  skipped     0 duplicates, 0 stale, 0 anonymous, 0 blank',
        '  rejected    3',
        '    invalid_timestamp: 1',
        '    invalid_json: 1',
        '    invalid_id: 1\n',
      ].join('\n'),
    );
  });

  it.each(['--json', '-json'])('prints one JSON object and nothing else with %s', async (flag) => {
    const { code, stdout, stderr } = await run([flag, bad]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^\{[^\n]*\}\n$/);
    const report = JSON.parse(stdout) as CliReport;
    expect(report).toEqual({
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
    const { env } = newDatabase();
    const { stdout, code } = await CliProcess.run(['ingest', '--json', good, '-', good], {
      env,
      input: [event(), '\n'],
    });
    expect(code).toBe(0);
    const { sources = [], ...total } = JSON.parse(stdout) as CliReport;
    expect(total).toMatchObject({ source: `${good}, -, ${good}`, lines: 5, events: 3, duplicates: 2 });
    expect(sources.map(({ source, events, duplicates }) => [source, events, duplicates])).toEqual([
      [good, 2, 0],
      ['-', 1, 0],
      [good, 0, 2],
    ]);
    expect(sources.map(unaccounted)).toEqual([0, 0, 0]);
  });

  it('exits with 2 when --strict and a line was rejected, having applied the others', async () => {
    const { path, env } = newDatabase();
    expect(await run(['--strict', good], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await run(['--strict', '--json', bad, good], env)).toMatchObject({ code: 2, stderr: '' });
    expect((await stateOf(path)).customers).toEqual([
      '{"id":1,"attributes":{"a":"é"},"events":{"page":3},"last_updated":1428067050}',
      '{"id":2,"attributes":{},"events":{"page":1},"last_updated":1428067050}',
    ]);
  });

  it('writes the rejects, which can be mended and ingested again', async () => {
    const { path, env } = newDatabase();
    const output = join(folder.path, 'rejects.jsonl');
    const report = await ingest(['--rejects', output, bad, good], { env });
    expect(report).toMatchObject({ events: 4, attributes: 1 });
    const rejects = readFileSync(output, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Reject);
    const offset = (line: number): number =>
      Buffer.byteLength(
        lines
          .slice(0, line - 1)
          .map((text) => `${text}\n`)
          .join(''),
      );
    expect(rejects).toEqual([
      { line: 2, offset: offset(2), reason: 'invalid_timestamp', text: lines[1] },
      { line: 4, offset: offset(4), reason: 'invalid_json', text: lines[3] },
      { line: 5, offset: offset(5), reason: 'invalid_id', text: lines[4] },
    ]);

    const mended = join(folder.path, 'mended.jsonl');
    const mend = ({ text }: Reject): string =>
      text.replace('nonsense', event()).replace('-1', '1').replace('"id":""', '"id":"5"');
    writeFileSync(mended, rejects.map(mend).join('\n'));
    expect(await ingest([mended], { env })).toMatchObject({ lines: 3, events: 3, rejected: {} });
    expect(await ingest([mended], { env })).toMatchObject({ lines: 3, events: 0, duplicates: 3 });
    const [customer] = (await stateOf(path)).customers;
    expect(customer).toBe('{"id":1,"attributes":{"a":"é"},"events":{"page":6},"last_updated":1428067050}');
  });

  it('keeps the first 200 characters of a rejected line, however long', async () => {
    const output = join(folder.path, 'long.jsonl');
    const text = '😀'.repeat(300_000);
    await ingest(['--rejects', output, '-'], { ...newDatabase(), input: [text, '\n', 'é'.repeat(201)] });
    const rejects = readFileSync(output, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Reject);
    expect(rejects).toEqual([
      { line: 1, offset: 0, reason: 'line_too_long', text: '😀'.repeat(200) },
      { line: 2, offset: 1_200_001, reason: 'invalid_json', text: 'é'.repeat(200) },
    ]);
  });

  it('does not let the rejects overwrite a source', async () => {
    const source = join(folder.path, 'precious.jsonl');
    writeFileSync(source, `${event()}\n`);
    const { code, stderr } = await CliProcess.start(['ingest', '--rejects', source, source], newDatabase()).ended;
    expect([code, stderr]).toEqual([1, `--rejects ${source} would overwrite a source. Name another file.\n`]);
    expect(readFileSync(source, 'utf8')).toContain('"type":"event"');
  });

  it('writes the rejects of several sources into one file', async () => {
    const output = join(folder.path, 'several.jsonl');
    await ingest(['--rejects', output, bad, '-', good, bad], { ...newDatabase(), input: ['{}'] });
    const rejects = readFileSync(output, 'utf8').trimEnd().split('\n');
    expect(rejects.map((line) => (JSON.parse(line) as Reject).line)).toEqual([2, 4, 5, 1, 2, 4, 5]);
  });

  it('says in a line that the rejects cannot be written, before it reads anything', async () => {
    const { path, env } = newDatabase();
    const { code, stdout, stderr } = await run(['--rejects', join(folder.path, 'no', 'such'), bad], env);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^The rejects cannot be written: ENOENT[^\n]*\n$/);
    expect((await stateOf(path)).ingestions).toEqual([]);
  });

  it.each([
    [['--fast', 'x'], "error: unknown option '--fast'\n"],
    [['--rejects'], /^error: option '--rejects <file>' argument missing\n$/],
  ])('%j fails with one line and 1', async (args, message) => {
    const { code, stdout, stderr } = await run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
