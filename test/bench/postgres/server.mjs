import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const SOURCE = fileURLToPath(new URL('../../support/postgres-server.ts', import.meta.url));

/** The defaults of PostgreSQL for the settings that the tests change. */
const DEFAULTS = { fsync: 'on', max_connections: '100', shared_buffers: '128MB' };

/** Starts the PostgreSQL of the tests with its default settings. */
export async function startPostgres() {
  // Compiled here, because it is the only TypeScript file that a benchmark needs.
  const loaded = new Module(SOURCE);
  loaded.filename = SOURCE;
  loaded.paths = createRequire(SOURCE).resolve.paths('pg') ?? [];
  const { outputText } = ts.transpileModule(readFileSync(SOURCE, 'utf8'), {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023, esModuleInterop: true },
  });
  loaded._compile(outputText, SOURCE);
  return loaded.exports.PostgresServer.start(DEFAULTS);
}
