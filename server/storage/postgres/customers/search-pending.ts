import type { ClientBase } from 'pg';
import type { CustomerChange } from '../../../domain/customer/customer-change.js';
import type { PartialCustomer } from '../../../domain/customer/partial-customer.js';
import type { Differences } from '../../check/differences.js';
import { checkSearchRows } from '../search/check-search-rows.js';
import type { DerivedTable } from './derived-table.js';

/** The customers that have changed since they were indexed. The indexer updates the index later. */
export class SearchPending implements DerivedTable {
  readonly name = 'customer_search';
  readonly settled = 'customer_search';
  private ids: string[] = [];

  record({ id, before, after }: CustomerChange): void {
    if (before ?? after) this.ids.push(id);
  }

  recordFresh(customers: readonly PartialCustomer[]): void {
    for (const { id } of customers) this.ids.push(id);
  }

  async flush(client: ClientBase): Promise<void> {
    const { ids } = this;
    if (ids.length === 0) return;
    this.ids = [];
    await client.query({
      name: 'note_pending',
      text: 'INSERT INTO search_pending (customer_id) SELECT customer_id FROM unnest($1::text[]) AS changed (customer_id)',
      values: [ids],
    });
  }
  /** Customers that wait to be indexed are no difference. */
  check(client: ClientBase, differences: Differences): Promise<void> {
    return checkSearchRows(client, differences);
  }

  /** Lets every customer wait to be indexed. */
  async clear(client: ClientBase): Promise<void> {
    await client.query('DELETE FROM search_pending; DELETE FROM customer_search; DELETE FROM event_times');
  }
}
