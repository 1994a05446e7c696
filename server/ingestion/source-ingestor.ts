import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import type { IngestionRepository } from '../domain/ingestion/ingestion-repository.js';
import { addCounts, type Ingestion, type IngestionCounts } from '../domain/ingestion/ingestion.js';
import { ParserPool } from './threads/parser-pool.js';
import { hasParserThreads } from './threads/parser-threads.js';
import { readStretches, type Stretch, type Read, type ReadListener } from './folding/stretches.js';
import type { ReadableSource } from './sources/source.js';
import { streamParts } from './threads/stream-parts.js';
import { Turnstile } from './turnstile.js';

/** How far an ingestion has read, what is not committed yet included. */
export type ProgressListener = (progress: Read) => void;

/** What an ingestion may take of the machine. */
export interface IngestLimits {
  /** MiB that folded parts may have. */
  readonly memoryMb: number;
  /** Threads that parse. */
  readonly threads: number;
  /** Where temporary files are put, which have no name and go with the process. */
  readonly spoolFolder: string;
}

const MIB = 1024 * 1024;
/**
 * Bytes of a source between two checkpoints for every byte of the memory that a partial summary may take. What it says of
 * its customers takes less than half of what it has.
 */
const SOURCE_PER_MEMORY = 2;
/** Bytes of a source for every bucket: so few that it is folded in the caches, and so many that there are not too many. */
const BUCKET_BYTES = 2 * MIB;
/** What a part that is folded in this thread may take of the memory, where there are no others. */
const PART_SHARE = 1 / 16;
/** Cutting does not pay for a smaller file. */
export const THREADS_FROM_BYTES = 16 * MIB;
const KEEP_ALIVE_MS = 5_000;

/** Streams that are read at a time: each has a thread, and comes as slowly as it likes. Others wait, and so do who sends them. */
const MOST_STREAMS = 16;

/** Reads a source, folds it, and merges it into the repository, part by part. */
export class SourceIngestor {
  private readonly streams = new Turnstile(MOST_STREAMS);

  constructor(
    private readonly customers: CustomerRepository,
    private readonly ingestions: IngestionRepository,
    private readonly limits: IngestLimits,
  ) {}

  /**
   * Runs an ingestion to its end, from where its counts say that it is.
   * @param signal stops it at the next checkpoint; it is `interrupted` then, and can go on
   * @returns the ingestion, `done` or `interrupted`; with a `failure` and what is known to be kept when the database was away
   * @throws what went wrong, after the ingestion was marked `failed`
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
    try {
      const read = (): Promise<void> => this.read(source, ingestion, kept, onProgress, signal);
      await (source.path === undefined ? this.streams.pass(read) : read());
      return await this.ingestions.finish(ingestion.id, { state: signal?.aborted ? 'interrupted' : 'done' });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      if (signal?.aborted && error instanceof DomainError && error.code === 'storage_unavailable') {
        // Whoever looks sees that its process is gone.
        const seconds = ingestion.seconds + (performance.now() - started) / 1000;
        return { ...ingestion, state: 'interrupted', failure, counts: kept, seconds };
      }
      await this.ingestions.finish(ingestion.id, { state: 'failed', failure }).catch(() => undefined);
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
      for await (const { batches, counts, rejects } of await this.parts(source, ingestion, onRead, signal)) {
        addCounts(kept, await this.customers.merge(batches, { ingestionId: ingestion.id, counts, rejects }));
      }
    } finally {
      source.close();
    }
  }

  /** A large file is cut and folded in threads, whatever else in one; here only where there are no threads. */
  private async parts(
    source: ReadableSource,
    { counts }: Ingestion,
    onRead: ReadListener,
    signal: AbortSignal | undefined,
  ): Promise<AsyncGenerator<Stretch>> {
    const identityKey = await this.customers.identityKey();
    const { threads, spoolFolder } = this.limits;
    const memory = this.limits.memoryMb * MIB;
    const spanBytes = memory * SOURCE_PER_MEMORY;
    const { name, path, size = 0, seekable } = source;
    if (!hasParserThreads()) {
      const options = { identityKey, batchBytes: memory * PART_SHARE };
      return readStretches(source.read(counts.bytes), counts, options, onRead, signal);
    }
    const common = { identityKey, spoolFolder, bucketBytes: BUCKET_BYTES };
    const left = size - counts.bytes;
    if (path !== undefined && seekable && left >= THREADS_FROM_BYTES) {
      return new ParserPool(path, counts.bytes, size, { ...common, spanBytes, threads }, onRead).parts(
        counts.lines,
        signal,
      );
    }
    const options = { ...common, spanBytes: spanBytes / 2, size: seekable ? left : undefined };
    return streamParts(name, source.read(counts.bytes), counts, options, onRead, signal);
  }
}

function total({ lines, bytes, rejected }: IngestionCounts): { lines: number; bytes: number; rejected: number } {
  return { lines, bytes, rejected: Object.values(rejected).reduce((sum, count) => sum + count, 0) };
}
