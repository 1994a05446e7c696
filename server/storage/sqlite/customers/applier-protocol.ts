import type { ErrorCode } from '../../../domain/errors.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { FoldedBatchData } from '../../../domain/customer/folded-batch.js';
import type { OpenFile } from '../database/database-file.js';

/** The `workerData` of the thread. */
export interface ApplierData {
  readonly path: string;
  /** Those that the calling thread has open. */
  readonly files: readonly OpenFile[];
  /** See SqliteOptions, as for the next two. */
  readonly syncsCommits: boolean;
  readonly keepsLog: boolean;
  readonly checkpointsElsewhere: boolean;
  /** See SqliteThreads. */
  readonly partMs?: number | undefined;
}

/** A stretch is applied from `begin` to `finish` or `abort`: in one transaction, or in parts while live messages come. */
export type ToApplier =
  | { readonly kind: 'begin'; readonly ingestionId: number }
  | { readonly kind: 'batch'; readonly batch: FoldedBatchData }
  /** A batch that was answered with `incomplete`, with its messages. */
  | { readonly kind: 'rest'; readonly batch: FoldedBatchData }
  | { readonly kind: 'finish'; readonly checkpoint: Checkpoint }
  /** The answer to `returns`. */
  | { readonly kind: 'go on' }
  | { readonly kind: 'abort' }
  | { readonly kind: 'stop' };

/** One answer to every `batch`, `rest`, `finish` and `abort`, in their order; after `failed` only `abort` is answered. */
export type FromApplier =
  | { readonly kind: 'applied' }
  /** Some customers of the batch need its messages, too. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'committed'; readonly counts: IngestionCounts }
  /** The thread has committed a part, and leaves the turn to other writes. */
  | { readonly kind: 'leaves' }
  /** The thread asks for the turn. */
  | { readonly kind: 'returns' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: ErrorCode | undefined };
