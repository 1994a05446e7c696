// Builds the targets that are missing or older than their sources, so that `npm start` and the commands need only `npm ci` before them.
// As a program (`npm run build`) it builds every target.
import { spawn } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

const shared = ['package.json', 'package-lock.json', 'tsconfig.json'];
const targets = {
  server: {
    output: 'dist/server/main.js',
    sources: ['server', 'nest-cli.json', ...shared],
    build: async () => {
      await run('@nestjs/cli', 'nest', ['build']);
      const { bundleServer } = await import('./bundle-server.mjs');
      await bundleServer();
    },
  },
  client: {
    // Written last. Angular empties the folder first, so a build that was interrupted does not count.
    output: 'dist/client/built',
    sources: ['client', 'angular.json', ...shared],
    build: async () => {
      // Angular then merges small scripts that are loaded together: a file costs a round trip.
      await run('@angular/cli', 'ng', ['build'], { NG_BUILD_OPTIMIZE_CHUNKS: '1' });
      const { packAdmin } = await import('./pack-admin.mjs');
      const { compressAdmin } = await import('./compress-admin.mjs');
      await packAdmin();
      await compressAdmin();
      writeFileSync(join(root, 'dist/client/built'), '');
    },
  },
};

/** The time of the newest file under a path, in milliseconds since the Unix epoch; 0 when there is none. */
function newest(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(join(root, path)).map((name) => newest(join(path, name))));
}

/** Starts the command of a package in the folder of the project. */
export function start(pkg, bin, args, options) {
  const manifest = require.resolve(`${pkg}/package.json`);
  const script = join(dirname(manifest), require(manifest).bin[bin]);
  return spawn(process.execPath, [script, ...args], { cwd: root, ...options });
}

/** Runs the command of a package. Its output goes to standard error: standard output belongs to the command that started the build. */
function run(pkg, bin, args, env = {}) {
  return new Promise((resolve, reject) => {
    start(pkg, bin, args, { env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] })
      .on('error', reject)
      .on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${bin} ${args.join(' ')} ended with ${code}`)),
      );
  });
}

/** @param {...('server' | 'client')} names targets that have to be up to date */
export async function build(...names) {
  const stale = names.map((name) => targets[name]).filter((t) => newest(t.output) < Math.max(...t.sources.map(newest)));
  await Promise.all(stale.map((target) => target.build()));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  await Promise.all(Object.values(targets).map((target) => target.build()));
