/** A value in the database: text is UTF-8, numbers are integers or doubles. */
export type SqlValue = string | number | null | Uint8Array;

/** A prepared statement. Rows are arrays in the order of the columns. */
export interface Statement<Row> {
  get(...values: SqlValue[]): Row | undefined;
  all(...values: SqlValue[]): Row[];
  run(...values: SqlValue[]): { readonly changes: number };
}

/** A connection to the SQLite file. The tables of the index begin with `search_`; its counters are rows of `meta`. */
export interface Connection {
  prepare<Row extends readonly unknown[] = never>(sql: string): Statement<Row>;
}

/** Everything that the index needs from its surroundings. */
export interface SearchStore<D extends SearchDocument> {
  /** Reads without waiting for writers. */
  readonly reader: Connection;
  readonly writer: Connection;
  /** Runs `read` on one snapshot of {@link reader}. Snapshots are not nested. */
  snapshot<T>(read: () => T): T;
  /** Runs `work` on {@link writer} in a transaction, which is rolled back when it throws. */
  write<T>(work: () => T): Promise<T>;
  /** True for the error of a write that another process has overtaken: a row with the same key exists. */
  isConflict(error: unknown): boolean;
  /** True while the machine has more urgent work than indexing. */
  isBusy(): boolean;
  /** The current document with a key; undefined when there is none. */
  document(key: number): D | undefined;
  /** The key of a document id. */
  keyOf(id: string): number | undefined;
  /** The form in which texts are compared without regard to case. */
  fold(text: string): string;
  /** A text as the `comparable` of a document; undefined if only documents with the same text have that value. */
  comparable(text: string): string | undefined;
  /** The order in which the database sorts texts: that of their code points. */
  compare(a: string, b: string): number;
}

/** A document that is indexed: a customer. No text contains U+0000. */
export interface SearchDocument {
  readonly id: string;
  /** The text of each attribute. Values of the same `comparable`, which is the text itself by default, are equal. */
  attributeTexts(): readonly (readonly [name: string, text: string, comparable?: string])[];
  /** The number of events of each name. */
  readonly events: Readonly<Record<string, number>>;
  /** Undefined comes last. An id is a safe integer from 0 on or a text, an email a folded text, the others are numbers. */
  sortValue(sort: SortName): string | number | undefined;
}

export type SortName = 'id' | 'email' | 'created_at' | 'last_updated';
export type SortOrder = 'asc' | 'desc';

/** A condition on a document. */
export type Filter =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'is' | 'is_not' | 'contains';
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'exists' | 'not_exists' }
  | { readonly on: 'event'; readonly name: string; readonly is: 'at_least' | 'at_most'; readonly count: number }
  | { readonly on: 'event'; readonly name: string; readonly is: 'never' }
  | {
      readonly on: 'last_updated';
      readonly is: 'before' | 'after';
      /** Since the Unix epoch. */ readonly seconds: number;
    };

/** The documents that satisfy every condition. */
export interface Selection {
  /** Not empty. Selects documents whose id or an attribute contains it, case aside. */
  readonly search?: string;
  readonly filters: readonly Filter[];
}

export interface Query extends Selection {
  readonly sort: SortName;
  readonly order: SortOrder;
}

/**
 * Decides whether a document is selected. The index asks it about documents whose lists of terms are not conclusive.
 * @returns 0 when the id is the search text, 1 when the email is (case aside), 2 for other selected documents, else undefined
 */
export type Match<D> = (document: D) => 0 | 1 | 2 | undefined;
