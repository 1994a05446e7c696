import type { Ingestion, IngestionCounts } from './ingestion.js';

/** The progress of the files that are ingested at the start. Bytes are those of the files on disk, compressed or not. */
export interface StartupProgress {
  readonly done: boolean;
  readonly files: number;
  readonly filesDone: number;
  readonly bytes: number;
  readonly bytesTotal: number;
  /** The file that is being read. */
  readonly current: string | undefined;
}

/**
 * Is called when a stretch of a source begins to wait to be applied.
 * @returns a function that is called once afterwards: with the committed counts, or without them if applying failed
 */
export type ApplyListener = () => (committed?: IngestionCounts) => void;

/** Ingests streams, and reports the progress of ingestions. The class is the injection token. */
export abstract class Ingestor {
  abstract startup(): StartupProgress;

  /** Calls the listener for every stretch from now on. */
  abstract onApply(listener: ApplyListener): void;

  /**
   * Ingests a stream, gzip or plain, as it comes.
   * @param name of the ingestion
   * @returns as soon as the ingestion has begun; `ended` resolves when it is done and rejects when it failed
   */
  abstract ingestStream(
    name: string,
    stream: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly ingestion: Ingestion; readonly ended: Promise<Ingestion> }>;

  /**
   * Yields snapshots of an ingestion, a few per second while it runs, and the last one when it has ended. If it runs in this process, the
   * counts include lines that were read but are not committed yet.
   * @throws DomainError `ingestion_not_found`
   */
  abstract watch(id: number, signal: AbortSignal): AsyncIterable<Ingestion>;
}
