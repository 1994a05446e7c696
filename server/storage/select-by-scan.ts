import { setImmediate as nextTick } from 'node:timers/promises';
import { recordOf } from '../domain/customer/customer.js';
import type { CustomerSnapshot } from '../domain/customer/stored-customers.js';
import { CustomerMatcher } from '../domain/search/customer-matcher.js';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import { OpenRecord } from '../domain/search/open-record.js';

/** How many customers are read before the event loop gets a turn. */
const CUSTOMERS_AT_ONCE = 200;

/** Selects customers of a snapshot without an index, by reading all of them. */
export async function* selectByScan(
  snapshot: Pick<CustomerSnapshot, 'after'>,
  selection: CustomerSelection,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const matcher = new CustomerMatcher(selection);
  for (let last: string | undefined; ;) {
    signal.throwIfAborted();
    const customers = await snapshot.after(last, CUSTOMERS_AT_ONCE);
    for (const customer of customers) {
      if (matcher.match(new OpenRecord(recordOf(customer))) !== undefined) yield customer.id;
    }
    if (customers.length < CUSTOMERS_AT_ONCE) return;
    last = customers[customers.length - 1].id;
    await nextTick();
  }
}
