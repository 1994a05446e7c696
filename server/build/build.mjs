// Builds the targets that are missing or older than their sources, so that `npm start` and the commands need only `npm ci` before them.
// As a program (`npm run build`) it builds every target.
import { Buffer } from 'node:buffer';
import { spawn } from 'node:child_process';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

const shared = ['package.json', 'package-lock.json', 'tsconfig.json'];
const MS_PER_S = 1000;
const NAMES = { server: 'server', client: 'admin' };

/** `output` is removed first and written last, so a build that was interrupted does not count. */
const targets = {
  server: {
    output: 'dist/server/built',
    sources: ['server', 'nest-cli.json', ...shared],
    build: async () => {
      await run('@nestjs/cli', 'nest', ['build']);
      const { bundleServer } = await import('./bundle-server.mjs');
      await bundleServer();
    },
  },
  client: {
    output: 'dist/client/built',
    sources: ['client', 'angular.json', ...shared],
    build: async () => {
      // Angular then merges small scripts that are loaded together: a file costs a round trip.
      await run('@angular/cli', 'ng', ['build'], { NG_BUILD_OPTIMIZE_CHUNKS: '1' });
      const { packAdmin } = await import('./pack-admin.mjs');
      const { compressAdmin } = await import('./compress-admin.mjs');
      await packAdmin();
      await compressAdmin();
    },
  },
};

/** The time of the newest file under a path, but of specs, in milliseconds since the Unix epoch; 0 when there is none. */
function newest(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat || path.endsWith('.spec.ts')) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(join(root, path)).map((name) => newest(join(path, name))));
}

/** Starts the command of a package in the folder of the project. */
export function start(pkg, bin, args, options) {
  const manifest = require.resolve(`${pkg}/package.json`);
  const script = join(dirname(manifest), require(manifest).bin[bin]);
  return spawn(process.execPath, [script, ...args], { cwd: root, ...options });
}

/** Runs the command of a package. Its output is shown only when it fails. */
function run(pkg, bin, args, env = {}) {
  return new Promise((resolve, reject) => {
    const output = [];
    const child = start(pkg, bin, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => output.push(bytes));
    child.on('error', reject).on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${Buffer.concat(output).toString()}\n${bin} ${args.join(' ')} ended with ${code}.`));
    });
  });
}

/** Builds one target and reports it on standard error: standard output belongs to the command that started the build. */
async function make(name) {
  const started = Date.now();
  console.error(`Building the ${NAMES[name]} …`);
  rmSync(join(root, targets[name].output), { force: true });
  await targets[name].build();
  writeFileSync(join(root, targets[name].output), '');
  console.error(`Built the ${NAMES[name]} in ${((Date.now() - started) / MS_PER_S).toFixed(0)} s.`);
}

function isStale({ output, sources }) {
  return newest(output) < Math.max(...sources.map(newest));
}

/** Builds targets; ends the process with the output of the build that failed. */
async function makeAll(names) {
  try {
    await Promise.all(names.map(make));
  } catch (error) {
    console.error(error.message);
    process.exit(1);
  }
}

/** @param {...('server' | 'client')} names targets that have to be up to date */
export async function build(...names) {
  const stale = names.filter((name) => isStale(targets[name]));
  if (stale.length > 0) console.error('Roster is built when a source has changed: about a minute the first time.');
  await makeAll(stale);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await makeAll(Object.keys(targets));
