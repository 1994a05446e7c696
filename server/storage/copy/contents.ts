import type { AccessRepository } from '../../domain/access/access-repository.js';
import { arrival, type CustomerChange } from '../../domain/customer/customer-change.js';
import { readAuthor } from '../../domain/customer/history.js';
import { plainKey, readRows, type PlainRow, type PlainTable } from '../access/tables.js';
import type { Work } from '../access/statement.js';
import { CustomerMessages, LOWEST } from '../../domain/customer/packed-identities.js';
import type { BaselineRow } from '../log/baseline-row.js';
import type { BlockRow } from '../log/block-row.js';
import type { EditRow } from '../log/edit-row.js';
import type {
  CustomerRow,
  HistoryRow,
  IngestionRow,
  Logged,
  MessagesRow,
  RejectRow,
  SegmentRow,
  StatisticsRow,
} from './content-rows.js';

/** The contents of a database, in a form common to all engines. The only derived table among them is that of the overview's counts. */
export interface Contents extends Record<PlainTable, PlainRow> {
  ingestions: IngestionRow;
  customers: CustomerRow;
  messages: MessagesRow;
  history: HistoryRow;
  /** Each engine has its own time to compact blocks. */
  log_blocks: Logged<BlockRow>;
  log_edits: Logged<EditRow>;
  log_baselines: Logged<BaselineRow>;
  rejects: RejectRow;
  segments: SegmentRow;
  statistics: StatisticsRow;
}

export type Section = keyof Contents;

/** Gives the changes by which a copy makes a customer, and then its identities and its history. */
export const CHANGE_OF = {
  customers: (row: CustomerRow): CustomerChange => {
    const { id, attributes, events, attributeTimes, lastUpdated, labels, deletedAt, suppressedAt } = row;
    const isThere = attributes !== null && events !== null && attributeTimes !== null && lastUpdated !== null;
    const stored = isThere && {
      id,
      attributes,
      events,
      attributeTimes,
      lastUpdated,
      ...(labels !== null && { labels }),
    };
    const change = arrival(id, stored || undefined, deletedAt ?? undefined);
    return suppressedAt === null ? change : { ...change, suppressedAt };
  },
  messages: ({ id, first, identities }: MessagesRow): CustomerChange =>
    arrival(id, undefined, undefined, new CustomerMessages([{ first, identities: LOWEST, wanted: identities }])),
  history: ({ customerId, author, bulkEdit, ...history }: HistoryRow): CustomerChange => ({
    ...arrival(customerId, undefined),
    history: { ...history, author: readAuthor(author), bulkEdit: bulkEdit ?? undefined },
  }),
};

/** The tables that both engines have alike, in the order in which they are copied. */
const PLAIN_SECTIONS = [
  'users',
  'sessions',
  'tokens',
  'one_time_codes',
  'login_failures',
  'audit',
  'access_state',
  'sources',
  'source_counts',
  'source_rejects',
  'remembered_ids',
  'source_state',
  'trash',
  'notes',
  'label_edits',
  'erased',
  'erased_state',
  'imports',
  'import_mappings',
  'import_state',
] as const satisfies readonly PlainTable[];

/** The sections that are copied, in their order. */
export const COPIED_SECTIONS = [
  'ingestions',
  'customers',
  'messages',
  'history',
  'log_blocks',
  'log_edits',
  'log_baselines',
  'rejects',
  'segments',
  ...PLAIN_SECTIONS,
] as const satisfies readonly Section[];

export type CopiedSection = (typeof COPIED_SECTIONS)[number];

/** The sections that are compared. */
export const SECTIONS = [...COPIED_SECTIONS, 'statistics'] as const satisfies readonly Section[];

/** The place of a row in its section. */
export type Key = readonly (string | number)[];

