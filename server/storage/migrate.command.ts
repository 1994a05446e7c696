import { Command, CommandRunner } from 'nest-commander';
import { loadConfig, type Config } from '../config/config.js';
import { openEngine } from './open-engine.js';
import type { MigrationReport } from './postgres/database/migrate.js';

const EXIT_INTERRUPTED = 130;

/** Creates or upgrades the tables of the database that DATABASE_URL names, and distributes them over the nodes of Citus. */
@Command({
  name: 'migrate',
  description: 'Create or upgrade the tables of the database; distribute them where the citus extension is there',
})
export class MigrateCommand extends CommandRunner {
  /**
   * @throws ConfigError
   * @throws DomainError `storage_unavailable`; `invalid_request` when the database was written by a newer Roster
   */
  override async run(): Promise<void> {
    process.once('SIGINT', leave).once('SIGTERM', leave);
    try {
      process.stdout.write(`${await migrated(loadConfig())}\n`);
    } finally {
      process.off('SIGINT', leave).off('SIGTERM', leave);
    }
  }
}

/** Ends the process at once. Every step is a transaction, so nothing is left half done. */
function leave(): never {
  process.stderr.write('Stopped. Nothing is half done: run the same command again, and it does what is left.\n');
  process.exit(EXIT_INTERRUPTED);
}

async function migrated(config: Config): Promise<string> {
  const { database, databaseConnections: connections } = config;
  // Loaded on demand, because every command loads this file.
  const { noteCommand } = await import('./note-command.js');
  if (database.kind !== 'postgres') {
    // Opening an embedded database upgrades it.
    await (await openEngine(config)).close();
    await noteCommand(database, 'command', 'migrate');
    return 'The tables are up to date.';
  }
  const { migrate } = await import('./postgres/database/migrate.js');
  const { PostgresDatabase } = await import('./postgres/database/database.js');
  const postgres = new PostgresDatabase({ url: database.url, connections });
  try {
    const report = await migrate(postgres, true);
    const { from, to, distributed } = report;
    await noteCommand(database, 'command', 'migrate', { from, to, distributed });
    return describe(report);
  } finally {
    await postgres.close();
  }
}

function describe({ from, to, distributed }: MigrationReport): string {
  const schema = from === to ? `The tables are up to date (schema ${to}).` : `Migrated from schema ${from} to ${to}.`;
  return distributed.length === 0 ? schema : `${schema} Distributed: ${distributed.join(', ')}.`;
}
