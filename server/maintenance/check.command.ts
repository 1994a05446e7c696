import { Command, CommandRunner, Option } from 'nest-commander';
import { existsSync } from 'node:fs';
import { loadConfig, type Config } from '../config/config.js';
import { osUser } from '../config/os-user.js';
import { commandEntry } from '../domain/access/audit.js';
import { DomainError } from '../domain/errors.js';
import type { TableCheck } from '../storage/check/differences.js';
import { openEngine, type Storage } from '../storage/open-engine.js';

interface CheckOptions {
  readonly mend?: boolean;
  readonly sum?: boolean;
  readonly json?: boolean;
}

/** Exit code when a table differs. */
const EXIT_DIFFERENT = 1;
const CLEAR_LINE = '\r\u001b[K';

/** Compares every derived table of the database that DATABASE_URL names with its customers, also while the server runs. */
@Command({
  name: 'check',
  description: 'Compare every derived table of the database with its customers; exit with 1 if one differs',
})
export class CheckCommand extends CommandRunner {
  /**
   * @throws ConfigError
   * @throws DomainError `invalid_request` when there is no database that can be checked; `storage_unavailable`
   */
  override async run(_arguments: string[], options: CheckOptions): Promise<void> {
    const config = loadConfig();
    refuseWithout(config);
    if (options.sum === true) process.stdout.write(`${await sumOf(config, options.json === true)}\n`);
    else await check(config, options);
  }

  @Option({ flags: '--mend', description: 'make the derived tables anew that differ' })
  parseMend(): boolean {
    return true;
  }

  @Option({
    flags: '--sum',
    description: 'print one hash of all records, identities, history, notes and log, and check nothing',
  })
  parseSum(): boolean {
    return true;
  }

  @Option({ flags: '--json', description: 'print the result as one JSON object' })
  parseJson(): boolean {
    return true;
  }
}

/** Opening a missing file would create it. */
function refuseWithout({ database }: Config): void {
  if (database.kind === 'memory')
    throw refusal('A database in memory is gone with its process: there is nothing to check.');
  if (database.kind === 'sqlite' && !existsSync(database.path)) throw refusal(`There is no database ${database.path}.`);
}

async function sumOf({ database }: Config, asJson: boolean): Promise<string> {
  // Loaded on demand, because every command loads this file.
  const { openContents } = await import('../storage/open-contents.js');
  const { recordSum } = await import('../storage/copy/checksum.js');
  const contents = await openContents(database);
  try {
    const sum = await contents.snapshot((reader) => recordSum(reader));
    return asJson ? JSON.stringify({ sum }) : sum;
  } finally {
    await contents.close();
  }
}

async function check(config: Config, options: CheckOptions): Promise<void> {
  const storage = await openEngine(config);
  try {
    let tables = await checked(storage);
    const different = tables.filter(({ differences }) => differences > 0);
    const mended = options.mend === true ? different.filter(({ mendable }) => mendable).map(({ table }) => table) : [];
    if (mended.length > 0) {
      if (options.json !== true) process.stdout.write(`${describe(tables)}\n`);
      show(`Making ${mended.join(', ')} anew`);
      await storage.access.record(commandEntry(osUser(), 'command', 'check --mend', { tables: mended }), Date.now());
      await storage.check?.mend(mended);
      tables = await checked(storage);
    }
    const agrees = tables.every(({ differences }) => differences === 0);
    if (!agrees) process.exitCode = EXIT_DIFFERENT;
    process.stdout.write(
      `${options.json === true ? JSON.stringify({ agrees, tables, mended }) : result(tables, mended)}\n`,
    );
  } finally {
    await storage.close();
  }
}

async function checked({ check: database }: Storage): Promise<readonly TableCheck[]> {
  const tables = (await database?.run((table) => show(`Checking ${table}`))) ?? [];
  show('');
  return tables;
}

/** Shows what is being done, on a terminal. */
function show(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`${CLEAR_LINE}${text && `${text} …`}`);
}

function result(tables: readonly TableCheck[], mended: readonly string[]): string {
  const made = mended.length > 0 ? [`Made anew: ${mended.join(', ')}.`] : [];
  const different = tables.filter(({ differences }) => differences > 0);
  if (different.length === 0) return [...made, 'Every table agrees with the customers.'].join('\n');
  const hint = different.some(({ mendable }) => mendable)
    ? ['"roster check --mend" makes the tables anew that follow from the customers.']
    : [];
  const lost = different.filter(({ mendable }) => !mendable).map(({ table }) => table);
  const restore =
    lost.length > 0
      ? [`Nothing can make these anew: ${lost.join(', ')}. Restore a backup, as docs/deploy.md says.`]
      : [];
  return [...made, describe(tables), ...hint, ...restore].join('\n');
}

/** Names the tables that differ, with the first differences of each. */
function describe(tables: readonly TableCheck[]): string {
  return tables
    .filter(({ differences }) => differences > 0)
    .flatMap(({ table, differences, first }) => [
      `${table}: ${differences.toLocaleString('en')} ${differences === 1 ? 'difference' : 'differences'}`,
      ...first.map(({ key, expected, found }) => `  ${JSON.stringify(key)}: expected ${expected}, found ${found}`),
      ...(differences > first.length ? [`  and ${(differences - first.length).toLocaleString('en')} more`] : []),
    ])
    .join('\n');
}

function refusal(message: string): DomainError {
  return new DomainError('invalid_request', message);
}
