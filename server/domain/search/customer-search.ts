import { eventsWithin } from './condition.js';
import type {
  AttributeName,
  CustomerCount,
  CustomerQuery,
  CustomerSelection,
  EventName,
  FoundCustomers,
  FoundIds,
} from './customer-query.js';
import type { TimeCounts } from './time-counts.js';

/**
 * Searches customers. This class is the contract of every engine and the token for Nest. A returned customer is up to date even
 * when an index is behind; a selected customer is missing only if the answer says `indexing`.
 */
export abstract class CustomerSearch {
  /** The selected customers from `offset` on (0 is the first), at most `limit`. The page is empty past the end. */
  abstract search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers>;

  /** The same page as {@link search}, by ids only: a page of any length takes little memory. */
  abstract searchIds(query: CustomerQuery, offset: number, limit: number): Promise<FoundIds>;

  /**
   * The ids of the selected customers behind an id in the order of lists, at most `limit`, as they are now. None is missing, even when an index
   * is behind.
   * @param after which need not exist; undefined for the first customers
   */
  abstract walk(selection: CustomerSelection, after: string | undefined, limit: number): Promise<readonly string[]>;

  abstract count(selection: CustomerSelection): Promise<CustomerCount>;

  /**
   * The ids of all selected customers, each once, in an unspecified order; a bounded number is in memory at a time. None is missing:
   * customers that are not indexed are read one at a time. A customer that changes meanwhile may be included or not.
   * @throws the reason of the signal when it is aborted
   */
  abstract select(selection: CustomerSelection, signal?: AbortSignal): AsyncIterable<string>;

  /**
   * The time up to which events of a name have ended in the log, in ms since the Unix epoch: the latest of any customer. Undefined if the logs
   * of all customers have all events of the name.
   * @param isThorough looks at all customers even when an index is behind; else some may be missing if an answer of {@link search} says `indexing`
   */
  protected abstract eventsEndedUpTo(name: string, isThorough: boolean): Promise<number | undefined>;

  /**
   * The earliest time from which on the log has all events that the conditions of a selection ask for, of every customer, in ms since the Unix
   * epoch. Undefined if that is the case for the times that they ask for.
   * @param isThorough see {@link eventsEndedUpTo}
   */
  async logIncompleteSince({ filters }: CustomerSelection, isThorough = false): Promise<number | undefined> {
    let since: number | undefined;
    for (const { name, within } of eventsWithin(filters)) {
      const ended = await this.eventsEndedUpTo(name, isThorough);
      if (ended !== undefined && ended >= within.from) since = Math.max(since ?? 0, ended + 1);
    }
    return since;
  }

  /**
   * Counts customers by `created_at`, and the events that their logs hold by the time of each. A customer that changes meanwhile may be
   * included or not.
   * @param edges of the spans, ascending, in ms since the Unix epoch: one more than there are spans
   */
  abstract timeCounts(edges: readonly number[]): Promise<TimeCounts>;

  /** The attributes whose name contains `search` (case aside), those of most customers first, at most `limit`. */
  abstract attributeNames(search: string, limit: number): Promise<readonly AttributeName[]>;

  /** The events whose name contains `search` (case aside), those of most customers first, at most `limit`. */
  abstract eventNames(search: string, limit: number): Promise<readonly EventName[]>;
}
