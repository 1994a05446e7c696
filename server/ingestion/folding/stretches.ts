import type { FoldedBatch } from '../../domain/customer/folded-batch.js';
import type { IngestionCounts } from '../../domain/ingestion/ingestion.js';
import type { RejectBlock } from '../../domain/ingestion/reject.js';

/** The lines of a source between two checkpoints: folded, and not applied yet. */
export interface Stretch {
  /** In the order of lists; a customer is in one of them. The caller reads them all before it asks for the next stretch. */
  readonly batches: Iterable<FoldedBatch> | AsyncIterable<FoldedBatch>;
  readonly counts: IngestionCounts;
  readonly rejects: readonly RejectBlock[];
}

/** Amount that was read since the last call, whether or not it is in a stretch yet. */
export interface Read {
  readonly lines: number;
  readonly bytes: number;
  readonly rejected: number;
}
export type ReadListener = (read: Read) => void;
