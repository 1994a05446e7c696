import type { Ingestion, IngestionState, Reject, Source } from './ingestion.js';

/** What became of a file that is not to be read (again). */
export type FileRun = 'done' | 'running';

/** The best of the states that the runs of a file have. */
export function fileRunOf(states: readonly IngestionState[]): FileRun | undefined {
  return (['done', 'running'] as const).find((state) => states.includes(state));
}

/** How an ingestion ended. */
export type IngestionEnd =
  { readonly state: 'done' | 'interrupted' } | { readonly state: 'failed'; readonly failure: string };

/**
 * The ingestions with their counts, states and rejects. They share the transactions of the {@link CustomerRepository} of
 * the same engine, which moves their counts on.
 */
export abstract class IngestionRepository {
  /**
   * Takes up the newest ingestion of the same path, size and fingerprint when it has not come to its end and its process is
   * gone (its counts say how far it came), else starts a new one.
   */
  abstract begin(source: Source): Promise<Ingestion>;

  /** As {@link begin}, but undefined when {@link runOf} is not: of processes that claim a file at once one gets it. */
  abstract claim(source: Source): Promise<Ingestion | undefined>;

  /** `done` when this very file (path, size, fingerprint) was read to its end, `running` while a living process reads it. */
  abstract runOf(source: Source): Promise<FileRun | undefined>;

  /** Says that the process of a running ingestion is alive; to be called every few seconds. */
  abstract keepAlive(id: number): Promise<void>;

  abstract finish(id: number, end: IngestionEnd): Promise<Ingestion>;

  abstract find(id: number): Promise<Ingestion | undefined>;

  /** Newest first. */
  abstract list(limit: number): Promise<Ingestion[]>;

  /** All rejects of an ingestion in the order of its lines, a bounded number in memory at a time. */
  abstract rejects(id: number): AsyncIterable<Reject>;

  /**
   * From now on a database that is away is not waited for: what needs it fails soon with `storage_unavailable`, and can be done
   * again. What is under way in one that is there comes to its end.
   */
  stopWaiting(): void {
    // An engine in this process is never away.
  }
}
