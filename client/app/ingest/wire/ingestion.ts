import { IngestionView } from '../../api/models/ingestion-view';

/** One run of one source, with its counts so far. */
export type Ingestion = Readonly<IngestionView>;

/** A line that was not taken. */
export interface Reject {
  /** Counted from 1. */
  readonly line: number;
  /** Bytes from the start of the source. */
  readonly offset: number;
  readonly reason: string;
  /** Its first 200 characters. */
  readonly text: string;
}

export function rejectedIn(ingestion: Ingestion): number {
  return Object.values(ingestion.rejected).reduce((sum, count) => sum + count, 0);
}
