import type { SingleBar } from 'cli-progress';
import { Command, CommandRunner } from 'nest-commander';
import { existsSync } from 'node:fs';
import { DATABASE_FORMS, parseDatabase, redact, type Database } from '../config/config.js';
import { DomainError } from '../domain/errors.js';
import { SECTIONS } from './copy/contents.js';
import type { Sums } from './copy/checksum.js';

const EXIT_INTERRUPTED = 130;

/** Copies everything from one database into another, of any engine. */
@Command({
  name: 'copy',
  arguments: '<from> <to>',
  description: 'Copy everything from one database URL into an empty other one; run again to go on after a break',
})
export class CopyCommand extends CommandRunner {
  /** @throws DomainError `invalid_request`, with the reason why the copy is refused; `storage_unavailable` */
  override async run([from, to]: string[]): Promise<void> {
    const [source, target] = [databaseOf(from), databaseOf(to)];
    // Opening a missing file would create it.
    if (source.kind === 'sqlite' && !existsSync(source.path)) throw refusal(`There is no database ${from}.`);
    const sums = await copyBetween(source, target);
    process.stdout.write(`${describe(sums)}\n`);
  }
}

async function copyBetween(from: Database, to: Database): Promise<Sums> {
  // Loaded on demand, because every command loads this file.
  const { openContents } = await import('./open-contents.js');
  const { copyContents } = await import('./copy/copier.js');
  const { noteCommand } = await import('./note-command.js');
  const source = await openContents(from);
  try {
    const target = await openContents(to);
    const bar = process.stderr.isTTY ? await ProgressBar.start() : undefined;
    // The process may end at any moment: every batch is one transaction that includes the progress.
    const leave = (): never => {
      bar?.stop();
      process.stderr.write('Stopped. What is copied is kept: run the same command again, and it goes on from there.\n');
      process.exit(EXIT_INTERRUPTED);
    };
    process.once('SIGINT', leave).once('SIGTERM', leave);
    try {
      // A copy that goes on has its entry already, and may have copied the audit.
      if (await target.writer.isEmpty()) await noteCommand(from, 'export', nameOf(to), { command: 'copy' });
      return await copyContents(source, target, (rows, total) => bar?.update(rows, total));
    } finally {
      process.off('SIGINT', leave).off('SIGTERM', leave);
      bar?.stop();
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Shows the number of rows on standard error. */
class ProgressBar {
  private constructor(private readonly bar: SingleBar) {}

  static async start(): Promise<ProgressBar> {
    const { SingleBar } = await import('cli-progress');
    const bar = new SingleBar({
      format: 'copy and verify {bar} {percentage}% | {value} of {total} rows | {eta_formatted} left',
      // The whole line fits a terminal of 80 columns.
      barsize: 16,
      hideCursor: true,
      etaBuffer: 50,
    });
    return new ProgressBar(bar);
  }

  update(rows: number, total: number): void {
    if (!this.bar.isActive) this.bar.start(total, rows);
    this.bar.setTotal(Math.max(rows, total));
    this.bar.update(rows);
  }

  stop(): void {
    if (this.bar.isActive) this.bar.stop();
  }
}

function databaseOf(text: string): Database {
  const database = parseDatabase(text);
  if (!database) throw refusal(`${JSON.stringify(redact(text))} is no database. It takes ${DATABASE_FORMS}.`);
  return database;
}

/** Names a database without the user, the password and the options. */
function nameOf(database: Database): string {
  if (database.kind !== 'postgres') return database.kind === 'sqlite' ? database.path : 'memory';
  const { host, pathname } = new URL(database.url);
  return host + pathname;
}

function describe(sums: Sums): string {
  const width = Math.max(...SECTIONS.map((section) => section.length));
  const lines = SECTIONS.map((section) => {
    const { count, checksum } = sums[section];
    return `  ${section.padEnd(width)}  ${checksum}  ${count.toLocaleString('en')}`;
  });
  return ['Both databases hold the same:', ...lines].join('\n');
}

function refusal(message: string): DomainError {
  return new DomainError('invalid_request', message);
}
