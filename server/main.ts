import './http/tick-shape.js';
import 'reflect-metadata';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Codes } from './access/codes.js';
import { AppModule } from './app.module.js';
import { ConfigError, loadConfig } from './config/config.js';
import { DomainError } from './domain/errors.js';
import { PARSER_WORKER, ParserPool } from './ingestion/threads/parser-pool.js';
import { createApp, RosterLogger } from './http/create-app.js';
import { ThreadsModule, type Threads } from './threads.module.js';

/** Idle parser threads that are kept for the next upload; each takes 10 MB. */
const IDLE_PARSERS = 4;

const threads: Threads = {
  parsers: new ParserPool(
    () => new Worker(new URL('./ingestion/threads/parser.worker.js', import.meta.url), PARSER_WORKER),
    IDLE_PARSERS,
  ),
  sqlite: {
    startApplier: (workerData) =>
      new Worker(new URL('./storage/sqlite/customers/applier.worker.js', import.meta.url), { workerData }),
    startIndexer: (workerData) =>
      new Worker(new URL('./storage/sqlite/indexer.worker.js', import.meta.url), { workerData }),
  },
};

const ADMIN_ROOT = fileURLToPath(new URL('../client/browser', import.meta.url));

async function serve(): Promise<void> {
  const config = loadConfig();
  const app = await createApp(ThreadsModule.of(threads, AppModule), config, ADMIN_ROOT);
  await app.listen(config.port, config.host);
  const url = new URL(await app.getUrl());
  if (url.hostname === '127.0.0.1') url.hostname = 'localhost';
  process.stdout.write(`Roster is at ${url.origin}\n`);
  await app.get(Codes).announceIfNeeded();
}

/** Explains a mistake of the configuration in one line; any other failure comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return `${listeningAddress(error)} is in use: another program, or another Roster, listens there. Stop it, or set PORT to another port.`;
  }
  if (code === 'ENOTFOUND' || code === 'EADDRNOTAVAIL') {
    return `HOST is no address of this machine: ${String(error)}. Set it to 127.0.0.1, 0.0.0.0, or a name or address of this machine.`;
  }
  if (code === 'EACCES') return `Not allowed to listen there or to write the database: ${String(error)}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** HOST and PORT of an error of `listen`, as in a URL. */
function listeningAddress(error: unknown): string {
  // Safe: Node gives both members to such an error.
  const { address, port } = error as { readonly address: string; readonly port: number };
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Writes text to a terminal, or a JSON object to a log collector, whatever LOG_LEVEL is. */
function tell(failure: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${failure}\n`);
  else new RosterLogger('error').error(failure, 'Start');
}

await serve().catch((error: unknown) => {
  tell(explain(error));
  process.exit(1);
});
