import type { Ingestion, Reject, Source } from './ingestion.js';

/** How an ingestion ended. */
export type IngestionEnd = { readonly state: 'done' | 'interrupted' } | { readonly state: 'failed'; readonly failure: string };

/**
 * The ingestions with their counts, states and rejects. They share the transactions of the {@link CustomerRepository} of
 * the same engine, which moves their counts on.
 */
export abstract class IngestionRepository {
  /**
   * Starts an ingestion, or takes up the newest unfinished one of the same path, size and fingerprint whose process is
   * gone; its counts say how far it came.
   * @returns undefined when a process that is alive is reading this source
   */
  abstract begin(source: Source): Promise<Ingestion | undefined>;

  /** True when this very file (path, size, fingerprint) was read to its end. */
  abstract isDone(source: Source): Promise<boolean>;

  /** Says that the process of a running ingestion is alive; to be called every few seconds. */
  abstract keepAlive(id: number): Promise<void>;

  abstract finish(id: number, end: IngestionEnd): Promise<Ingestion>;

  abstract find(id: number): Promise<Ingestion | undefined>;

  /** Newest first. */
  abstract list(limit: number): Promise<Ingestion[]>;

  /** All rejects of an ingestion in the order of its lines, a bounded number in memory at a time. */
  abstract rejects(id: number): AsyncIterable<Reject>;
}
