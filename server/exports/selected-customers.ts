import { Injectable } from '@nestjs/common';
import { setImmediate as nextTick } from 'node:timers/promises';
import { compareIds } from '../domain/customer/customer-id.js';
import type { CustomerSelection } from '../domain/search/customer-query.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import { StoredCustomers } from '../domain/customer/stored-customers.js';

const CUSTOMERS_AT_A_TIME = 100;

/** True when a selection holds all customers. */
export function isEverybody({ search, filters, ids }: CustomerSelection): boolean {
  return search === undefined && filters.length === 0 && ids === undefined;
}

/** Reads the customers of a selection in the order of lists, a few at a time, and lets other requests run in between. */
@Injectable()
export class SelectedCustomers {
  constructor(
    private readonly stored: StoredCustomers,
    private readonly search: CustomerSearch,
  ) {}

  /** Yields customers. For a selection it holds the ids in memory, for all customers nothing. */
  async *pages(selection: CustomerSelection): AsyncGenerator<readonly StoredCustomer[]> {
    if (isEverybody(selection)) {
      yield* this.everybody();
      return;
    }
    const ids: string[] = [];
    for await (const id of this.search.select(selection)) ids.push(id);
    ids.sort(compareIds);
    for (let at = 0; at < ids.length; at += CUSTOMERS_AT_A_TIME) {
      yield await this.stored.among(ids.slice(at, at + CUSTOMERS_AT_A_TIME));
      await nextTick();
    }
  }

  private async *everybody(): AsyncGenerator<readonly StoredCustomer[]> {
    for (let last: string | undefined; ;) {
      const page = await this.stored.after(last, CUSTOMERS_AT_A_TIME);
      if (page.length > 0) yield page;
      if (page.length < CUSTOMERS_AT_A_TIME) return;
      last = page[page.length - 1].id;
      await nextTick();
    }
  }
}
