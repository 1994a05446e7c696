import 'reflect-metadata';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { commandToRun, normaliseArguments } from './argv.js';
import { CliModule, IngestingCliModule } from './cli.module.js';
import { ConfigError } from './config/config.js';
import { DomainError } from './domain/errors.js';
import { useParserThreads } from './ingestion/parser-pool.js';

useParserThreads(new URL('./ingestion/parser-thread.js', import.meta.url));

async function run(): Promise<void> {
  const args = normaliseArguments(process.argv.slice(2));
  const module = commandToRun(args) === 'ingest' ? IngestingCliModule : CliModule;
  const app = await CommandFactory.createWithoutRunning(module, {
    logger: false,
    abortOnError: false,
    serviceErrorHandler: (error) => Promise.reject(error),
  });
  try {
    await app.get(CommandRunnerService).run(['node', 'roster', ...(args.length > 0 ? args : ['--help'])]);
  } finally {
    await app.close();
  }
}

/** What a person can mend is said in a line; the rest comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await run().catch((error: unknown) => {
  process.stderr.write(`${explain(error)}\n`);
  process.exitCode = 1;
});
