/** The source of a message in the log. */
export type EntrySource =
  /** A line of a file or of an upload. `line` counts from 1, `offset` is in bytes of the unpacked source. */
  | { readonly kind: 'file'; readonly ingestion: number; readonly line: number; readonly offset: number }
  | { readonly kind: 'live'; readonly source: number }
  /** A row of a spreadsheet, counted from 1. */
  | { readonly kind: 'import'; readonly ingestion: number; readonly row: number };

/**
 * The arrival of an entry. `moment` grows with every transaction that writes to the customer, and counts edits as well; `index` is the
 * place among the messages of the customer in that transaction.
 */
export interface Arrival {
  readonly moment: number;
  readonly index: number;
}

/** The place of an entry in a timeline: by time, then by arrival. */
export interface LogPlace extends Arrival {
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
}

/** A message that was applied to a customer, as it came. */
export interface LogMessage {
  readonly kind: 'event' | 'attributes';
  /** Milliseconds since the Unix epoch. */
  readonly time: number;
  /** The id of the message. */
  readonly id: string;
  /** The name of the event; undefined for an attributes message. */
  readonly name: string | undefined;
  /** JSON, as it came; undefined for an event without data. */
  readonly data: string | undefined;
  readonly source: EntrySource;
  /** True if an attribute that is `""` was kept; else it was removed. */
  readonly keepsEmptyText: boolean;
  /** True if the server set the id or the time. */
  readonly isStampedHere: boolean;
}

/** A message of the log with its place. */
export type LogEntry = LogMessage & Arrival;

/** Messages of one customer that one transaction applied, in the layout of entry-layout.ts, in the order of their arrival. */
export interface LogBlock {
  readonly packed: Uint8Array;
  /** Number of messages; at least 1. */
  readonly count: number;
  /** The times of the earliest and of the latest message, in ms since the Unix epoch. */
  readonly firstTime: number;
  readonly lastTime: number;
}

/** An attribute as it stands since a moment. */
export interface AttributeSince extends Arrival {
  /** JSON text; null for an attribute that was removed. */
  readonly value: string | null;
  /** The time that decides which value wins, in ms since the Unix epoch. */
  readonly time: number;
}

/** The exact effect of an edit on the state of its customer. It tells the log what messages do not. */
export type LogEdit = {
  readonly moment: number;
  /** The time of the edit, in ms since the Unix epoch. */
  readonly at: number;
} & (
  | {
      readonly kind: 'set';
      /** The attributes that the edit wrote, also those whose time alone has changed: JSON of `{"name":[value or null, time in ms]}`. */
      readonly attributes: string;
    }
  | { readonly kind: 'deleted'; readonly deletedAt: number }
  /** The deletions after `deletedBefore`, up to `deletedAt`, are taken back. */
  | { readonly kind: 'restored'; readonly deletedBefore: number | undefined; readonly deletedAt: number }
);

/**
 * The state of a customer before the entries that its log still holds: written when the first entry of an existing customer is written, and
 * moved on when messages end. A customer without a baseline began with its log; a customer with neither entries nor a baseline has its
 * record as its baseline. Edits never end while a log is kept, so a deletion in the log decides what it wipes.
 */
export interface LogBaseline {
  /** The greatest moment of what is in the baseline. A deletion with a greater one wipes it. */
  readonly moment: number;
  /** The log does not reach times before this one, in ms since the Unix epoch. */
  readonly time: number;
  /** The time of the last deletion that the log does not hold, in ms since the Unix epoch: if it is taken back, the log starts anew. */
  readonly deletedAt: number | undefined;
  /** Tombstones included. */
  readonly attributes: ReadonlyMap<string, AttributeSince>;
  readonly events: ReadonlyMap<string, number>;
  /** Milliseconds since the Unix epoch; {@link NEVER} for a customer that did not exist, such as one that started anew after a deletion. */
  readonly lastUpdated: number;
}

/** The `lastUpdated` of a customer that does not exist. */
export const NEVER = -1;
