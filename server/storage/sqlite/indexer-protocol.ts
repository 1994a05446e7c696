/** The `workerData` of the thread. */
export interface IndexerData {
  readonly path: string;
  /** See SqliteOptions. */
  readonly syncsCommits: boolean;
}

/** A message from the thread that says why it pauses. */
export interface FromIndexer {
  readonly failure: string;
}
