import type { Ingestion, IngestionCounts } from './ingestion.js';

/** How far the files of the start are. Bytes are those of the files as they lie on disk, compressed or not. */
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
 * Is called when a stretch of a source waits to be applied.
 * @returns a function that is called once when that has ended: with the counts that were committed, or without any when it failed
 */
export type ApplyListener = () => (committed?: IngestionCounts) => void;

/** Ingests what others hand over, and tells how far it is. The token for Nest. */
export abstract class Ingestor {
  abstract startup(): StartupProgress;

  /** Lets a listener hear of every stretch from now on. */
  abstract onApply(listener: ApplyListener): void;

  /**
   * Ingests a stream, gzip or plain, as it comes.
   * @param name how the ingestion is called
   * @returns as soon as there is an ingestion; `ended` resolves when it is done and rejects when it failed
   */
  abstract ingestStream(
    name: string,
    stream: AsyncIterable<Uint8Array>,
  ): Promise<{ readonly ingestion: Ingestion; readonly ended: Promise<Ingestion> }>;

  /**
   * Snapshots of an ingestion, a few a second while it runs, the last one when it has ended; its counts include what is read
   * but not committed when it runs in this process.
   * @throws DomainError `ingestion_not_found`
   */
  abstract watch(id: number, signal: AbortSignal): AsyncIterable<Ingestion>;
}
