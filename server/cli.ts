import { readFileSync, statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { commandToRun, normaliseArguments } from './argv.js';
import { loadConfig } from './config/config.js';
import { CUT_FROM_BYTES } from './ingestion/source-sizes.js';
import { PARSER_WORKER, ParserPool } from './ingestion/threads/parser-pool.js';

const parsers = new ParserPool(
  () => new Worker(new URL('./ingestion/threads/parser.worker.js', import.meta.url), PARSER_WORKER),
);

const args = normaliseArguments(process.argv.slice(2));

function isLarge(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size >= CUT_FROM_BYTES;
}

/** Starts the threads while the command line is loaded, which keeps one core busy for half a second. */
function prepare(): void {
  try {
    parsers.prepare(args.slice(1).some(isLarge) ? loadConfig().ingestWorkers : 1);
  } catch {
    // The command itself reports a wrong configuration or path, with a better message.
  }
}

// Safe: npm takes no package.json without a version. It stays beside the built files.
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};
const command = commandToRun(args);
if (command === 'ingest') prepare();
const { runCommandLine } = await import('./command-line.js');
// This thread is idle otherwise, so it applies the batches that the parser threads fold.
await runCommandLine(args, command, { parsers, sqlite: {} }, version);
