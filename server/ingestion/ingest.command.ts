import { Inject } from '@nestjs/common';
import { open, type FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, CommandRunner, Option } from 'nest-commander';
import { osUser } from '../config/os-user.js';
import { AccessRepository } from '../domain/access/access-repository.js';
import { commandEntry } from '../domain/access/audit.js';
import { CustomerRepository } from '../domain/customer/customer-repository.js';
import { mistakenIds } from '../domain/customer/mistaken-id.js';
import { DomainError } from '../domain/errors.js';
import { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { allRejected, type Ingestion } from '../domain/ingestion/ingestion.js';
import { jsonOfReject, lineOfReject } from '../domain/ingestion/reject.js';
import {
  describeReport,
  describeMistakes,
  describeStop,
  isFailed,
  sourceReportOf,
  summarise,
} from './ingest-report.js';
import type { ProgressBar } from './progress-bar.js';
import { SourceIngestor } from './source-ingestor.js';
import { openFile, openStream, type ReadableSource } from './sources/source.js';

interface IngestOptions {
  readonly json?: boolean;
  readonly strict?: boolean;
  readonly rejects?: string;
  readonly rejectsFormat?: RejectsFormat;
}

/** `json` with what is known of each line; `lines` the bytes of the lines alone, to be mended and ingested again. */
type RejectsFormat = 'json' | 'lines';

/** Exit code when a source was refused or could not be read to its end. */
const EXIT_FAILED = 1;
/** Exit code of `--strict` when a line was rejected. */
const EXIT_REJECTED = 2;
const EXIT_INTERRUPTED = 130;
/** The mode of a new file of rejects, which holds what customers sent. */
const OWNER_ONLY = 0o600;
const WRITE_BYTES = 64 * 1024;

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
    @Inject(CustomerRepository) private readonly customers: CustomerRepository,
    @Inject(AccessRepository) private readonly access: AccessRepository,
  ) {
    super();
  }

  /**
   * Ingests every source. One that is refused or breaks off is named on standard error, and keeps no other from being ingested.
   * @throws DomainError `source_unreadable`, before anything is read, when a file cannot be opened, and when the rejects cannot be
   * written; `invalid_request` when the file of rejects would overwrite a source
   */
  override async run(files: string[], options: IngestOptions): Promise<void> {
    const sources: ReadableSource[] = [];
    for (const file of files) sources.push(file === '-' ? openStandardInput() : await openFile(file));
    const output = options.rejects;
    if (output !== undefined && sources.some((source) => source.path === resolve(output))) {
      throw new DomainError('invalid_request', `--rejects ${output} would overwrite a source. Name another file.`);
    }
    const rejects = output === undefined ? undefined : await open(output, 'w', OWNER_ONLY).catch(refuseRejects);
    const interrupt = (): void => {
      this.stop.abort();
      this.ingestions.stopWaiting();
    };
    process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
    try {
      const ended: Ingestion[] = [];
      for (const source of sources) {
        if (this.stop.signal.aborted) break;
        const end = await this.ingest(source, options.json !== true);
        ended.push(end);
        if (isFailed(end)) process.stderr.write(`${end.failure}\n`);
        const isThere = end.state !== 'interrupted' || end.failure === undefined;
        if (rejects && isThere) await this.writeRejects(rejects, end, options.rejectsFormat).catch(refuseRejects);
      }
      const total = summarise(ended.map(sourceReportOf));
      const hasFailed = ended.some(isFailed);
      if (options.json === true) process.stdout.write(`${JSON.stringify(total)}\n`);
      else if (total.lines > 0 || !ended.every(isFailed)) {
        process.stdout.write(`${describeReport(total)}\n${describeMistakes(await mistakenIds(this.customers))}`);
      }
      if (hasFailed) process.exitCode = EXIT_FAILED;
      else if (options.strict === true && allRejected(total) > 0) process.exitCode = EXIT_REJECTED;
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

  @Option({
    flags: '--rejects-format <format>',
    description:
      'json: each line with its number and reason (default); lines: the lines alone, to mend and ingest again',
  })
  parseRejectsFormat(format: string): RejectsFormat {
    if (format === 'json' || format === 'lines') return format;
    throw new DomainError('invalid_request', `--rejects-format is json or lines, not ${format}.`);
  }

  /** @returns the ingestion at its end, also if the source was refused or broke off */
  private async ingest(source: ReadableSource, show: boolean): Promise<Ingestion> {
    const bar = show && process.stderr.isTTY ? await startProgressBar(source) : undefined;
    let id: number | undefined;
    try {
      await this.access.record(commandEntry(osUser(), 'ingestion', source.name), Date.now());
      const ingestion = await this.ingestions.begin(source);
      ({ id } = ingestion);
      return await this.ingestor.run(source, ingestion, (read) => bar?.update(read), this.stop.signal);
    } catch (error) {
      const ended = id === undefined || !isOfSource(error) ? undefined : await this.ingestions.find(id);
      if (!ended || !isFailed(ended)) throw error;
      return ended;
    } finally {
      bar?.stop();
    }
  }

  /** Appends the rejects of a source to a file, many in one write. */
  private async writeRejects(output: FileHandle, { id }: Ingestion, format: RejectsFormat = 'json'): Promise<void> {
    const written = format === 'lines' ? lineOfReject : jsonOfReject;
    let parts: Uint8Array[] = [];
    let length = 0;
    for await (const reject of this.ingestions.rejects(id)) {
      const [line, end] = written(reject);
      parts.push(line, end);
      length += line.length;
      if (length < WRITE_BYTES) continue;
      await output.writeFile(Buffer.concat(parts));
      parts = [];
      length = 0;
    }
    await output.writeFile(Buffer.concat(parts));
  }
}

/** True for a failure of one source, which says nothing about the others. */
function isOfSource(error: unknown): boolean {
  return error instanceof DomainError && (error.code === 'source_refused' || error.code === 'source_unreadable');
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

function refuseRejects(cause: unknown): never {
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new DomainError('source_unreadable', `The rejects cannot be written: ${reason}.`, undefined, { cause });
}
