import type { Ingestion, IngestionCounts, IngestionState } from '../domain/ingestion/ingestion.js';

/** The columns of an ingestion that all engines read. Times are milliseconds since the Unix epoch. */
export interface IngestionColumns {
  readonly id: number;
  readonly name: string;
  readonly path: string | null;
  readonly size: number | null;
  readonly fingerprint: string | null;
  readonly state: IngestionState;
  readonly failure: string | null;
  /** JSON. */
  readonly counts: string;
  readonly seconds: number;
  readonly started_at: number;
  readonly finished_at: number | null;
}

/** @param state differs from that of the row when its process is gone */
export function ingestionOf(row: IngestionColumns, state: IngestionState): Ingestion {
  return {
    id: row.id,
    source: {
      name: row.name,
      path: row.path ?? undefined,
      size: row.size ?? undefined,
      fingerprint: row.fingerprint ?? undefined,
    },
    state,
    failure: row.failure ?? undefined,
    // Safe: only the engines write it.
    counts: JSON.parse(row.counts) as IngestionCounts,
    startedAt: row.started_at,
    finishedAt: row.finished_at ?? undefined,
    seconds: row.seconds,
  };
}
