import { statSync } from 'node:fs';
import { commandToRun, normaliseArguments } from './argv.js';
import { loadConfig } from './config/config.js';
import { prepareParserThreads, useParserThreads } from './ingestion/threads/parser-threads.js';
import { THREADS_FROM_BYTES } from './ingestion/source-ingestor.js';

useParserThreads(new URL('./ingestion/threads/parser-thread.js', import.meta.url));

const args = normaliseArguments(process.argv.slice(2));

function isLarge(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size >= THREADS_FROM_BYTES;
}

/** The threads start while the command line is loaded, which takes one core half a second. */
function prepare(): void {
  try {
    prepareParserThreads(args.slice(1).some(isLarge) ? loadConfig().ingestWorkers : 1);
  } catch {
    // The command will say better what is wrong with the configuration or with a path.
  }
}

const command = commandToRun(args);
if (command === 'ingest') prepare();
const { runCommandLine } = await import('./command-line.js');
await runCommandLine(args, command);
