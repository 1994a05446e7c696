/** The `workerData` of the thread. */
export interface IndexerData {
  readonly path: string;
}

/** A message of the thread: why it pauses. */
export interface FromIndexer {
  readonly failure: string;
}
