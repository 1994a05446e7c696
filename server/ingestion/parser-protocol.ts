import type { IngestionCounts, Reject } from '../domain/ingestion.js';
import type { PartialData } from '../domain/partial-summary.js';

/** What a parser thread is started with. */
export interface ParserData {
  readonly identityKey: Uint32Array;
  /** Seconds since the Unix epoch. */
  readonly startedAt: number;
  readonly deletions: ReadonlyMap<string, number>;
  /** Bytes that a part may have. */
  readonly partBytes: number;
}

/** To a parser thread: read this range, which begins and ends with lines. Or: there is memory for another part, go on. */
export type ToParser =
  | { readonly kind: 'range'; readonly path: string; readonly start: number; readonly end: number }
  | { readonly kind: 'continue' };

/** From a parser thread. The lines of rejects are counted from the beginning of the part. */
export type FromParser =
  | { readonly kind: 'progress'; readonly lines: number; readonly bytes: number; readonly rejected: number }
  | {
      readonly kind: 'part';
      readonly partial: PartialData;
      readonly counts: IngestionCounts;
      readonly rejects: readonly Reject[];
      /** The range has come to its end. */
      readonly last: boolean;
    }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string | undefined };
