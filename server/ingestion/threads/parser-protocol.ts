import type { IngestionCounts } from '../../domain/ingestion/ingestion.js';
import type { RejectBlock } from '../../domain/ingestion/reject.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import type { Position } from '../sources/line-reader.js';
import type { SpooledChunk, SpooledRange } from '../folding/spool-file.js';

/** Opens a source, with the key for hashing the identities of its messages. It is the first request of a source and gets no answer. */
export interface OpenRequest {
  readonly kind: 'open';
  readonly identityKey: Uint32Array;
  /** The id of the ingestion, if batches get the entries of the log; undefined for no entries. */
  readonly logged: number | undefined;
}

/** Reads a range of whole lines of a file, and sorts its messages into buckets. */
export interface ReadRequest {
  readonly kind: 'read';
  readonly path: string;
  /** Offsets in bytes. */
  readonly start: number;
  readonly end: number;
  /** The smallest user id of every bucket but the first. */
  readonly firstIds: readonly string[];
  /** The descriptor of the spool file, and the offset (bytes) at which to begin writing. */
  readonly spool: number;
  readonly spoolStart: number;
  /** The range ends early when one of its buckets takes this many bytes of the spool file. */
  readonly bucketBytes: number;
  /** The most bytes of rejects that are kept. */
  readonly rejectBytes: number;
}

/** Begins a range of a source that comes in chunks, and gets no answer. The line under way goes on. */
export interface BeginRequest {
  readonly kind: 'begin';
  /** The position of the first line of the source that will be sent. */
  readonly start: Position;
  readonly firstIds: readonly string[];
  readonly spool: number;
  /** The range ends early when one of its buckets takes this many bytes of the spool file. */
  readonly bucketBytes: number;
  /** The most bytes of rejects that are kept. */
  readonly rejectBytes: number;
}

/** Bytes of the source. */
export interface ChunkRequest {
  readonly kind: 'chunk';
  readonly bytes: Uint8Array;
}

/** Ends the range. */
export interface EndRequest {
  readonly kind: 'end';
  /** True when the source is at its end, so that the last line needs no line end. */
  readonly isLast: boolean;
}

/** Folds a bucket. Every thread may have written chunks of it; they are given in the order of the source. */
export interface FoldRequest {
  readonly kind: 'fold';
  /** True if the batch has to carry its messages, for customers that exist already. */
  readonly withMessages: boolean;
  readonly spools: readonly SpooledRange[];
}

/** Lets other threads run first from now on. It gets no answer. */
export interface GiveWayRequest {
  readonly kind: 'give way';
}

export type ToParser =
  OpenRequest | ReadRequest | BeginRequest | ChunkRequest | EndRequest | FoldRequest | GiveWayRequest;

/** The result of reading a range. It was read to its end, or up to `end` if there were too many rejects or a bucket was full. */
export interface RangeRead {
  readonly kind: 'read';
  /** The offset after the last line that was read, in bytes. */
  readonly end: number;
  readonly counts: IngestionCounts;
  /** Line numbers count from the start of the range; for a source that comes in chunks, from the start of the source. */
  readonly rejects: readonly RejectBlock[];
  readonly chunks: readonly SpooledChunk[];
}

/** Messages of a parser thread: one answer per request that has one, in the order of the requests, and progress in between. */
export type FromParser =
  | RangeRead
  | { readonly kind: 'progress'; readonly lines: number; readonly bytes: number; readonly rejected: number }
  | {
      readonly kind: 'taken';
      readonly lines: number;
      readonly bytes: number;
      readonly rejected: number;
      /** True when the range has to end, because there are many rejects or a bucket is full. */
      readonly isFull: boolean;
    }
  | { readonly kind: 'folded'; readonly batch: FoldedBatchData }
  | {
      readonly kind: 'failed';
      /** The cause: the file could not be read, the spool file could not be written, or an unexpected error. */
      readonly what: 'source' | 'storage' | 'unexpected';
      readonly message: string;
      /** The error code of the operating system, if any. */
      readonly code: string | undefined;
    };
