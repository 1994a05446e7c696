import { IngestionView } from '../../api/models/ingestion-view';

/** The ingestion of one source, with its counts so far. */
export type Ingestion = Readonly<IngestionView>;

/** A rejected line. */
export interface Reject {
  /** Line number, from 1. */
  readonly line: number;
  /** Position of the line in the source, in bytes. */
  readonly offset: number;
  readonly reason: string;
  /** The fault of the line, in English. */
  readonly hint?: string;
  /** The line, or its first 64 KiB. */
  readonly text: string;
  /** True if the line is longer than `text`. */
  readonly truncated?: boolean;
}

export function rejectedIn(ingestion: Ingestion): number {
  return Object.values(ingestion.rejected).reduce((sum, count) => sum + count, 0);
}
