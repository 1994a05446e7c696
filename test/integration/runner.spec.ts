import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../support/engine.js';

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
