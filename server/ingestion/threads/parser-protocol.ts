import type { IngestionCounts, Reject } from '../../domain/ingestion/ingestion.js';
import type { FoldedBatchData } from '../../domain/customer/folded-batch.js';
import type { Position } from '../sources/line-reader.js';
import type { SpooledChunk } from '../folding/spool-file.js';

/** Comes first of a source, and gets no answer: what the identities of messages are hashed with. */
export interface OpenRequest {
  readonly kind: 'open';
  readonly identityKey: Uint32Array;
}

/** Reads a range of a file, which begins and ends with lines, and sorts its messages into buckets. */
export interface ReadRequest {
  readonly kind: 'read';
  readonly path: string;
  /** In bytes. */
  readonly start: number;
  readonly end: number;
  /** The least user ids of all buckets but the first. */
  readonly firstIds: readonly string[];
  /** The descriptor of the file that takes what is read, and from where on. */
  readonly spool: number;
  readonly spoolStart: number;
}

/** Begins a range of a source that comes in chunks, and gets no answer. The line under way goes on. */
export interface BeginRequest {
  readonly kind: 'begin';
  /** Of the first line of the source that will come. */
  readonly start: Position;
  readonly firstIds: readonly string[];
  readonly spool: number;
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

/** Folds a bucket, of which every thread may have chunks, in the order of the source. */
export interface FoldRequest {
  readonly kind: 'fold';
  /** Whether the messages are kept, for customers that are known already. */
  readonly withMessages: boolean;
  readonly spools: readonly { readonly spool: number; readonly chunks: readonly SpooledChunk[] }[];
}

export type ToParser = OpenRequest | ReadRequest | BeginRequest | ChunkRequest | EndRequest | FoldRequest;

/** What was read of a range: all of it, or up to `end` where there were too many rejects. */
export interface RangeRead {
  readonly kind: 'read';
  /** The offset behind the last line that was read. */
  readonly end: number;
  readonly counts: IngestionCounts;
  /** Their lines are counted from the beginning of the range; of a source that comes in chunks, from that of the source. */
  readonly rejects: readonly Reject[];
  readonly chunks: readonly SpooledChunk[];
}

/** From a parser thread: one answer to every request that has one, in their order, and progress in between. */
export type FromParser =
  | RangeRead
  | { readonly kind: 'progress'; readonly lines: number; readonly bytes: number; readonly rejected: number }
  | {
      readonly kind: 'taken';
      readonly lines: number;
      readonly bytes: number;
      readonly rejected: number;
      /** True when the range has to end. */
      readonly isFull: boolean;
    }
  | { readonly kind: 'folded'; readonly partial: FoldedBatchData }
  | {
      readonly kind: 'failed';
      /** Whether the file could not be read, the spool not be written, or something unexpected happened. */
      readonly what: 'source' | 'storage' | 'unexpected';
      readonly message: string;
      /** Of the operating system. */
      readonly code: string | undefined;
    };
