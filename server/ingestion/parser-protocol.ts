import type { IngestionCounts, Reject } from '../domain/ingestion.js';
import type { PartialData } from '../domain/partial-summary.js';
import type { SpooledChunk } from './spool-file.js';

/** Comes first, and gets no answer: what the identities of messages are hashed with. */
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
  /** The descriptor of the file that takes what is read, from its beginning on. */
  readonly spool: number;
}

/** Folds a bucket, of which every thread may have chunks, in the order of the source. */
export interface FoldRequest {
  readonly kind: 'fold';
  /** Whether the messages are kept, for customers that are known already. */
  readonly withMessages: boolean;
  readonly spools: readonly { readonly spool: number; readonly chunks: readonly SpooledChunk[] }[];
}

export type ToParser = OpenRequest | ReadRequest | FoldRequest;

/** What was read of a range: all of it, or up to `end` where there were too many rejects. */
export interface RangeRead {
  readonly kind: 'read';
  /** The offset behind the last line that was read. */
  readonly end: number;
  readonly counts: IngestionCounts;
  /** Their lines are counted from the beginning of the range. */
  readonly rejects: readonly Reject[];
  readonly chunks: readonly SpooledChunk[];
}

/** From a parser thread: one answer to every other request, in their order, and progress in between. */
export type FromParser =
  | RangeRead
  | { readonly kind: 'progress'; readonly lines: number; readonly bytes: number; readonly rejected: number }
  | { readonly kind: 'folded'; readonly partial: PartialData }
  | {
      readonly kind: 'failed';
      /** Whether the file could not be read, the spool not be written, or something unexpected happened. */
      readonly what: 'source' | 'storage' | 'unexpected';
      readonly message: string;
      /** Of the operating system. */
      readonly code: string | undefined;
    };
