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
  /** The form in which texts are compared without regard to case and accents. */
  fold(text: string): string;
  /** Compares two numbers digit for digit: negative if `a` is less. */
  compareNumbers(a: string, b: string): number;
  /** The time that a number is, in ms since the Unix epoch; undefined if it is none. @param number which a double holds as it is written */
  timeOfNumber(number: number): number | undefined;
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
  /** The attributes that are a number or a time. */
  typedValues(): readonly TypedValue[];
  readonly labels: readonly string[];
  /** The number of events of each name. */
  readonly events: Readonly<Record<string, number>>;
  /** The known times of the events of each name, in ms since the Unix epoch, in no order. */
  eventTimes(): ReadonlyMap<string, readonly number[]>;
  /** The names of events without a known time, with the time up to which these are, in ms since the Unix epoch. */
  endedEvents(): ReadonlyMap<string, number>;
  /** Undefined comes last. An id is a safe integer from 0 on or a text, an email a folded text, the others are numbers. */
  sortValue(sort: SortName): string | number | undefined;
}

/** An attribute that is a number or a time. */
export interface TypedValue {
  readonly name: string;
  /** True for a number of JSON, whose time follows from it; false for a text. */
  readonly isNumber: boolean;
  /** The double nearest to the number. */
  readonly nearest?: number;
  /** True if the number is that which is written for its nearest double; such numbers are in the order of their doubles. */
  readonly isDouble?: boolean;
  /** The time in a text, in ms since the Unix epoch. */
  readonly time?: number;
  /** The date in a text, as the ms at which it begins in UTC. */
  readonly day?: number;
}

export type SortName = 'id' | 'email' | 'created_at' | 'last_updated';
export type SortOrder = 'asc' | 'desc';

/** Numbers from `from` up to `to`, which is not included. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** A condition on the number of events of a name. */
export type EventFilter = {
  readonly on: 'event';
  readonly name: string;
  /** Counts only events with a time in the range, in ms since the Unix epoch. */
  readonly within?: Range;
} & ({ readonly is: 'at_least' | 'at_most'; readonly count: number } | { readonly is: 'never' });

/** A condition on a document. */
export type Filter =
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'is' | 'is_not' | 'contains' | 'starts_with';
      readonly value: string;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'above' | 'at_least' | 'below' | 'at_most';
      readonly number: string;
    }
  | {
      readonly on: 'attribute';
      readonly name: string;
      readonly is: 'within';
      /** The list of times, in ms since the Unix epoch. */
      readonly instants: Range;
      /** The list of dates. */
      readonly days: Range;
    }
  | { readonly on: 'attribute'; readonly name: string; readonly is: 'exists' | 'not_exists' }
  | EventFilter
  | { readonly on: 'label'; readonly is: 'is' | 'is_not'; readonly value: string }
  | { readonly on: 'label'; readonly is: 'is_any_of'; readonly values: readonly string[] }
  | {
      readonly on: 'last_updated';
      /** Since the Unix epoch. */ readonly seconds: Range;
    }
  | {
      /** All conditions hold, or at least one. */
      readonly on: 'all' | 'any';
      readonly of: readonly Filter[];
    };

/** The documents that satisfy every condition. */
export interface Selection {
  readonly search?: SearchText;
  readonly filters: readonly Filter[];
}

/** Selects documents whose id or attributes contain each of the terms, which are folded. An empty term is nowhere. */
export interface SearchText {
  readonly terms: readonly string[];
  /** The documents with this id come first, then those with this value, if the query is ranked. */
  readonly exact: string;
}

export interface Query extends Selection {
  readonly ranked?: boolean;
  readonly sort: SortName;
  readonly order: SortOrder;
}

/**
 * Decides whether a document is selected. The index asks it about documents whose lists of terms are not conclusive.
 * @returns 0 if the id is the search text, 1 if a value is, 2 for other selected documents, else undefined
 */
export type Match<D> = (document: D) => 0 | 1 | 2 | undefined;
