import { Command, CommandRunner, Option } from 'nest-commander';
import { randomUUID } from 'node:crypto';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadConfig, type Database } from '../config/config.js';
import { DomainError } from '../domain/errors.js';

interface BackupOptions {
  readonly force?: boolean;
}

/** Exit code when a table of the backup differs from its customers. */
const EXIT_DIFFERENT = 1;
/** The files that SQLite keeps beside a database that is open. */
const BESIDE = ['', '-wal', '-shm'];
const MIB = 1024 * 1024;

/** Writes a checked backup of the database that DATABASE_URL names into one SQLite file, also while the server runs. */
@Command({
  name: 'backup',
  arguments: '<file>',
  description: 'Write a checked backup of the database into one SQLite file, also while the server runs',
})
export class BackupCommand extends CommandRunner {
  /**
   * @throws ConfigError
   * @throws DomainError `invalid_request` when the file exists, or there is no database; `storage_full`, `storage_unavailable`
   */
  override async run([file]: string[], { force = false }: BackupOptions): Promise<void> {
    const { database } = loadConfig();
    const path = resolve(file);
    refuse(database, path, force);
    // Loaded on demand, because every command loads this file.
    const { backUp, checkBackup, syncFile } = await import('../storage/back-up.js');
    const { noteCommand } = await import('../storage/note-command.js');
    await noteCommand(database, 'export', path, { command: 'backup' });
    const part = `${path}.${randomUUID()}.part`;
    try {
      await backUp(database, part).catch(refuseUnwritable);
      const different = await checkBackup(part);
      syncFile(part);
      if (!force && existsSync(path)) throw exists(path);
      renameSync(part, path);
      syncFile(path);
      const size = (statSync(path).size / MIB).toFixed(1);
      if (different.length === 0) process.stdout.write(`${path}: ${size} MiB, checked.\n`);
      else {
        const tables = different.map(({ table }) => table).join(', ');
        process.stderr.write(
          `${path} is written, but not sound, as its database is not: ${tables}. "roster check" says more.\n`,
        );
        process.exitCode = EXIT_DIFFERENT;
      }
    } finally {
      for (const beside of BESIDE) rmSync(part + beside, { force: true });
    }
  }

  @Option({ flags: '--force', description: 'replace the file if it exists' })
  parseForce(): boolean {
    return true;
  }
}

function refuse(database: Database, path: string, force: boolean): void {
  if (database.kind === 'sqlite') {
    // Opening a missing file would create it.
    if (!existsSync(database.path)) throw refusal(`There is no database ${database.path}.`);
    if (existsSync(path) && isSame(database.path, path))
      throw refusal(`${path} is the database itself. Name another file.`);
  }
  if (!force && existsSync(path)) throw exists(path);
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [statSync(one), statSync(other)];
  return a.dev === b.dev && a.ino === b.ino;
}

function exists(path: string): DomainError {
  return refusal(`${path} exists. Name another file, or replace it with --force.`);
}

/** Explains that the folder of the backup cannot be written. */
function refuseUnwritable(error: unknown): never {
  if (error instanceof Error && 'syscall' in error && error.syscall === 'open')
    throw new DomainError('storage_unavailable', `The backup cannot be written: ${error.message}.`, undefined, {
      cause: error,
    });
  throw error;
}

function refusal(message: string): DomainError {
  return new DomainError('invalid_request', message);
}
