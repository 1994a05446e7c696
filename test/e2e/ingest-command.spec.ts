import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CliProcess, type CliEnd } from '../support/cli-process.js';
import { stateOf } from '../support/database-state.js';
import { temporaryFolder } from '../support/engine.js';
import { attributes, event } from '../support/messages.js';

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

  it('exits with 2 when --strict and a line was rejected, having applied the others', async () => {
    const { path, env } = newDatabase();
    expect(await run(['--strict', '-json', '--rejects', 'rejects.jsonl', bad, good], env)).toMatchObject({
      code: 2,
      stderr: '',
      stdout: expect.stringMatching(/^\{[^\n]*\}\n$/) as unknown,
    });
    expect(readFileSync(join(folder.path, 'rejects.jsonl'), 'utf8').match(/"line":\d/g)).toHaveLength(3);
    expect((await stateOf(path)).customers).toEqual([
      '{"id":1,"attributes":{"a":"é"},"events":{"page":3},"last_updated":1428067050}',
      '{"id":2,"attributes":{},"events":{"page":1},"last_updated":1428067050}',
    ]);
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
