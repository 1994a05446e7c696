import { DOCUMENT, Injectable, inject } from '@angular/core';

import { CustomerQuery } from '../model/customer-query';
import { CustomerListStore } from './customer-list-store';

const KEY = 'roster.result';

/** The place of a customer in a result. */
export interface Place {
  /** From 1 on. */
  readonly number: number;
  readonly total: number;
  /** There may be more than `total`. */
  readonly isMinimum: boolean;
}

export type Step = 1 | -1;

/** The result of the list from which the reader came, to go through it customer by customer. A reload of the tab keeps it. */
@Injectable({ providedIn: 'root' })
export class ResultWalk {
  private readonly list = inject(CustomerListStore);
  private readonly storage = inject(DOCUMENT).defaultView?.sessionStorage;
  /** The query of the list that the walk began with. */
  private start: CustomerQuery | null = null;
  private page: CustomerQuery | null = this.recall();

  /** The page of the list that the reader is at; null for none. */
  query(): CustomerQuery | null {
    if (this.list.query !== this.start) {
      this.start = this.list.query;
      this.moveTo(this.start);
    }
    return this.page;
  }

  /** @returns null if the customer is not in the result, or that is not known */
  async place(id: string): Promise<Place | null> {
    const query = this.query();
    if (!query || !(await this.list.read(query))) return null;
    // Back leads to the page before.
    for (const page of [query.page, query.page - 1, query.page + 1]) {
      const found = this.find(id, { ...query, page });
      if (!found) continue;
      if (page !== query.page) this.moveTo({ ...query, page });
      return found;
    }
    return null;
  }

  /** @returns the id of the next or previous customer; null for none */
  async beside(id: string, by: Step): Promise<string | null> {
    const place = await this.place(id);
    const query = this.query();
    if (!place || !query) return null;
    const at = place.number - 1 + by;
    const page = Math.floor(at / query.perPage) + 1;
    if (page < 1) return null;
    const turned = { ...query, page };
    const customer = (await this.list.read(turned))?.customers.at(at % query.perPage);
    if (!customer) return null;
    this.moveTo(turned);
    return String(customer.id);
  }

  private find(id: string, query: CustomerQuery): Place | null {
    const page = this.list.kept(query);
    const index = page?.customers.findIndex((customer) => String(customer.id) === id) ?? -1;
    if (!page || index < 0) return null;
    const { total, total_is_minimum: isMinimum = false } = page.meta;
    return { number: (query.page - 1) * query.perPage + index + 1, total, isMinimum };
  }

  private moveTo(query: CustomerQuery | null): void {
    this.page = query;
    try {
      if (query) this.storage?.setItem(KEY, JSON.stringify(query));
    } catch {
      // The storage is closed or full. The walk ends with the visit.
    }
  }

  private recall(): CustomerQuery | null {
    try {
      return JSON.parse(this.storage?.getItem(KEY) ?? 'null') as CustomerQuery | null; // Written by `moveTo`.
    } catch {
      return null;
    }
  }
}
