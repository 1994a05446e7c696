import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command, CommandRunner, Option } from 'nest-commander';
import { loadConfig, type Config } from '../../config/config.js';
import { DomainError } from '../../domain/errors.js';
import { createRowPlanner } from '../../domain/import/row-planner.js';
import {
  SHEET_DELIMITERS,
  SHEET_ENCODINGS,
  type SheetDelimiter,
  type SheetEncoding,
} from '../../domain/import/sheet.js';
import { MessageIdentifier } from '../../domain/message/message-identity.js';
import type { ProgressBar } from '../../ingestion/progress-bar.js';
import { openFile, type ReadableSource } from '../../ingestion/sources/source.js';
import { findFormat } from '../../spreadsheets/find-format.js';
import { openSheet } from '../../spreadsheets/open-sheet.js';
import { openEngine, type Storage } from '../../storage/open-engine.js';
import { dryRun, type SheetProgress } from '../dry-run.js';
import { EmailFinder } from '../email-finder.js';
import { resultOf } from '../import-view.js';
import { keptRows } from '../rejects-file.js';
import { importAll } from './import-all.js';
import { describeImport, type ImportReport } from './import-report.js';
import { attributeNames } from '../attribute-names.js';
import { mappingOf, type MappingOptions } from './mapping-option.js';

interface ImportOptions extends MappingOptions {
  readonly dryRun?: boolean;
  readonly encoding?: SheetEncoding;
  readonly delimiter?: SheetDelimiter;
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly rejects?: string;
}

const EXIT_REJECTED = 2;
const EXIT_INTERRUPTED = 130;
/** Time between two looks at the progress, in ms. */
const SHOW_MS = 200;
const OWNER_ONLY = 0o600;

/** Imports a spreadsheet, also while the server runs. An import that was interrupted goes on when it is started again. */
@Command({
  name: 'import',
  arguments: '<file>',
  description: 'Import a spreadsheet: CSV with commas, semicolons or tabs, plain or gzip',
})
export class ImportCommand extends CommandRunner {
  /**
   * @throws ConfigError
   * @throws DomainError `source_unreadable`, `source_refused`, `invalid_request`; those of the database
   */
  override async run([file]: string[], options: ImportOptions): Promise<void> {
    const config = loadConfig();
    const source = await openFile(file);
    if (options.rejects !== undefined && resolve(options.rejects) === source.path)
      throw new DomainError(
        'invalid_request',
        `--rejects ${options.rejects} would overwrite the sheet. Name another file.`,
      );
    const stop = new AbortController();
    const storage = await openEngine(config);
    const interrupt = (): void => {
      stop.abort();
      storage.ingestions.stopWaiting();
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      const report = await this.runOver(storage, config, source, options, stop.signal);
      const text = options.json === true ? JSON.stringify(report) : describeImport(report);
      process.stdout.write(`${text}\n`);
      if (options.strict === true && report.rejected > 0) process.exitCode = EXIT_REJECTED;
    } catch (error) {
      if (!stop.signal.aborted) throw error;
      process.stderr.write('Stopped. Start the same import again to go on.\n');
    } finally {
      if (stop.signal.aborted) process.exitCode = EXIT_INTERRUPTED;
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      await storage.close();
    }
  }

  @Option({
    flags: '--map <mapping>',
    description: "what the columns mean: 'Id=id,City=city:text', or a file of JSON as in the API; proposed by default",
  })
  parseMap(map: string): string {
    return map;
  }

  @Option({ flags: '--dry-run', description: 'say what would change, and change nothing' })
  parseDryRun(): boolean {
    return true;
  }

  @Option({ flags: '--encoding <encoding>', description: `${SHEET_ENCODINGS.join(', ')}; found out by default` })
  parseEncoding(encoding: string): SheetEncoding {
    const found = SHEET_ENCODINGS.find((one) => one === encoding);
    if (found) return found;
    throw new DomainError('invalid_request', `--encoding is ${SHEET_ENCODINGS.join(', ')}, not ${encoding}.`);
  }

  @Option({ flags: '--delimiter <delimiter>', description: ', ; or tab; found out by default' })
  parseDelimiter(delimiter: string): SheetDelimiter {
    const found = SHEET_DELIMITERS.find((one) => one === (delimiter === 'tab' ? '\t' : delimiter));
    if (found) return found;
    throw new DomainError('invalid_request', `--delimiter is , ; or tab, not ${delimiter}.`);
  }

