import type { OpenFile } from './database/database-file.js';

/** The `workerData` of the thread. */
export interface IndexerData {
  readonly path: string;
  /** Those that the calling thread has open. */
  readonly files: readonly OpenFile[];
  /** See SqliteOptions. */
  readonly syncsCommits: boolean;
}

/** A message from the thread that says why it pauses. */
export interface FromIndexer {
  readonly failure: string;
}
