import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { AppModule } from './app.module.js';
import { ConfigError, loadConfig } from './config/config.js';
import { DomainError } from './domain/errors.js';
import { useParserThreads } from './ingestion/threads/parser-threads.js';
import { createApp, RosterLogger } from './http/create-app.js';
import { useMergerThread } from './storage/sqlite/customers/merger-thread.js';
import { useIndexerThread } from './storage/sqlite/search/indexing.js';

/** Threads that wait for the next upload; 10 MB each. */
const IDLE_PARSERS = 4;

useParserThreads(new URL('./ingestion/threads/parser-thread.js', import.meta.url), IDLE_PARSERS);
useMergerThread(new URL('./storage/sqlite/customers/merger-worker.js', import.meta.url));
useIndexerThread(new URL('./storage/sqlite/search/indexer-thread.js', import.meta.url));

const ADMIN_ROOT = fileURLToPath(new URL('../client/browser', import.meta.url));

async function serve(): Promise<void> {
  const config = loadConfig();
  const app = await createApp(AppModule, config, ADMIN_ROOT);
  await app.listen(config.port, config.host);
  const url = new URL(await app.getUrl());
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost';
  process.stdout.write(`Roster is at ${url.origin}\n`);
}

/** What a person can mend is said in one line; the rest comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return 'The port is in use. Stop what uses it, or set PORT to another one.';
  if (code === 'EACCES') return `Not allowed to listen there or to write the database: ${String(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Whatever LOG_LEVEL says: a person reads text, and what collects logs a JSON object. */
function tell(failure: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${failure}\n`);
  else new RosterLogger('error').error(failure, 'Start');
}

await serve().catch((error: unknown) => {
  tell(explain(error));
  process.exit(1);
});
