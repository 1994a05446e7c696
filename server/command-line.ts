import 'reflect-metadata';
import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { CliModule, IngestingCliModule } from './cli.module.js';
import { ConfigError } from './config/config.js';
import { DomainError } from './domain/errors.js';
import { ThreadsModule, type Threads } from './threads.module.js';

const EXIT_INTERRUPTED = 130;

/**
 * @param command the command that the arguments ask for; undefined for help
 * @param version what `--version` prints
 */
export async function runCommandLine(
  args: readonly string[],
  command: string | undefined,
  threads: Threads,
  version: string,
): Promise<void> {
  await run(args, command, threads, version).catch((error: unknown) => {
    process.stderr.write(`${explain(error)}\n`);
    process.exitCode = 1;
  });
}

async function run(
  args: readonly string[],
  command: string | undefined,
  threads: Threads,
  version: string,
): Promise<void> {
  // A signal while the database is opened ends the process. From then on the command itself handles signals.
  if (command === 'ingest') process.once('SIGINT', leave).once('SIGTERM', leave);
  const root = command === 'ingest' ? ThreadsModule.of(threads, IngestingCliModule) : CliModule;
  const app = await CommandFactory.createWithoutRunning(root, {
    logger: false,
    version,
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

/** Explains a mistake of the user in one line; any other failure comes with its stack. */
function explain(error: unknown): string {
  if (error instanceof ConfigError || error instanceof DomainError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
