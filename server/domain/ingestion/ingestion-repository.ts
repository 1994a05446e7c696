import type { Ingestion, IngestionState, Source } from './ingestion.js';
import type { Reject } from './reject.js';

/** The state of a file that must not be read (again). */
export type FileRun = 'done' | 'running';

/** `done` if any run of a file is done or refused, else `running` if any run is running, else undefined. */
export function fileRunOf(states: readonly IngestionState[]): FileRun | undefined {
  if (states.includes('done') || states.includes('refused')) return 'done';
  return states.includes('running') ? 'running' : undefined;
}

/** The end of an ingestion. */
export type IngestionEnd =
  { readonly state: 'done' | 'interrupted' } | { readonly state: 'failed' | 'refused'; readonly failure: string };

/**
 * The ingestions with their counts, states and rejects. The {@link CustomerRepository} of the same engine updates their counts in its
 * own transactions.
 */
export abstract class IngestionRepository {
  /**
   * Resumes the newest ingestion of the same path, size and fingerprint if it is unfinished and its process is gone: its counts say how
   * far it came. Otherwise starts a new ingestion.
   */
  abstract begin(source: Source): Promise<Ingestion>;

  /** Like {@link begin}, but returns undefined if {@link runOf} finds a run. If several processes claim a file at once, one of them gets it. */
  abstract claim(source: Source): Promise<Ingestion | undefined>;

  /** `done` if a file with this path, size and fingerprint was read to its end or refused, `running` while a living process reads it. */
  abstract runOf(source: Source): Promise<FileRun | undefined>;

  /** Records that the process of a running ingestion is alive. The caller does this every few seconds. */
  abstract keepAlive(id: number): Promise<void>;

  abstract finish(id: number, end: IngestionEnd): Promise<Ingestion>;

  abstract find(id: number): Promise<Ingestion | undefined>;

  /** Newest first. */
  abstract list(limit: number): Promise<Ingestion[]>;

  /** Yields all rejects of an ingestion in the order of its lines, with a bounded number in memory. */
  abstract rejects(id: number): AsyncIterable<Reject>;

  /**
   * From now on no call waits for a database that is away: it fails soon with `storage_unavailable`, and can be repeated later. Calls
   * under way finish if the database is there.
   */
  stopWaiting(): void {
    // An engine in this process is never away.
  }
}
