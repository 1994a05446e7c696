import type { HistoryEntry } from '../../domain/customer/history.js';
import type { IngestionState } from '../../domain/ingestion/ingestion.js';

/** A customer. A deleted customer has no texts. */
export interface CustomerRow {
  readonly id: string;
  readonly attributes: string | null;
  readonly events: string | null;
  readonly attributeTimes: string | null;
  /** Milliseconds since the Unix epoch, like {@link deletedAt}. */
  readonly lastUpdated: number | null;
  readonly labels: string | null;
  readonly deletedAt: number | null;
  readonly suppressedAt: number | null;
  /** The unfinished ingestions that have applied a message to the customer, in order. */
  readonly touchedBy: readonly number[];
}

/** A run of identities of one customer; see IdentityRun. Each engine has its own limit for the size of a run. */
export interface MessagesRow {
  readonly id: string;
  readonly first: Uint8Array;
  readonly identities: Uint8Array;
}

export interface HistoryRow extends Omit<HistoryEntry, 'author' | 'bulkEdit'> {
  readonly customerId: string;
  /** JSON. */
  readonly author: string | null;
  readonly bulkEdit: number | null;
}

/** A row of the log of a customer. */
export type Logged<Row> = Row & { readonly customerId: string };

/** An ingestion. Times are milliseconds since the Unix epoch. If its process is gone, its state is `interrupted`. */
export interface IngestionRow {
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
  readonly startedAt: number;
  readonly finishedAt: number | null;
}

/** A block of rejects; see RejectBlock. */
export interface RejectRow {
  readonly ingestion: number;
  readonly first: number;
  readonly packed: Uint8Array;
}

export interface SegmentRow {
  readonly id: number;
  readonly name: string;
  readonly search: string | null;
  /** JSON of `formatConditions`. */
  readonly filters: string;
  readonly sort: string;
  readonly order: string;
}

/** A count of the overview. It follows from the customers, so it is not copied, but compared at the end. */
export interface StatisticsRow {
  readonly kind: 'attribute' | 'day' | 'event' | 'label';
  readonly name: string;
  readonly customers: number;
  readonly events: number;
}
