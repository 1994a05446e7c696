import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { temporaryFolder } from '../support/engine.js';
import { until } from '../support/until.js';

const ROOT = join(__dirname, '../..');
const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
const CONFIG = {
  rootDir: ROOT,
  runner: '<rootDir>/test/support/runner/runner.cjs',
  testMatch: ['<rootDir>/test/fixtures/runner/{leaves,then}.ts'],
  testSequencer: '<rootDir>/test/fixtures/runner/by-name.cjs',
  transform: { '^.+\\.ts$': '@swc/jest' },
};

interface Report {
  readonly success: boolean;
  readonly testResults: readonly { message: string; assertionResults: readonly { title: string; status: string }[] }[];
}

describe('the runner of specs', () => {
  const folder = temporaryFolder();
  afterAll(() => folder.remove());

  it('keeps the modules of the server between specs and nothing else, and reports what fails', () => {
    const file = join(folder.path, 'report.json');
    const args = ['--config', JSON.stringify(CONFIG), '--maxWorkers=1', '--json', `--outputFile=${file}`];
    spawnSync(process.execPath, [JEST, ...args], { cwd: ROOT });
    const { success, testResults } = JSON.parse(readFileSync(file, 'utf8')) as Report;
    expect(success).toBe(false);
    expect(
      testResults.flatMap(({ assertionResults }) => assertionResults.map(({ title, status }) => [title, status])),
    ).toEqual([
      ['sets', 'passed'],
      ['is told of an error that nothing catches', 'passed'],
      ['finds the modules of the server', 'passed'],
      ['finds nothing else', 'passed'],
      ['fails where it is wrong', 'failed'],
      ['fails when it takes too long', 'failed'],
    ]);
    const [leaves, then] = testResults.map(({ message }) => message);
    expect(leaves).toContain('not caught');
    expect(then).toMatch(/then\.ts:15[^]*Exceeded timeout of 50 ms/);
  });
});

describe('a process that a spec has started', () => {
  const preload = pathToFileURL(join(__dirname, '../support/end-with-parent.mjs')).href;
  const child = `process.stdout.write(String(process.pid)); setInterval(() => undefined, 1_000)`;
  const start = (args: readonly string[]): string =>
    `import { spawn } from 'node:child_process';
     spawn(process.execPath, ${JSON.stringify(args)}, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });`;

  it('ends with the process of the spec, however that ends', async () => {
    const script = start(['--import', preload, '-e', child]);
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [pid] = (await once(parent.stdout, 'data')) as [Buffer];
    parent.kill('SIGKILL');
    await until(async () => !isAlive(Number(pid)));
  });

  it('ends by itself when nothing is left to do', () => {
    const script = start(['--import', preload, '-e', '']);
    expect(spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 60_000 }).status).toBe(0);
  });
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
