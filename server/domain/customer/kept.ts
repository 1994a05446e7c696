import type { Reject } from '../ingestion/reject.js';
import type { SourceReject } from '../sources/source.js';
import type { StoredCustomer } from './customer.js';
import type { HistoryEntry } from './history.js';
import type { LabelEdit } from './label-edits.js';
import type { Note } from './notes.js';
import type { SourceOfCustomer } from './erasure.js';

/** The record of a customer with all that belongs to it. Times are in ms since the Unix epoch. */
export interface KeptRecord {
  /** Undefined when the customer does not exist. */
  readonly stored: StoredCustomer | undefined;
  readonly deletedAt: number | undefined;
  readonly suppressedAt: number | undefined;
}

/** A rejected line with the number of its ingestion. */
export interface RejectedLine {
  readonly ingestion: number;
  readonly reject: Reject;
}

/**
 * Reads all that is kept of one customer, beside its entries in the trash and in the audit. This class is the contract of every engine and
 * the token for Nest. A customer may have any amount of each, so they come in pieces of a bounded size.
 */
export abstract class KeptRepository {
  abstract record(id: string): Promise<KeptRecord>;

  /** The identities of applied messages, packed, in ascending order. */
  abstract identities(id: string): AsyncIterable<Uint8Array>;

  /** Every entry of the history, also from before a deletion, the oldest first. */
  abstract history(id: string): AsyncIterable<readonly HistoryEntry[]>;

  /** Every note, also those that are hidden while the customer is in the trash, in the order of ids. */
  abstract notes(id: string): AsyncIterable<readonly Note[]>;

  /** Every label that a bulk edit put on or took away, in the order of bulk edits. */
  abstract labelEdits(id: string): AsyncIterable<readonly LabelEdit[]>;

  /** Lines whose `user_id` can be read. */
  abstract rejectedLines(id: string): AsyncIterable<readonly RejectedLine[]>;

  /** Live calls whose `user_id` could be read, the oldest first. */
  abstract rejectedCalls(id: string): AsyncIterable<readonly SourceReject[]>;

  /**
   * The sources in which the customer occurs, as far as they are known.
   * @param ingestions,sources numbers that are known to the caller
   */
  abstract sources(
    id: string,
    ingestions: readonly number[],
    sources: readonly number[],
  ): Promise<readonly SourceOfCustomer[]>;
}
