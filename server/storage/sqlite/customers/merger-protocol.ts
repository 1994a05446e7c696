import type { ErrorCode } from '../../../domain/errors.js';
import type { Checkpoint, IngestionCounts } from '../../../domain/ingestion/ingestion.js';
import type { FoldedBatchData } from '../../../domain/customer/folded-batch.js';

/** What the thread is started with. */
export interface MergerData {
  readonly path: string;
}

/** A merge is one transaction: from `begin` to `finish` or `abort`. */
export type ToMerger =
  | { readonly kind: 'begin'; readonly ingestionId: number }
  | { readonly kind: 'part'; readonly partial: FoldedBatchData }
  /** The messages of a part of which not all was merged. */
  | { readonly kind: 'rest'; readonly partial: FoldedBatchData }
  | { readonly kind: 'finish'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'abort' }
  | { readonly kind: 'stop' };

/** One answer to every `part`, `rest`, `finish` and `abort`, in their order; after `failed` none but to `abort`. */
export type FromMerger =
  | { readonly kind: 'merged' }
  /** Of some customers the messages are needed, too. */
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'committed'; readonly counts: IngestionCounts }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'failed'; readonly message: string; readonly code: ErrorCode | undefined };
