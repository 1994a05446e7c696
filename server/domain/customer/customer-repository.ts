import type { Awaitable } from '../awaitable.js';
import type { LiveMessage, LiveMessageOutcome } from './accept-messages.js';
import { customerJson } from './customer-json.js';
import type { CustomerRecord, CustomerState } from './customer.js';
import type { Checkpoint } from '../ingestion/ingestion.js';
import type { DomainError } from '../errors.js';
import type { ErasureNote, SourceOfCustomer } from './erasure.js';
import type { EditNote } from './history.js';
import type { IngestionCounts } from '../ingestion/ingestion.js';
import type { FoldedBatch } from './folded-batch.js';
import type { ImportRow, RowOutcome } from '../import/accept-rows.js';
import type { Identity } from '../message/message-identity.js';
import type { KnownCustomer } from './customer-change.js';
import type { LiveNote } from '../sources/live-calls.js';

const encoder = new TextEncoder();

export interface CustomerPage {
  readonly customers: readonly CustomerRecord[];
  /** Number of all customers, not of those of the page. */
  readonly total: number;
}

/** Folded batches that are applied in one transaction. They can be iterated again, when the transaction has to be repeated. */
export type FoldedBatches = Iterable<FoldedBatch> | AsyncIterable<FoldedBatch>;

export interface CustomerPageJson {
  /** The {@link customerJson} of each customer, with commas between them, as UTF-8. */
  readonly customers: Uint8Array;
  /** Number of all customers, not of those of the page. */
  readonly total: number;
}

/** Customers that follow one another in a list. */
export interface CustomerRun {
  /** The {@link customerJson} of each customer, with commas between them, as UTF-8. */
  readonly json: Uint8Array;
  /** Number of the customers in `json`. */
  readonly count: number;
}

/** A run in the order of lists. */
export interface RunAfter extends CustomerRun {
  /** The id of the last customer; undefined when there is none. */
  readonly last: string | undefined;
}

/** A run of customers that were asked for by their ids. */
export interface RunAmong extends CustomerRun {
  /** Number of the ids, from the first on, that the run covers. */
  readonly covered: number;
}

/**
 * Changes a customer in place, or throws to change nothing. It runs inside the transaction and may run again when that has
 * to be repeated, so it has no other effect.
 * @param state the customer with its tombstones; `exists` is false when there is none
 * @param current the customer as it is served; undefined when there is none
 */
export type CustomerEdit = (state: CustomerState, current: CustomerRecord | undefined) => void;

/** The result for one customer of a bulk edit. */
export interface EditOutcome {
  readonly id: string;
  /** True when the edit has an entry in the history, or has changed labels. */
  readonly changed: boolean;
  readonly refusal: DomainError | undefined;
}

/** A customer as a transaction would find it. */
export interface FoundCustomer {
  readonly known: KnownCustomer;
  /** True for a message that was applied to it. @param identity one that was asked for */
  readonly has: (identity: Identity) => boolean;
}

/**
 * One record per customer. This class is the contract of every engine and the token for Nest. A write whose promise has resolved
 * survives a `kill -9`.
 */
export abstract class CustomerRepository {
  /** @param id the `user_id`, as text */
  abstract get(id: string): Promise<CustomerRecord | undefined>;

  /** The labels of a customer in the order of code points; undefined when it does not exist. */
  abstract labels(id: string): Promise<readonly string[] | undefined>;

  /**
   * At most `limit` customers from `offset` on (0 is the first): numeric ids by number, then the other ids by code point. The page is
   * empty past the end.
   */
  abstract page(offset: number, limit: number): Promise<CustomerPage>;

  /** The {@link customerJson} of one customer, as UTF-8. An engine that has the bytes at hand overrides it. */
  getJson(id: string): Awaitable<Uint8Array | undefined> {
    return this.get(id).then((customer) => customer && encoder.encode(customerJson(customer)));
  }

  /** A {@link page} as JSON. An engine that has the bytes at hand overrides it. */
  pageJson(offset: number, limit: number): Awaitable<CustomerPageJson> {
    return this.page(offset, limit).then(({ customers, total }) => ({
      customers: encoder.encode(customers.map(customerJson).join(',')),
      total,
    }));
  }

