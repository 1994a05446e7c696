import type { IngestionState } from '../../domain/ingestion/ingestion.js';

/** A customer, also a deleted one: it has no texts then. */
export interface CustomerRow {
  readonly id: string;
  readonly attributes: string | null;
  readonly events: string | null;
  readonly attributeTimes: string | null;
  /** Seconds since the Unix epoch, as {@link deletedAt}. */
  readonly lastUpdated: number | null;
  readonly deletedAt: number | null;
  /** The ingestions that are not done and have applied a message to it, in order. */
  readonly touchedBy: readonly number[];
}

/** Identities of one customer, packed and sorted: those from `first` up to the next row's. How many are in a row is up to the engine. */
export interface MessagesRow {
  readonly id: string;
  readonly first: Uint8Array;
  readonly identities: Uint8Array;
}

export interface HistoryRow {
  readonly customerId: string;
  readonly id: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly source: string;
  readonly action: string;
  readonly changes: string;
}

/** Times are milliseconds since the Unix epoch. One whose process is gone is `interrupted`. */
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

export interface RejectRow {
  readonly ingestion: number;
  readonly line: number;
  readonly offset: number;
  readonly reason: string;
  /** As a JSON string. */
  readonly text: string;
}

export interface SegmentRow {
  readonly id: number;
  readonly name: string;
  readonly search: string | null;
  /** A JSON array of filters as texts. */
  readonly filters: string;
  readonly sort: string;
  readonly order: string;
}

/** A number of the overview. */
export interface StatisticsRow {
  readonly kind: 'attribute' | 'day' | 'event';
  readonly name: string;
  readonly customers: number;
  readonly events: number;
}

/** All that a database holds, whatever the engine; what it derives from that is not in it. */
export interface Contents {
  ingestions: IngestionRow;
  customers: CustomerRow;
  messages: MessagesRow;
  history: HistoryRow;
  rejects: RejectRow;
  segments: SegmentRow;
  statistics: StatisticsRow;
}

export type Section = keyof Contents;

/** In the order in which they are copied. */
export const SECTIONS = [
  'ingestions',
  'customers',
  'messages',
  'history',
  'rejects',
  'segments',
  'statistics',
] as const satisfies readonly Section[];

/** Where a row is in its section. */
export type Key = readonly (string | number)[];

export const KEY_OF: { readonly [Name in Section]: (row: Contents[Name]) => Key } = {
  ingestions: ({ id }) => [id],
  customers: ({ id }) => [id],
  messages: ({ id, first }) => [id, Buffer.from(first).toString('hex')],
  history: ({ customerId, id }) => [customerId, id],
  rejects: ({ ingestion, line }) => [ingestion, line],
  segments: ({ id }) => [id],
  statistics: ({ kind, name }) => [kind, name],
};

/** The ids that come next; none is given twice, also when the last one was removed. */
export interface NextIds {
  readonly ingestions: number;
  readonly segments: number;
}

/** Reads all that a database holds, in pieces. */
export interface ContentsReader {
  /** The rows behind `after` (undefined: from the first on), at most `limit`, in an order that stays. Those of a customer lie together. */
  readonly rows: {
    readonly [Name in Section]: (after: Key | undefined, limit: number) => Promise<readonly Contents[Name][]>;
  };
  /** How many rows there are. */
  count(section: Section): Promise<number>;
  /** What identities are hashed with; no other database has the same, but its copies. */
  identityKey(): Promise<Uint8Array>;
  nextIds(): Promise<NextIds>;
  /** True when a process ingests into it just now. */
  isBusy(): Promise<boolean>;
}

/**
 * Fills an empty database. How far it is stands in the database itself, and moves on with what is written: each write names
 * the progress that it comes from, so that two copies at once cannot mix.
 */
export interface ContentsWriter {
  /** How far the copy is that this database is in the middle of; undefined when it is in none. */
  progress(): Promise<string | undefined>;
  isEmpty(): Promise<boolean>;
  /** @param identityKey replaces the database's own */
  begin(identityKey: Uint8Array, progress: string): Promise<void>;
  write<Name extends Section>(
    section: Name,
    rows: readonly Contents[Name][],
    from: string,
    progress: string,
  ): Promise<void>;
  /** Derives what is left, when all rows are there. */
  derive(nextIds: NextIds, from: string, progress: string): Promise<void>;
  /** Makes it a database like any other. */
  end(from: string): Promise<void>;
}

/** A database on either side of a copy. */
export interface OpenContents {
  readonly reader: ContentsReader;
  readonly writer: ContentsWriter;
  close(): Promise<void>;
}

/** What keeps everybody else from using a database that is in the middle of a copy. */
export const UNFINISHED_COPY =
  'The database is in the middle of a copy. Run the same "roster copy" again to finish it, or name another database.';
export const OTHER_COPY = 'Another process copies into this database at the same time.';
