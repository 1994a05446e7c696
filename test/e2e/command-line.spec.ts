import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/engine.js';
import { runHere } from '../support/run-here.js';

const CLI = join(__dirname, '../../dist/server/cli.js');
const DATA = join(__dirname, '../fixtures/generated/messages.data');

const folder = temporaryFolder();
const database = join(folder.path, 'roster.db');
afterAll(() => folder.remove());

function roster(
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [CLI, ...args], {
    cwd: folder.path,
    encoding: 'utf8',
    input,
    env: { ...process.env, DATABASE_URL: `file:${database}`, ...env },
  });
}

describe('the command line', () => {
  it.each([[], ['-help']])('explains all commands: %s', (...args) => {
    const { status, stdout, stderr } = roster(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    for (const command of ['generate', 'ingest', 'verify']) expect(stdout).toContain(`  ${command} [options]`);
  });

  it('tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string };
    expect(roster(['--version'])).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it.each([
    [['fly'], "error: unknown command 'fly'\n"],
    [['generate', '-fast'], "error: unknown option '--fast'\n"],
    [['ingest'], "error: missing required argument 'files'\n"],
    [['ingest', '/no/such.data'], '/no/such.data does not exist.\n'],
  ])('%j fails with one line and 1', (args, message) => {
    const { status, stdout, stderr } = roster(args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  it.each([
    [['generate', '-count', 'x'], '-count is "x", but takes an integer from 1 to 10000000.\n'],
    [
      ['verify', '-verify-file', '/no/such.csv'],
      expect.stringMatching(/^Cannot read \/no\/such\.csv: ENOENT.*\n$/) as string,
    ],
  ])('%j says in one line what is wrong', async (args, stderr) => {
    expect(await runHere(args, { DATABASE_URL: `file:${database}` })).toEqual({ code: 1, stdout: '', stderr });
  });

  it('names what is wrong with the environment, to those who need it', () => {
    const wrong = { DATABASE_URL: 'nonsense' };
    expect(roster(['ingest', DATA], '', wrong)).toMatchObject({ status: 1, stdout: '' });
    expect(roster(['ingest', DATA], '', wrong).stderr).toContain('DATABASE_URL is "nonsense"');
    expect(roster(['generate', '-events', '1'], '', wrong).status).toBe(0);
  });

  it('writes messages, and nothing else, to standard output, without a database', () => {
    const file = join(folder.path, 'generated.data');
    const untouched = join(folder.path, 'untouched.db');
    const flags = ['-seed=1560981440', '--events', '2000', '-count', '5'];
    const { status, stdout } = roster(['generate', ...flags], '', { DATABASE_URL: `file:${untouched}` });
    expect(status).toBe(0);
    expect(roster(['generate', '-out', file, ...flags])).toMatchObject({ status: 0, stdout: '' });
    expect(readFileSync(file, 'utf8')).toBe(stdout);
    expect(existsSync(untouched)).toBe(false);
  });

  it('ingests standard input, closes the database and keeps the exit code', () => {
    const { status, stdout, stderr } = roster(['ingest', '-json', '-strict', '-'], `${readFileSync(DATA, 'utf8')}{}\n`);
    expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ source: '-', customers: 20, rejected: { unknown_type: 1 } });
    expect(existsSync(`${database}-wal`)).toBe(false);
  });
});
