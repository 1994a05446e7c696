import { Inject } from '@nestjs/common';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { DomainError } from '../domain/errors.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import {
  addCounts,
  noCounts,
  reportOf,
  type Ingestion,
  type IngestionCounts,
  type IngestionReport,
  type Reject,
} from '../domain/ingestion/ingestion.js';
import type { ProgressBar } from './progress-bar.js';
import { SourceIngestor } from './source-ingestor.js';
import { openFile, openStream, type ReadableSource } from './sources/source.js';

interface IngestOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly rejects?: string;
}

/** Exit code of `--strict` when a line was rejected. */
const EXIT_REJECTED = 2;
const EXIT_INTERRUPTED = 130;
const MIB = 1024 * 1024;
const WRITE_CHARACTERS = 64 * 1024;

/** Ingests files or standard input, also while the server runs. A file that was ingested before changes nothing. */
@Command({
  name: 'ingest',
  arguments: '<files...>',
  description: 'Ingest files of JSON lines, plain or gzip; - is standard input',
})
export class IngestCommand extends CommandRunner {
  private readonly stop = new AbortController();

  constructor(
    @Inject(IngestionRepository) private readonly ingestions: IngestionRepository,
    private readonly ingestor: SourceIngestor,
  ) {
    super();
  }

  /**
   * @throws DomainError `source_unreadable`, before anything is read, when a file cannot be read, and when the rejects cannot be
   * written; `invalid_request` when the file of rejects would overwrite a source
   */
  override async run(files: string[], options: IngestOptions): Promise<void> {
    const sources: ReadableSource[] = [];
    for (const file of files) sources.push(file === '-' ? openStandardInput() : await openFile(file));
    const output = options.rejects;
    if (output !== undefined && sources.some((source) => source.path === resolve(output))) {
      throw new DomainError('invalid_request', `--rejects ${output} would overwrite a source. Name another file.`);
    }
    const rejects = output === undefined ? undefined : await open(output, 'w').catch(refuseRejects);
    const interrupt = (): void => {
      this.stop.abort();
      this.ingestions.stopWaiting();
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      const ended: Ingestion[] = [];
      for (const source of sources) {
        if (!this.stop.signal.aborted) ended.push(await this.ingest(source, rejects, options.json !== true));
      }
      const total = summarise(ended.map(reportOf));
      process.stdout.write(`${options.json === true ? JSON.stringify(total) : describe(total)}\n`);
      if (options.strict === true && rejectedOf(total) > 0) process.exitCode = EXIT_REJECTED;
      const last = ended.at(-1);
      if (last?.state === 'interrupted' && (last.failure !== undefined || options.json !== true)) {
        process.stderr.write(`${describeStop(last)}\n`);
      }
    } catch (error) {
      if (!this.stop.signal.aborted || !(error instanceof DomainError)) throw error;
      process.stderr.write(`Stopped. ${error.message}\n`);
    } finally {
      if (this.stop.signal.aborted) process.exitCode = EXIT_INTERRUPTED;
      process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
      await rejects?.close();
    }
  }

  @Option({ flags: '--json', description: 'print the report as one JSON object, and nothing else' })
  parseJson(): boolean {
    return true;
  }

  @Option({ flags: '--strict', description: 'exit with 2 if a line was rejected' })
  parseStrict(): boolean {
    return true;
  }

  @Option({ flags: '--rejects <file>', description: 'write the rejected lines to a file, as JSON lines' })
  parseRejects(file: string): string {
    return file;
  }

  private async ingest(source: ReadableSource, rejects: FileHandle | undefined, show: boolean): Promise<Ingestion> {
    const bar = show && process.stderr.isTTY ? await startProgressBar(source) : undefined;
    try {
      const ingestion = await this.ingestions.begin(source);
      const ended = await this.ingestor.run(source, ingestion, (read) => bar?.update(read), this.stop.signal);
      const isThere = ended.failure === undefined;
      if (rejects && isThere) await writeLines(rejects, this.ingestions.rejects(ended.id)).catch(refuseRejects);
      return ended;
    } finally {
      bar?.stop();
    }
  }
}

function openStandardInput(): ReadableSource {
  const { stdin } = process;
  // Destroyed after use, because an idle standard input would keep the process from ending.
  return openStream('-', stdin, () => stdin.destroy());
}

/** Loads the progress bar on demand, because only a terminal shows it and loading it would slow down every start. */
async function startProgressBar(source: ReadableSource): Promise<ProgressBar> {
  const { ProgressBar } = await import('./progress-bar.js');
  return new ProgressBar(source);
}

/** Appends JSON lines at the current position of the file, several per write. */
async function writeLines(output: FileHandle, values: AsyncIterable<Reject>): Promise<void> {
  let text = '';
  for await (const value of values) {
    text += `${JSON.stringify(value)}\n`;
    if (text.length < WRITE_CHARACTERS) continue;
    await output.writeFile(text);
    text = '';
  }
  await output.writeFile(text);
}

function refuseRejects(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new DomainError('source_unreadable', `The rejects cannot be written: ${reason}.`, undefined, { cause });
}

function rejectedOf(counts: Pick<IngestionCounts, 'rejected'>): number {
  return Object.values(counts.rejected).reduce((sum, count) => sum + count, 0);
}

/** The report of one source, or the sums of several with their reports in `sources`. */
function summarise(reports: readonly IngestionReport[]): IngestionReport & { sources?: readonly IngestionReport[] } {
  if (reports.length === 1) return reports[0];
  const counts = noCounts();
  for (const report of reports) addCounts(counts, report);
  const seconds = reports.reduce((sum, report) => sum + report.seconds, 0);
  return { source: reports.map((report) => report.source).join(', '), ...counts, seconds, sources: reports };
}

function describe(report: IngestionReport): string {
  const number = (value: number): string => value.toLocaleString('en');
  const reasons = Object.entries(report.rejected).map(([reason, count]) => `\n    ${reason}: ${number(count)}`);
  return [
    `${report.source}: ${number(report.lines)} lines, ${(report.bytes / MIB).toFixed(1)} MiB in ${report.seconds.toFixed(1)} s`,
    `  applied     ${number(report.events)} events, ${number(report.attributes)} attribute messages, ${number(report.customers)} customers`,
    `  skipped     ${number(report.duplicates)} duplicates, ${number(report.stale)} stale, ${number(report.anonymous)} anonymous, ${number(report.blank)} blank`,
    `  rejected    ${number(rejectedOf(report))}${reasons.join('')}`,
  ].join('\n');
}

/** Says how much of an unfinished source is kept, and how to continue. */
function describeStop({ source, counts, failure }: Ingestion): string {
  const lines = `${counts.lines.toLocaleString('en')} lines of ${source.name === '-' ? 'standard input' : source.name}`;
  const kept =
    failure === undefined
      ? `Stopped. The first ${lines} are kept.`
      : `Stopped. ${failure}\nAt least the first ${lines} are kept.`;
  const next = source.path === undefined ? 'Send all of it again' : 'Run the same command again: it goes on from there';
  return `${kept} ${next}, and nothing counts twice.`;
}
