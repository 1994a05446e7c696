import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** Stands in for the command of Angular: writes the page as that does, then goes on for a minute, fails, or ends. */
const ANGULAR = `
  const { appendFileSync, mkdirSync, readFileSync, writeFileSync } = require('node:fs');
  appendFileSync('runs', 'run\\n');
  mkdirSync('dist/client/browser/en', { recursive: true });
  writeFileSync('dist/client/browser/en/index.html', '');
  const does = readFileSync('does', 'utf8');
  if (does === 'goes on') setTimeout(() => undefined, 60_000);
  if (does === 'fails') { console.log('a mistake in a.ts'); process.exit(3); }
`;
const BUILD = "import('./server/build/build.mjs').then(({ build }) => build('client'))";

describe('the build', () => {
  const root = mkdtempSync(join(tmpdir(), 'roster-build-'));
  const page = join(root, 'dist/client/browser/en/index.html');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };

  beforeAll(() => {
    mkdirSync(join(root, 'server/build'), { recursive: true });
    copyFileSync(join(__dirname, 'build.mjs'), join(root, 'server/build/build.mjs'));
    write('server/build/pack-admin.mjs', 'export const packAdmin = () => undefined;');
    write('server/build/compress-admin.mjs', 'export const compressAdmin = () => undefined;');
    write('client/a.ts', '');
    write('node_modules/@angular/cli/package.json', JSON.stringify({ bin: { ng: 'ng.js' } }));
    write('node_modules/@angular/cli/ng.js', ANGULAR);
  });
  beforeEach(() => {
    for (const path of ['dist', 'runs']) rmSync(join(root, path), { recursive: true, force: true });
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const runs = (): number => readFileSync(join(root, 'runs'), 'utf8').trim().split('\n').length;
  const start = (does: string): { said: () => string; end: Promise<unknown[]>; interrupt: () => void } => {
    write('does', does);
    // A terminal interrupts the whole group of processes.
    const child = spawn(process.execPath, ['-e', BUILD], { cwd: root, detached: true });
    let text = '';
    child.stderr.on('data', (chunk) => (text += String(chunk)));
    const interrupt = (): void => void process.kill(-(child.pid ?? 0), 'SIGINT');
    return { said: () => text, end: once(child, 'close'), interrupt };
  };

  it('says what it builds before it begins, and does it once', async () => {
    const first = start('ends');
    expect(await first.end).toEqual([0, null]);
    expect(first.said()).toMatch(/^Roster is built.*\nBuilding the admin …\nBuilt the admin in \d+ s\.\n$/);
    const second = start('ends');
    expect(await second.end).toEqual([0, null]);
    expect([second.said(), runs()]).toEqual(['', 1]);
  });

  it.each([
    ['the first', false],
    ['a forced', true],
  ])('that is interrupted when the page is there does not count: %s', async (_what, isForced) => {
    if (isForced) {
      await start('ends').end;
      write('client/a.ts', '');
      rmSync(page);
    }
    const interrupted = start('goes on');
    while (!existsSync(page)) await new Promise((resolve) => setTimeout(resolve, 10));
    interrupted.interrupt();
    expect(await interrupted.end).toEqual([null, 'SIGINT']);
    const before = runs();
    // Whatever the times of the sources: a checkout may make them older.
    expect(existsSync(join(root, 'dist/client/built'))).toBe(false);
    expect(await start('ends').end).toEqual([0, null]);
    expect(runs()).toBe(before + 1);
  });

  it('that fails ends with the output of the tool, and no stack of its own', async () => {
    const failed = start('fails');
    expect(await failed.end).toEqual([1, null]);
    expect(failed.said()).toMatch(/a mistake in a\.ts\n\nng build ended with 3\.\n$/);
    expect(failed.said()).not.toMatch(/\n\s+at /);
  });
});
