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
  /** The first 200 characters of the line. */
  readonly text: string;
}

export function rejectedIn(ingestion: Ingestion): number {
  return Object.values(ingestion.rejected).reduce((sum, count) => sum + count, 0);
}
