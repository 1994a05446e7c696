import { statSync } from 'node:fs';
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

/** Starts the threads while the command line is loaded, which takes one core half a second. */
function prepare(): void {
  try {
    parsers.prepare(args.slice(1).some(isLarge) ? loadConfig().ingestWorkers : 1);
  } catch {
    // The command explains better what is wrong with the configuration or with a path.
  }
}

const command = commandToRun(args);
if (command === 'ingest') prepare();
const { runCommandLine } = await import('./command-line.js');
// Nothing else keeps this thread busy, so it applies what the parser threads fold.
await runCommandLine(args, command, { parsers, sqlite: {} });
