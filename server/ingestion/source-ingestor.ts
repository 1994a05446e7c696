import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import type { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { addCounts, allRejected, type Ingestion, type IngestionCounts } from '../domain/ingestion/ingestion.js';
import { failPoint } from '../domain/fail-point.js';
import type { ApplyListener } from '../domain/ingestion/ingestor.js';
import { Completion } from './folding/completion.js';
import { RejectBudget } from './folding/reject-budget.js';
import type { Read, ReadListener, Stretch } from './folding/stretches.js';
import type { SourceSizes } from './source-sizes.js';
import { refuse, refusing } from './sources/refuse.js';
import type { ReadableSource } from './sources/source.js';
import { FileStretches } from './threads/file-stretches.js';
import type { ParserPool } from './threads/parser-pool.js';
import { streamStretches } from './threads/stream-stretches.js';
import { Turnstile } from './turnstile.js';

/** Receives the progress of an ingestion, including lines that are not committed yet. */
export type ProgressListener = (progress: Read) => void;

/** The resources that an ingestion may use. */
export interface IngestOptions {
  readonly pool: ParserPool;
  /** The number of threads that read one large file. */
  readonly threads: number;
  readonly sizes: SourceSizes;
  /** The folder of temporary files. They have no name, and disappear with the process. */
  readonly spoolFolder: string;
  /** True if the messages are kept in the log. False by default. */
  readonly keepsLog?: boolean;
  /** Makes the object that decides, per source, whether batches carry their messages from the start. By default it learns from the source. */
  readonly completion?: () => Completion;
}

const KEEP_ALIVE_MS = 5_000;

/** The most streams that are read at the same time. Each has a thread and may be slow. Further streams and their senders wait. */
const MOST_STREAMS = 16;

/** Reads a source, folds it, and applies it to the repository, stretch by stretch. */
export class SourceIngestor {
  private readonly streams = new Turnstile(MOST_STREAMS);
  private readonly listeners: ApplyListener[] = [];

  constructor(
    private readonly customers: CustomerRepository,
    private readonly ingestions: IngestionRepository,
    private readonly options: IngestOptions,
  ) {}

  /** @param listener is called for every stretch of every source from now on */
  onApply(listener: ApplyListener): void {
    this.listeners.push(listener);
  }

  /**
   * Runs an ingestion to its end, from the position that its counts give.
   * @param signal stops it at the next checkpoint; it is then `interrupted` and can be resumed
   * @returns the ingestion, `done` or `interrupted`; if the database was away at a stop, with a `failure` and the counts that are known
   * to be kept
   * @throws the error of the failure, after the ingestion was marked `failed`, or `refused` for DomainError `source_refused`
   */
  async run(
    source: ReadableSource,
    ingestion: Ingestion,
    onProgress: ProgressListener,
    signal?: AbortSignal,
  ): Promise<Ingestion> {
    const kept = structuredClone(ingestion.counts);
    const started = performance.now();
    const alive = setInterval(() => void this.ingestions.keepAlive(ingestion.id).catch(() => undefined), KEEP_ALIVE_MS);
    failPoint('ingestion:begun');
    try {
      const read = (): Promise<void> => this.read(source, ingestion, kept, onProgress, signal);
      await (source.path === undefined ? this.streams.pass(read) : read());
      failPoint('ingestion:before-done');
      const ended = await this.ingestions.finish(ingestion.id, { state: signal?.aborted ? 'interrupted' : 'done' });
      failPoint('ingestion:after-done');
      return ended;
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (signal?.aborted && error instanceof DomainError && error.code === 'storage_unavailable') {
        // The state cannot be stored now. Other processes will see from the lease that this process is gone.
        const seconds = ingestion.seconds + (performance.now() - started) / 1000;
        return { ...ingestion, state: 'interrupted', failure, counts: kept, seconds };
      }
      const state = error instanceof DomainError && error.code === 'source_refused' ? 'refused' : 'failed';
      await this.ingestions.finish(ingestion.id, { state, failure }).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(alive);
    }
  }

  private async read(
    source: ReadableSource,
    ingestion: Ingestion,
    kept: IngestionCounts,
    onProgress: ProgressListener,
    signal?: AbortSignal,
  ): Promise<void> {
    if (signal?.aborted) return;
    const progress = total(kept);
    const onRead: ReadListener = ({ lines, bytes, rejected }) => {
      progress.lines += lines;
      progress.bytes += bytes;
      progress.rejected += rejected;
      onProgress(progress);
    };
    try {
      for await (const stretch of await this.stretches(source, ingestion, onRead, signal)) {
        addCounts(kept, await this.apply(stretch, ingestion.id));
        failPoint('ingestion:stretch-applied');
      }
    } finally {
      source.close();
    }
  }

  private async apply({ batches, counts, rejects }: Stretch, ingestionId: number): Promise<IngestionCounts> {
    const ended = this.listeners.map((listener) => listener());
    let applied: IngestionCounts | undefined;
    try {
      applied = await this.customers.apply(batches, { ingestionId, counts, rejects });
      return applied;
    } finally {
      for (const listener of ended) listener(applied);
    }
  }

  /** Reads a large plain file in ranges by several threads, and any other source in one thread. */
  private async stretches(
    source: ReadableSource,
    { id, counts }: Ingestion,
    onRead: ReadListener,
    signal: AbortSignal | undefined,
  ): Promise<AsyncGenerator<Stretch>> {
    const { completion = () => new Completion(), keepsLog = false, ...options } = this.options;
    const identityKey = await this.customers.identityKey();
    const budget = new RejectBudget(counts.rejectBytes);
    const sizes = keepsLog ? options.sizes : { ...options.sizes, customerBytes: Infinity };
    const logged = keepsLog ? id : undefined;
    const own = { ...options, sizes, identityKey, logged, completion: completion(), budget };
    const { name, path, size = 0, seekable } = source;
    const left = size - counts.bytes;
    const isNew = counts.bytes === 0;
    if (path !== undefined && seekable && left >= options.sizes.cutFromBytes) {
      if (isNew) await refuse(name, source.read(0));
      return new FileStretches(path, counts.bytes, size, own, onRead).read(counts.lines, signal);
    }
    const known = { ...own, size: seekable ? left : undefined };
    const chunks = source.read(counts.bytes);
    return streamStretches(name, isNew ? refusing(name, chunks) : chunks, counts, known, onRead, signal);
  }
}

function total(counts: IngestionCounts): { lines: number; bytes: number; rejected: number } {
  return { lines: counts.lines, bytes: counts.bytes, rejected: allRejected(counts) };
}
