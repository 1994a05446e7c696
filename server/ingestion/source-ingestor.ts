import type { CustomerRepository } from '../domain/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import type { IngestionRepository } from '../domain/ingestion-repository.js';
import { addCounts, type Ingestion, type IngestionCounts } from '../domain/ingestion.js';
import { MessageIdentifier } from '../domain/message-identity.js';
import { PartialSummary } from '../domain/partial-summary.js';
import { LineFolder } from './line-folder.js';
import { LineReader } from './line-reader.js';
import type { ReadableSource } from './source.js';

/** How far an ingestion has read: counts that include what is not committed yet. */
export type ProgressListener = (counts: IngestionCounts) => void;

const MIB = 1024 * 1024;
/** Rejects held before they are written. */
const MOST_REJECTS = 20_000;
const KEEP_ALIVE_MS = 5_000;

/** Reads a source, folds it, and merges it into the repository, batch by batch. */
export class SourceIngestor {
  private identifier: MessageIdentifier | undefined;

  /** @param memoryMb what the batch under way may hold, in MiB */
  constructor(
    private readonly customers: CustomerRepository,
    private readonly ingestions: IngestionRepository,
    private readonly memoryMb: number,
  ) {}

  /**
   * Runs an ingestion to its end, from where its counts say that it is.
   * @param signal stops it after the batch under way; it is `interrupted` then, and can go on
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
    this.identifier ??= new MessageIdentifier(await this.customers.identityKey());
    const budget = (this.memoryMb * MIB) / 2;
    const { lines, bytes } = ingestion.counts;
    const startedAt = Math.floor(Date.now() / 1000);
    const deletions = await this.customers.deletions();
    const committed = structuredClone(ingestion.counts);
    const { identifier } = this;
    const nextBatch = (): LineFolder => new LineFolder(new PartialSummary(identifier, startedAt, deletions));
    let batch = nextBatch();
    const flush = async (): Promise<void> => {
      const { partial, counts, rejects } = batch;
      addCounts(committed, await this.customers.merge(partial, { ingestionId: ingestion.id, counts, rejects }));
      batch = nextBatch();
      onProgress(committed);
    };

    try {
      const reader = new LineReader(source.read(bytes), { lines, bytes });
      for await (const raws of reader.batches()) {
        batch.fold(raws, reader, Math.floor(Date.now() / 1000));
        onProgress(sum(committed, batch.counts));
        if (batch.partial.size >= budget || batch.rejects.length >= MOST_REJECTS) await flush();
        if (signal?.aborted) break;
      }
    } catch (error) {
      // What was read before the source broke off is whole lines: keep it.
      if (error instanceof DomainError && error.code === 'source_unreadable') await flush();
      throw error;
    }
    await flush();
  }
}

function sum(a: IngestionCounts, b: IngestionCounts): IngestionCounts {
  const counts = { ...a, rejected: { ...a.rejected } };
  addCounts(counts, b);
  return counts;
}
