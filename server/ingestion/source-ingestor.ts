import type { CustomerRepository } from '../domain/customer-repository.js';
import { DomainError } from '../domain/errors.js';
import type { IngestionRepository } from '../domain/ingestion-repository.js';
import {
  addCounts,
  countRejected,
  noCounts,
  type Ingestion,
  type IngestionCounts,
  type Reject,
} from '../domain/ingestion.js';
import { LIMITS } from '../domain/limits.js';
import { MessageIdentifier } from '../domain/message-identity.js';
import { PartialSummary } from '../domain/partial-summary.js';
import { readLines, type Line } from './line-reader.js';
import { parseLine } from './parse-line.js';
import type { ReadableSource } from './source.js';

/** How far an ingestion has read: counts that include what is not committed yet. */
export type ProgressListener = (counts: IngestionCounts) => void;

/** A folded message takes about this many times the bytes of its line. */
const MEMORY_PER_BYTE = 8;
/** Rejects held before they are written. */
const MOST_REJECTS = 20_000;
const KEEP_ALIVE_MS = 5_000;

/** What was read since the last checkpoint. */
class Batch {
  readonly partial: PartialSummary;
  readonly counts = noCounts();
  readonly rejects: Reject[] = [];
  readonly startedAt = performance.now();

  constructor(private readonly identifier: MessageIdentifier) {
    this.partial = new PartialSummary(identifier);
  }

  next(): Batch {
    return new Batch(this.identifier);
  }

  add(line: Line, now: number): void {
    this.counts.lines++;
    this.counts.bytes += line.end - line.offset;
    const outcome = parseLine(line.text, line.tooLong, now);
    switch (outcome.kind) {
      case 'blank':
        this.counts.blank++;
        return;
      case 'anonymous':
        this.counts.anonymous++;
        return;
      case 'rejected':
        countRejected(this.counts, outcome.reason);
        this.rejects.push({ line: line.number, offset: line.offset, reason: outcome.reason, text: excerpt(line.text) });
        return;
      case 'message':
        this.partial.add(outcome.message);
        return;
      default:
        outcome satisfies never;
    }
  }
}

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
    const budget = (this.memoryMb * 1024 * 1024) / MEMORY_PER_BYTE;
    const { lines, bytes } = ingestion.counts;
    const committed = structuredClone(ingestion.counts);
    let batch = new Batch(this.identifier);
    const flush = async (): Promise<void> => {
      const { partial, counts, rejects, startedAt } = batch;
      const seconds = (performance.now() - startedAt) / 1000;
      addCounts(
        committed,
        await this.customers.merge(partial, { ingestionId: ingestion.id, counts, rejects, seconds }),
      );
      batch = batch.next();
      onProgress(committed);
    };

    try {
      for await (const batchOfLines of readLines(source.read(bytes), { lines, bytes })) {
        const now = Math.floor(Date.now() / 1000);
        for (const line of batchOfLines) batch.add(line, now);
        onProgress(sum(committed, batch.counts));
        if (batch.counts.bytes >= budget || batch.rejects.length >= MOST_REJECTS) await flush();
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

/** The first characters of a line, with a mark in the place of bytes that are no UTF-8. */
function excerpt(latin1: string): string {
  const text = Buffer.from(latin1.slice(0, LIMITS.rejectTextCharacters * 4), 'latin1').toString('utf8');
  return Array.from(text).slice(0, LIMITS.rejectTextCharacters).join('');
}