  @Option({ flags: '--empty <effect>', description: 'an empty cell: keep (default) or remove' })
  parseEmpty(empty: string): string {
    return empty;
  }

  @Option({ flags: '--damaged <effect>', description: 'a cell that a spreadsheet has damaged: keep (default) or take' })
  parseDamaged(damaged: string): string {
    return damaged;
  }

  @Option({ flags: '--time-column <column>', description: 'the column with the time of each row' })
  parseTimeColumn(column: string): string {
    return column;
  }

  @Option({ flags: '--date-form <form>', description: 'the order of dates: auto (default), ymd, dmy or mdy' })
  parseDateForm(form: string): string {
    return form;
  }

  @Option({ flags: '--zone <zone>', description: 'the time zone of texts without an offset; UTC by default' })
  parseZone(zone: string): string {
    return zone;
  }

  @Option({
    flags: '--rejects <file>',
    description: 'write the rejected rows to a file, as the same sheet with a column "reason"',
  })
  parseRejects(file: string): string {
    return file;
  }

  @Option({ flags: '--json', description: 'print the report as one JSON object, and nothing else' })
  parseJson(): boolean {
    return true;
  }

  @Option({ flags: '--strict', description: 'exit with 2 if a row was rejected' })
  parseStrict(): boolean {
    return true;
  }

  private async runOver(
    storage: Storage,
    config: Config,
    source: ReadableSource,
    options: ImportOptions,
    signal: AbortSignal,
  ): Promise<ImportReport> {
    const found = await findFormat(source.read(0));
    const { encoding = found.encoding, delimiter = found.delimiter } = options;
    const sheet = await openSheet(source.read(0), { encoding, delimiter });
    const map = options.map?.includes('=') === false ? await readMapFile(options.map) : options.map;
    const { customers, search } = storage;
    const names = await attributeNames(search);
    const mapping = mappingOf(sheet.columns, names, { ...options, ...(map !== undefined && { map }) });
    const identifier = new MessageIdentifier(await customers.identityKey());
    const store = { customers, identifier, emails: new EmailFinder(search, customers) };
    const progress: SheetProgress = { rows: 0, bytes: 0 };
    const bar = options.json !== true && process.stderr.isTTY ? await startProgressBar(source) : undefined;
    const timer =
      bar && setInterval(() => bar.update({ lines: progress.rows, bytes: progress.bytes, rejected: 0 }), SHOW_MS);
    const began = performance.now();
    try {
      if (options.dryRun === true) {
        const planner = createRowPlanner(sheet.columns, mapping, { importId: '0', time: Date.now() });
        const { database } = config;
        const folder = database.kind === 'sqlite' ? dirname(database.path) : tmpdir();
        const tries = join(folder, `.roster-import-${randomUUID()}.tries`);
        const result = await dryRun(
          { sheet, planner, mapping },
          store,
          { tries, rejects: options.rejects },
          progress,
          signal,
        );
        return { source: source.name, dry_run: true, ...result, seconds: (performance.now() - began) / 1_000 };
      }
      const ready = { sheet, mapping };
      const ended = await importAll(storage, store, source, ready, progress, signal);
      if (options.rejects !== undefined) {
        const rows = keptRows(ended.id, { columns: sheet.columns, format: sheet.format }, storage.ingestions);
        await pipeline(rows, createWriteStream(options.rejects, { mode: OWNER_ONLY }));
      }
      return { source: source.name, ingestion: ended.id, ...resultOf(ended), seconds: ended.seconds };
    } finally {
      clearInterval(timer);
      bar?.stop();
    }
  }
}

async function readMapFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const message = `--map ${path} is no file that can be read, and no mapping such as 'Id=id,City=city:text'.`;
    throw new DomainError('invalid_request', message, undefined, { cause });
  }
}

/** Loads the progress bar on demand, because only a terminal shows it. */
async function startProgressBar(source: ReadableSource): Promise<ProgressBar> {
  const { ProgressBar: Bar } = await import('../../ingestion/progress-bar.js');
  return new Bar(source);
}
