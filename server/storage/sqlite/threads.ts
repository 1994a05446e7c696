import type { StartApplier } from './customers/applier-client.js';
import type { StartIndexer } from './indexer-client.js';

/** The threads that a process may start for a SQLite file. */
export interface SqliteThreads {
  /** Applies stretches; without it they are applied in the calling thread. */
  readonly startApplier?: StartApplier;
  /** Keeps the search index up; without it a search reads customers one by one. */
  readonly startIndexer?: StartIndexer;
}