export const KEY_OF: { readonly [Name in Section]: (row: Contents[Name]) => Key } = {
  ingestions: ({ id }) => [id],
  customers: ({ id }) => [id],
  messages: ({ id, first }) => [id, Buffer.from(first).toString('hex')],
  history: ({ customerId, id }) => [customerId, id],
  log_blocks: ({ customerId, lastTime, moment, part }) => [customerId, lastTime, moment, part],
  log_edits: ({ customerId, moment }) => [customerId, moment],
  log_baselines: ({ customerId }) => [customerId],
  rejects: ({ ingestion, first }) => [ingestion, first],
  segments: ({ id }) => [id],
  ...ofEachPlainTable((table) => (row: PlainRow) => plainKey(table, row)),
  statistics: ({ kind, name }) => [kind, name],
};

/** Makes one value for each table that both engines have alike. */
export function ofEachPlainTable<T>(make: (table: PlainTable) => T): Readonly<Record<PlainTable, T>> {
  return {
    users: make('users'),
    sessions: make('sessions'),
    tokens: make('tokens'),
    one_time_codes: make('one_time_codes'),
    login_failures: make('login_failures'),
    audit: make('audit'),
    access_state: make('access_state'),
    sources: make('sources'),
    source_counts: make('source_counts'),
    source_rejects: make('source_rejects'),
    remembered_ids: make('remembered_ids'),
    source_state: make('source_state'),
    trash: make('trash'),
    notes: make('notes'),
    label_edits: make('label_edits'),
    erased: make('erased'),
    erased_state: make('erased_state'),
    imports: make('imports'),
    import_mappings: make('import_mappings'),
    import_state: make('import_state'),
  };
}

/** Reads a table that both engines have alike. @param run runs work that reads */
export function plainReads(
  run: <T>(work: Work<T>) => Promise<T>,
): Readonly<Record<PlainTable, ContentsReader['rows'][PlainTable]>> {
  return ofEachPlainTable((table) => (after, limit) => run(readRows(table, after, limit)));
}

/** The next ids. No id is assigned twice, even if the last row was removed. */
export interface NextIds {
  readonly ingestions: number;
  readonly segments: number;
  /** The greatest moment of a change, so far. */
  readonly moment: number;
}

/** Reads the contents of a database in pieces. */
export interface ContentsReader {
  /** At most `limit` rows after `after` (undefined: from the first row on), in a stable order. Rows of one customer are adjacent. */
  readonly rows: {
    readonly [Name in Section]: (after: Key | undefined, limit: number) => Promise<readonly Contents[Name][]>;
  };
  /** The number of rows. */
  count(section: Section): Promise<number>;
  /** The key with which identities are hashed. Only copies of the same database have the same key. */
  identityKey(): Promise<Uint8Array>;
  nextIds(): Promise<NextIds>;
  /** Returns true while a process ingests into the database. */
  isBusy(): Promise<boolean>;
}

/**
 * Fills an empty database. Each write stores its progress in the same transaction, and names the progress that it continues, so that
 * two copies at the same time cannot mix.
 */
export interface ContentsWriter {
  /** The progress of an unfinished copy; undefined when there is none. */
  progress(): Promise<string | undefined>;
  isEmpty(): Promise<boolean>;
  /** @param identityKey replaces the database's own */
  begin(identityKey: Uint8Array, progress: string): Promise<void>;
  write<Name extends CopiedSection>(
    section: Name,
    rows: readonly Contents[Name][],
    from: string,
    progress: string,
  ): Promise<void>;
  /** Sets the next ids and completes the derived tables, after all rows are written. */
  derive(nextIds: NextIds, from: string, progress: string): Promise<void>;
  /** Ends the copy: from now on the database can be opened. */
  end(from: string): Promise<void>;
}

/** A database on either side of a copy. */
export interface OpenContents {
  readonly reader: ContentsReader;
  readonly writer: ContentsWriter;
  readonly access: AccessRepository;
  /** Runs several reads that see the same snapshot of the database. They come one after another. */
  snapshot<T>(read: (reader: ContentsReader) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Message for a process that opens a database whose copy is unfinished. */
export const UNFINISHED_COPY =
  'The database is in the middle of a copy. Run the same "roster copy" again to finish it, or name another database.';
export const OTHER_COPY = 'Another process copies into this database at the same time.';
