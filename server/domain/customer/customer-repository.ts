import { customerJson } from './customer-json.js';
import type { CustomerRecord, CustomerState } from './customer.js';
import type { Checkpoint } from '../ingestion/ingestion.js';
import type { DomainError } from '../errors.js';
import type { EditNote } from './history.js';
import type { IngestionCounts } from '../ingestion/ingestion.js';
import type { FoldedBatch } from './folded-batch.js';

const encoder = new TextEncoder();

export interface CustomerPage {
  readonly customers: readonly CustomerRecord[];
  /** All customers, not those of the page. */
  readonly total: number;
}

/** What is merged at once, piece by piece. It can be gone through again, when a transaction has to be repeated. */
export type FoldedBatches = Iterable<FoldedBatch> | AsyncIterable<FoldedBatch>;

export interface CustomerPageJson {
  /** The {@link customerJson} of each customer, with commas between them, as UTF-8. */
  readonly customers: Uint8Array;
  /** All customers, not those of the page. */
  readonly total: number;
}

/**
 * Changes a customer in place, or throws to change nothing. It runs inside the transaction and may run again when that has
 * to be repeated, so it has no other effect.
 * @param state the customer with its tombstones; `exists` is false when there is none
 * @param current the customer as it is served; undefined when there is none
 */
export type CustomerEdit = (state: CustomerState, current: CustomerRecord | undefined) => void;

/** What became of one customer of several that were to be edited. */
export interface EditOutcome {
  readonly id: string;
  /** False when the edit changed nothing that the history tells of, or was refused. */
  readonly changed: boolean;
  readonly refusal: DomainError | undefined;
}

/** An edit through the API that nobody has said more of. */
export const UPDATED_BY_API: EditNote = { source: 'api', action: 'updated' };

/**
 * The summary: one record per customer. This class is the contract of every engine and the token for Nest.
 * What a promise has resolved for survives a `kill -9`.
 */
export abstract class CustomerRepository {
  /** @param id the `user_id`, as text */
  abstract find(id: string): Promise<CustomerRecord | undefined>;

  /**
   * Customers from `offset` on (0 is the first), at most `limit`: numeric ids by number, then the others by code point.
   * Past the end there are none.
   */
  abstract page(offset: number, limit: number): Promise<CustomerPage>;

  /** The {@link customerJson} of one customer, as UTF-8. An engine that has the bytes at hand overrides it. */
  async findJson(id: string): Promise<Uint8Array | undefined> {
    const customer = await this.find(id);
    return customer && encoder.encode(customerJson(customer));
  }

  /** A {@link page} as JSON. An engine that has the bytes at hand overrides it. */
  async pageJson(offset: number, limit: number): Promise<CustomerPageJson> {
    const { customers, total } = await this.page(offset, limit);
    return { customers: encoder.encode(customers.map(customerJson).join(',')), total };
  }

  /**
   * Reads, edits and writes one customer in one transaction, with its entry in the history.
   * @returns the customer afterwards; undefined when the edit deleted it
   * @throws whatever `edit` throws; DomainError `storage_busy` when another process holds the database for too long
   */
  abstract change(id: string, edit: CustomerEdit, note?: EditNote): Promise<CustomerRecord | undefined>;

  /**
   * As {@link change}, for several customers in one transaction, in their order. Where the edit throws a DomainError that
   * customer stays as it is, and the others go on.
   * @param ids each once
   * @throws whatever else `edit` throws, and nothing is changed; DomainError `storage_busy`
   */
  abstract changeEach(ids: readonly string[], edit: CustomerEdit, note: EditNote): Promise<readonly EditOutcome[]>;

  /**
   * Merges what a source says since the last checkpoint, and stores how far it was read, in one transaction.
   * @param partials in the order of lists; a customer is in one of them. They are taken one by one, as they come.
   * @returns the counts of the checkpoint, completed by what only the merge can tell
   */
  abstract merge(partials: FoldedBatches, checkpoint: Checkpoint): Promise<IngestionCounts>;

  /** The four words that message identities are hashed with; see {@link MessageIdentifier}. */
  abstract identityKey(): Promise<Uint32Array>;
}
