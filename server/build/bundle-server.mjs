// Bundles the output of `nest build` and the packages it uses into few files: a start that reads 874 modules takes twice as long.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Entries of the processes and threads, as paths in `dist/modules` and `dist/server`. */
const ENTRIES = [
  'cli',
  'main',
  'ingestion/threads/parser.worker',
  'storage/sqlite/customers/applier.worker',
  'storage/sqlite/customers/live.worker',
  'storage/sqlite/indexer.worker',
];

/** Packages that stay in `node_modules` because they hold more than scripts: native code, and the page of `/docs`. */
export const UNBUNDLED = ['@node-rs/argon2', '@photostructure/sqlite', 'swagger-ui-dist'];

/** Optional peers of packages. None of them is installed or used here. */
const OPTIONAL = [
  '@fig/complete-commander',
  '@fastify/view',
  '@nestjs/microservices',
  '@nestjs/platform-express',
  '@nestjs/websockets',
  'class-transformer/storage',
  'pg-native',
  'typescript',
];

/**
 * Packages that others always import and that are never called here: questions on the command line (nest-commander) and telephone numbers
 * (class-validator). A built-in module takes their place, so check both when nest-commander or class-validator is updated.
 */
const UNUSED = { inquirer: 'node:process', 'libphonenumber-js/max': 'node:process' };

/** CommonJS packages expect these three names. */
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

/**
 * esbuild's helper that gives a function its name. Functions that have it already are left alone: Fastify makes several in every request, and
 * defining their names again took an eighth of the CPU time of a read.
 */
const HELPER = 'var __name = (target, value) => __defProp(';
const LEAN_HELPER = 'var __name = (target, value) => target.name === value ? target : __defProp(';

export async function bundleServer() {
  const outdir = `${root}dist/server`;
  rmSync(outdir, { recursive: true, force: true });
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => ({ in: `dist/modules/${name}.js`, out: name })),
    outdir,
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // The description of the API uses the names of classes.
    keepNames: true,
    sourcemap: true,
    external: [...UNBUNDLED, ...OPTIONAL],
    alias: UNUSED,
    banner: { js: COMMONJS },
    logLevel: 'warning',
    write: false,
  });
  if (!outputFiles.some(({ text }) => text.includes(HELPER))) throw new Error('esbuild has another helper for names.');
  for (const { path, text } of outputFiles) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text.replace(HELPER, LEAN_HELPER));
  }
}
