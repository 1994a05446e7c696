import { setImmediate as nextTick } from 'node:timers/promises';
import type { Awaitable } from '../domain/awaitable.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import type { CustomerSnapshot } from '../domain/customer/stored-customers.js';
import { CustomerMatcher } from '../domain/search/customer-matcher.js';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import type { OpenRecord } from '../domain/search/open-record.js';

/** Customers that are read before the event loop gets a turn. */
const CUSTOMERS_AT_ONCE = 200;

/** Opens a customer, with its log where that is needed. */
export type OpenCustomer = (customer: StoredCustomer) => Awaitable<OpenRecord>;
/** Opens customers for conditions on the times of events with these names. */
export type OpensCustomers = (events: readonly string[]) => OpenCustomer;

/**
 * Selects customers without an index, by reading them in the order of lists.
 * @param behind an id; undefined to read from the first customer on
 * @throws the reason of the signal when it is aborted
 */
export async function* selectByScan(
  customers: Pick<CustomerSnapshot, 'after'>,
  selection: CustomerSelection,
  open: OpenCustomer,
  signal?: AbortSignal,
  behind?: string,
): AsyncGenerator<string> {
  const matcher = new CustomerMatcher(selection);
  for (let last = behind; ;) {
    const read = await customers.after(last, CUSTOMERS_AT_ONCE);
    for (const customer of read) {
      if (matcher.match(await open(customer)) !== undefined) yield customer.id;
    }
    if (read.length < CUSTOMERS_AT_ONCE) return;
    last = read[read.length - 1].id;
    await nextTick();
    signal?.throwIfAborted();
  }
}

/** The ids of the selected customers behind `after`, at most `limit`; see {@link CustomerSearch.walk}. */
export async function walkByScan(
  customers: Pick<CustomerSnapshot, 'after'>,
  selection: CustomerSelection,
  open: OpenCustomer,
  after: string | undefined,
  limit: number,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const id of selectByScan(customers, selection, open, undefined, after)) {
    ids.push(id);
    if (ids.length === limit) break;
  }
  return ids;
}