  /**
   * The customers behind an id in the order of lists: at most `limit`, and no further one once they have `bytes`.
   * @param id which need not exist; undefined for the first customers
   */
  abstract runAfter(id: string | undefined, limit: number, bytes: number): Awaitable<RunAfter>;

  /** The customers of `ids` that exist, in the order of `ids`, and no further one once they have `bytes`. */
  async runAmong(ids: readonly string[], bytes: number): Promise<RunAmong> {
    const found: Uint8Array[] = [];
    let [length, covered] = [0, 0];
    while (covered < ids.length && length < bytes) {
      const json = await this.getJson(ids[covered++]);
      if (!json) continue;
      found.push(json);
      length += json.length;
    }
    return { json: joined(found), count: found.length, covered };
  }

  /**
   * Reads, edits and writes one customer in one transaction, with its entry in the history.
   * @returns the customer afterwards; undefined when the edit deleted it
   * @throws anything that `edit` throws; DomainError `storage_busy` when another process holds the database for too long
   */
  abstract change(id: string, edit: CustomerEdit, note: EditNote): Promise<CustomerRecord | undefined>;

  /**
   * Edits several customers as {@link change} does, in one transaction and in their order. A customer whose edit throws a DomainError stays
   * as it is; the other customers are edited.
   * @param ids each once
   * @throws anything else that `edit` throws, and nothing is changed; DomainError `storage_busy`
   */
  abstract changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<readonly EditOutcome[]>;

  /**
   * Removes all that is kept of a customer, in one transaction: its record, also in the trash, the identities of its messages, its log, its history and
   * its rejects. The id is blanked in the audit. Messages up to now, or up to its newest if that is later, are stale from then on.
   * @returns the sources in which the customer occurs, as far as they are known; undefined if the note has kept it
   * @throws anything that the check of the note throws; DomainError `customer_not_found` when nothing is kept of it, `storage_busy`
   */
  abstract erase(id: string, note: ErasureNote): Promise<readonly SourceOfCustomer[] | undefined>;

  /**
   * Applies the stretch of a source since the last checkpoint, and stores how far it was read, in one transaction.
   * @param batches in the order of lists; every customer is in one of them only. They are taken one by one.
   * @returns the counts of the checkpoint, completed by the outcomes of the messages
   */
  abstract apply(batches: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts>;

  /**
   * Applies messages that arrived by themselves, and counts them and keeps their rejects by their sources, in one transaction.
   * @param messages in the order of their arrival, of any number of requests
   * @param notes calls without a message, which are only counted and kept; none by default
   * @returns the outcome of each message, in the same order
   * @throws DomainError `storage_busy`, `storage_full`, `storage_unavailable`, `storage_read_only`; then none was applied
   */
  abstract accept(
    messages: readonly LiveMessage[],
    notes?: readonly LiveNote[],
  ): Promise<readonly LiveMessageOutcome[]>;

  /**
   * Applies rows of an import, and stores how far it is, in one transaction.
   * @param rows in their order; those of one customer are applied one after another
   * @param progress gives the checkpoint by the outcomes; it may be called again, when the transaction has to be repeated
   * @returns the outcome of each row
   * @throws DomainError as {@link apply}
   */
  abstract acceptRows(
    rows: readonly ImportRow[],
    progress: (outcomes: readonly RowOutcome[]) => Checkpoint,
    ingestionId: number,
  ): Promise<readonly RowOutcome[]>;

  /**
   * Reads customers as {@link acceptRows} would find them, and changes nothing.
   * @param ids each once
   * @param identitiesOf gives those whose messages are looked for, packed, in ascending order
   */
  abstract look(
    ids: readonly string[],
    identitiesOf: (known: KnownCustomer) => Uint8Array,
  ): Promise<readonly FoundCustomer[]>;

  /** The four words that message identities are hashed with; see {@link MessageIdentifier}. */
  abstract identityKey(): Promise<Uint32Array>;
}

const COMMA = encoder.encode(',');

/** Joins JSON by commas. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length + 1, -1 + Number(parts.length === 0)));
  let at = 0;
  for (const part of parts) {
    if (at > 0) joined.set(COMMA, at++);
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
