import 'reflect-metadata';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { CliModule, IngestingCliModule } from './cli.module.js';
import { ConfigError } from './config/config.js';
import { DomainError } from './domain/errors.js';

const EXIT_INTERRUPTED = 130;

/** @param command what they ask for; undefined for help */
export async function runCommandLine(args: readonly string[], command: string | undefined): Promise<void> {
  await run(args, command).catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  });
}

async function run(args: readonly string[], command: string | undefined): Promise<void> {
  // Where it has to wait for its database. From then on the command itself knows how to stop.
  if (command === 'ingest') process.once('SIGINT', leave).once('SIGTERM', leave);
  const app = await CommandFactory.createWithoutRunning(command === 'ingest' ? IngestingCliModule : CliModule, {
    logger: false,
    abortOnError: false,
    serviceErrorHandler: (error) => Promise.reject(error),
  }).finally(() => process.off('SIGINT', leave).off('SIGTERM', leave));
  try {
    await app.get(CommandRunnerService).run(['node', 'roster', ...(args.length > 0 ? args : ['--help'])]);
  } finally {
    await app.close();
  }
}

function leave(): never {
  process.stderr.write('Stopped before the database was open. Nothing was read.\n');
  process.exit(EXIT_INTERRUPTED);
}

/** What a person can mend is said in a line; the rest comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
