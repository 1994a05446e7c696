import type { StartApplier } from './customers/applier-client.js';
import type { StartLive } from './customers/live-client.js';
import type { StartIndexer } from './indexer-client.js';

/** The threads that a process may start for a SQLite file. */
export interface SqliteThreads {
  /** Starts the thread that applies batches; without it they are applied in the calling thread. */
  readonly startApplier?: StartApplier;
  /** Starts the thread that applies live messages; without it they are applied in the calling thread. */
  readonly startLive?: StartLive;
  /** Starts the thread that keeps the search index up to date; without it a search reads customers one by one. */
  readonly startIndexer?: StartIndexer;
  /** Time for which a part of a stretch may be applied while live messages come, in ms; 8 by default. */
  readonly partMs?: number;
}
