import type { CustomerRepository } from '../domain/customer-repository.js';
import type { IngestionRepository } from '../domain/ingestion-repository.js';
import { addCounts, noCounts, type Ingestion, type IngestionCounts } from '../domain/ingestion.js';
import { MessageIdentifier } from '../domain/message-identity.js';
import { PartialSummary } from '../domain/partial-summary.js';
import { hasParserThreads, ParserPool } from './parser-pool.js';
import { readParts, type Part, type Read, type ReadListener } from './parts.js';
import type { ReadableSource } from './source.js';

/** How far an ingestion has read, what is not committed yet included. */
export type ProgressListener = (progress: Read) => void;

/** What an ingestion may take of the machine. */
export interface IngestLimits {
  /** MiB that folded parts may have. */
  readonly memoryMb: number;
  /** Threads that parse. */
  readonly threads: number;
}

const MIB = 1024 * 1024;
/** The rest is for what surrounds the parts: tables that grow, and the threads themselves. */
const SHARE_OF_PARTS = 0.75;
/** Bytes of a part for every byte of its source, in the usual case: messages of 200 bytes. */
const PART_PER_SOURCE_BYTE = 0.45;
/** Starting threads does not pay for a smaller file. */
const THREADS_FROM_BYTES = 16 * MIB;
const KEEP_ALIVE_MS = 5_000;

/** Reads a source, folds it, and merges it into the repository, part by part. */
export class SourceIngestor {
  constructor(
    private readonly customers: CustomerRepository,
    private readonly ingestions: IngestionRepository,
    private readonly limits: IngestLimits,
  ) {}

  /**
   * Runs an ingestion to its end, from where its counts say that it is.
   * @param signal stops it at the next checkpoint; it is `interrupted` then, and can go on
   * @returns the ingestion, `done` or `interrupted`
   * @throws what went wrong, after the ingestion was marked `failed`
   */
  async run(
    source: ReadableSource,
    ingestion: Ingestion,
    onProgress: ProgressListener,
    signal?: AbortSignal,
  ): Promise<Ingestion> {
    const alive = setInterval(() => void this.ingestions.keepAlive(ingestion.id).catch(() => undefined), KEEP_ALIVE_MS);
    try {
      await this.read(source, ingestion, onProgress, signal);
      return await this.ingestions.finish(ingestion.id, { state: signal?.aborted ? 'interrupted' : 'done' });
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      await this.ingestions.finish(ingestion.id, { state: 'failed', failure }).catch(() => undefined);
      throw error;
    } finally {
      clearInterval(alive);
    }
  }

  private async read(
    source: ReadableSource,
    ingestion: Ingestion,
    onProgress: ProgressListener,
    signal?: AbortSignal,
  ): Promise<void> {
    const committed = structuredClone(ingestion.counts);
    const progress = { ...total(committed) };
    const onRead: ReadListener = ({ lines, bytes, rejected }) => {
      progress.lines += lines;
      progress.bytes += bytes;
      progress.rejected += rejected;
      onProgress(progress);
    };
    for await (const parts of await this.parts(source, ingestion, onRead, signal)) {
      const counts = noCounts();
      for (const part of parts) addCounts(counts, part.counts);
      const checkpoint = { ingestionId: ingestion.id, counts, rejects: parts.flatMap((part) => part.rejects) };
      await this.customers.merge(
        parts.map((part) => part.partial),
        checkpoint,
      );
    }
  }

  /** A large file is folded in threads; whatever is small, compressed or a stream in this one. */
  private async parts(
    source: ReadableSource,
    { counts }: Ingestion,
    onRead: ReadListener,
    signal: AbortSignal | undefined,
  ): Promise<AsyncGenerator<Part[]>> {
    // Before the deletions: one that comes between is later than this.
    const startedAt = Math.floor(Date.now() / 1000);
    const deletions = await this.customers.deletions();
    const identityKey = await this.customers.identityKey();
    const { threads } = this.limits;
    const memory = this.limits.memoryMb * MIB;
    const { path, size = 0 } = source;
    if (
      path !== undefined &&
      source.seekable &&
      threads > 1 &&
      size - counts.bytes >= THREADS_FROM_BYTES &&
      hasParserThreads()
    ) {
      // What fits is folded into one part a thread and merged at once; else threads go on while parts are merged.
      const share = memory * SHARE_OF_PARTS;
      const fits = (size - counts.bytes) * PART_PER_SOURCE_BYTE <= share;
      const partBytes = share / (fits ? threads : 4 * threads);
      const data = { identityKey, startedAt, deletions, partBytes };
      const outstanding = fits ? share : share - threads * partBytes;
      return new ParserPool(path, counts.bytes, size, threads, data, outstanding, onRead).parts(counts.lines, signal);
    }
    const identifier = new MessageIdentifier(identityKey);
    const newPartial = (): PartialSummary => new PartialSummary(identifier, startedAt, deletions);
    return readParts(source, counts, newPartial, memory / 2, onRead, signal);
  }
}

function total({ lines, bytes, rejected }: IngestionCounts): { lines: number; bytes: number; rejected: number } {
  return { lines, bytes, rejected: Object.values(rejected).reduce((sum, count) => sum + count, 0) };
}
