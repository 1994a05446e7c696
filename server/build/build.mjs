// Builds what is missing or older than its sources: `npm start` and the commands need nothing but `npm ci` before them.
import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
    output: 'dist/client/browser/en/index.html',
    sources: ['client', 'angular.json', ...shared],
    build: async () => {
      await run('@angular/cli', 'ng', ['build']);
      const { packAdmin } = await import('./pack-admin.mjs');
      const { compressAdmin } = await import('./compress-admin.mjs');
      await packAdmin();
      await compressAdmin();
    },
  },
};

function newest(path) {
  const stat = statSync(join(root, path), { throwIfNoEntry: false });
  if (!stat) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(join(root, path)).map((name) => newest(join(path, name))));
}

/** Standard output belongs to the command that is started afterwards, so a build speaks on standard error. */
function run(pkg, bin, args) {
  const manifest = require.resolve(`${pkg}/package.json`);
  const script = join(dirname(manifest), require(manifest).bin[bin]);
  return new Promise((resolve, reject) => {
    spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['ignore', 2, 2] })
      .on('error', reject)
      .on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`${bin} ${args.join(' ')} ended with ${code}`)),
      );
  });
}

/** @param {...('server' | 'client')} names what has to be up to date */
export async function build(...names) {
  const stale = names.map((name) => targets[name]).filter((t) => newest(t.output) < Math.max(...t.sources.map(newest)));
  await Promise.all(stale.map((target) => target.build()));
}
