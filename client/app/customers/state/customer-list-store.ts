import { Injectable, inject, signal } from '@angular/core';
import { Subscription, firstValueFrom } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Customer, CustomerPage } from '../model/customer';
import { CustomerQuery } from '../model/customer-query';
import { CustomersClient } from '../wire/customers-client';

export type CustomerListState =
  /** `previous` stays on the screen until the page has arrived. `kept` says that it is an older copy of the same page. */
  | { readonly kind: 'loading'; readonly previous: CustomerPage | null; readonly kept: boolean }
  /** No customer matches, or there is none at all. */
  | { readonly kind: 'empty'; readonly page: CustomerPage }
  /** There are customers, but the page is behind the last one. */
  | { readonly kind: 'past_end'; readonly page: CustomerPage }
  | { readonly kind: 'ready'; readonly page: CustomerPage }
  /** `previous` is an older copy of the page. */
  | { readonly kind: 'error'; readonly problem: Problem; readonly previous: CustomerPage | null };

const MOST_KEPT = 40;

/**
 * The present page of the list. Outlives the component and keeps the pages it has loaded: a known page is shown at once and
 * loaded again. The next page is loaded ahead.
 */
@Injectable({ providedIn: 'root' })
export class CustomerListStore {
  private readonly client = inject(CustomersClient);
  private readonly _state = signal<CustomerListState>({ kind: 'loading', previous: null, kept: false });
  /** The most recently used page comes last. */
  private readonly pages = new Map<string, CustomerPage>();
  private request: Subscription | null = null;
  private ahead: Subscription | null = null;

  readonly state = this._state.asReadonly();
  /** The query of the last page that the list showed; null for none. */
  query: CustomerQuery | null = null;

  /** Loads a page. The page on the screen stays until then. Only the last request counts. */
  load(query: CustomerQuery): void {
    this.request?.unsubscribe();
    this.ahead?.unsubscribe();
    this.query = query;
    const known = this.kept(query);
    this._state.update((state) => ({ kind: 'loading', previous: known ?? shown(state), kept: known !== null }));
    this.request = this.client.page(query).subscribe({
      next: (page) => {
        this.keep(query, page);
        this._state.set(stateOf(page));
        this.fetchAhead(query, page);
      },
      error: (error: unknown) => this._state.set({ kind: 'error', problem: readProblem(error), previous: known }),
    });
  }

  /** A page that was loaded before; null for none. */
  kept(query: CustomerQuery): CustomerPage | null {
    return this.pages.get(keyOf(query)) ?? null;
  }

  /** Reads a page, unless it is kept. The list stays as it is. @returns null if it can not be read */
  async read(query: CustomerQuery): Promise<CustomerPage | null> {
    const known = this.kept(query);
    if (known) return known;
    try {
      const page = await firstValueFrom(this.client.page(query));
      this.keep(query, page);
      return page;
    } catch {
      return null;
    }
  }

  /** Replaces a written customer in every page. */
  replace(customer: Customer): void {
    this.rewrite((page) => ({
      ...page,
      customers: page.customers.map((old) => (old.id === customer.id ? customer : old)),
    }));
  }

  /** Removes a deleted customer from every page. */
  remove(id: string): void {
    this.rewrite((page) => {
      const customers = page.customers.filter((customer) => String(customer.id) !== id);
      const gone = page.customers.length - customers.length;
      return { customers, meta: { ...page.meta, total: page.meta.total - gone } };
    });
  }

  /** Forgets all pages, after many customers have changed. */
  clear(): void {
    this.request?.unsubscribe();
    this.ahead?.unsubscribe();
    this.pages.clear();
  }

  private fetchAhead(query: CustomerQuery, { meta }: CustomerPage): void {
    const next = { ...query, page: query.page + 1 };
    if (query.page * query.perPage >= meta.total || this.pages.has(keyOf(next))) return;
    // A failure is ignored: the page is then loaded when the user opens it.
    this.ahead = this.client.page(next).subscribe({ next: (page) => this.keep(next, page), error: () => undefined });
  }

  private keep(query: CustomerQuery, page: CustomerPage): void {
    const key = keyOf(query);
    this.pages.delete(key);
    this.pages.set(key, page);
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= MOST_KEPT) return;
      this.pages.delete(oldest);
    }
  }

  private rewrite(change: (page: CustomerPage) => CustomerPage): void {
    this.request?.unsubscribe();
    for (const [key, page] of this.pages) this.pages.set(key, change(page));
    this._state.update((state) => {
      const page = shown(state);
      return page ? { kind: 'loading', previous: change(page), kept: true } : state;
    });
  }
}

function keyOf({ search, filters, where, tz, sort, order, page, perPage }: CustomerQuery): string {
  return JSON.stringify([search, filters, where, tz, sort, order, page, perPage]);
}

function stateOf(page: CustomerPage): CustomerListState {
  if (page.customers.length > 0) return { kind: 'ready', page };
  return { kind: page.meta.total > 0 ? 'past_end' : 'empty', page };
}

/** The page that a state puts on the screen. */
export function shown(state: CustomerListState): CustomerPage | null {
  switch (state.kind) {
    case 'ready':
      return state.page;
    case 'loading':
    case 'error':
      return state.previous;
    case 'empty':
    case 'past_end':
      return null;
    default:
      return state satisfies never;
  }
}
