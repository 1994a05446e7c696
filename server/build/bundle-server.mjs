// Packs what `nest build` wrote, and the packages that it uses, into few files: a start that reads eight hundred takes twice as long.
import { rmSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The processes and threads of the server, by their paths in both folders. */
const ENTRIES = [
  'cli',
  'main',
  'ingestion/threads/parser-thread',
  'storage/sqlite/customers/merger-worker',
  'storage/sqlite/search/indexer-thread',
];

/** What stays in `node_modules`, as it has files that are no scripts: native code and the page of `/docs`. */
export const UNBUNDLED = ['@photostructure/sqlite', 'swagger-ui-dist'];

/** What a package loads only where it is installed or asked for; here it never is. */
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

/** What a package loads always, for something that Roster does not do: ask questions on the command line, check telephone numbers. */
const UNUSED = { inquirer: 'node:process', 'libphonenumber-js/max': 'node:process' };

/** Packages of CommonJS expect these three. */
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
import { fileURLToPath as __fileURLToPath } from 'node:url';
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __fileURLToPath(new URL('.', import.meta.url));`;

export async function bundleServer() {
  const outdir = `${root}dist/server`;
  rmSync(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ENTRIES.map((name) => ({ in: `dist/modules/${name}.js`, out: name })),
    outdir,
    chunkNames: 'chunks/[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // The description of the API is made from the names of classes.
    keepNames: true,
    sourcemap: true,
    external: [...UNBUNDLED, ...OPTIONAL],
    alias: UNUSED,
    banner: { js: COMMONJS },
    logLevel: 'warning',
  });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await bundleServer();
