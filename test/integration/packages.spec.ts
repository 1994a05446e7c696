import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const { dependencies, devDependencies, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  engines: { node: string };
};

describe('packages', () => {
  it('bring the types that the build needs without the packages for development', () => {
    const typed = ['node', ...Object.keys(dependencies)].map((name) => `@types/${name}`);
    expect(Object.keys(devDependencies).filter((name) => typed.includes(name))).toEqual([]);
  });
});

describe('the check of Node', () => {
  /** The exit code and what was said, under a Node that says it is another version. */
  const check = (version: string): string => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
    const args = ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, 'server/build/check-node.mjs'];
    try {
      return execFileSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      return (error as { stderr: string }).stderr;
    }
  };

  it('agrees with package.json', () => {
    expect(engines.node).toBe('^20.19.0 || ^22.12.0 || >=24.0.0');
  });

  it.each(['20.19.0', '20.20.2', '22.12.0', '24.0.0', '26.1.0'])('lets %s pass', (version) => {
    expect(check(version)).toBe('');
  });

  it.each(['18.20.8', '20.18.3', '21.7.0', '22.11.0', '23.11.0'])('names %s and what is needed', (version) => {
    expect(check(version)).toMatch(
      `Roster needs Node 20.19, 22.12, or 24 and newer. This is ${version} (${process.execPath}).`,
    );
  });
});
