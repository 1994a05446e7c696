import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Codes } from './access/codes.js';
import { AppModule } from './app.module.js';
import type { Config } from './config/config.js';
import { PARSER_WORKER, ParserPool } from './ingestion/threads/parser-pool.js';
import { createApp } from './http/create-app.js';
import type { Port } from './http/port.js';
import { ThreadsModule, type Threads } from './threads.module.js';

/** Idle parser threads that are kept for the next upload; each takes 10 MB. */
const IDLE_PARSERS = 4;

/** Options of a thread whose values die young. A small young generation saves 20 MB, and the thread is as fast. */
const SMALL = { resourceLimits: { maxYoungGenerationSizeMb: 16 } };

/** @param folder that holds the built server */
function threadsIn(folder: URL): Threads {
  return {
    parsers: new ParserPool(
      () => new Worker(new URL('ingestion/threads/parser.worker.js', folder), PARSER_WORKER),
      IDLE_PARSERS,
    ),
    sqlite: {
      startApplier: (workerData) =>
        new Worker(new URL('storage/sqlite/customers/applier.worker.js', folder), { workerData }),
      startLive: (workerData) =>
        new Worker(new URL('storage/sqlite/customers/live.worker.js', folder), { workerData, ...SMALL }),
      startIndexer: (workerData) =>
        new Worker(new URL('storage/sqlite/indexer.worker.js', folder), { workerData, ...SMALL }),
    },
  };
}

/**
 * Serves until a signal ends the process.
 * @param folder that holds the built server, with a slash at its end
 */
export async function serve(config: Config, port: Port, folder: URL): Promise<void> {
  const adminRoot = fileURLToPath(new URL('../client/browser', folder));
  const app = await createApp(ThreadsModule.of(threadsIn(folder), AppModule), config, adminRoot);
  await app.init();
  const fastify = app.getHttpAdapter().getInstance();
  await fastify.listen(port.options);
  port.handOver(fastify.server);
  process.stdout.write(`Roster is at ${urlOf(fastify.server.address())}\n`);
  await app.get(Codes).announceIfNeeded();
}

function urlOf(address: AddressInfo | string | null): string {
  if (address === null || typeof address === 'string') return address ?? '';
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host === '127.0.0.1' ? 'localhost' : host}:${address.port}`;
}
