import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { CustomerPage } from './customer';
import { CustomersClient } from './customers-client';

export type CustomerListState =
  | { readonly kind: 'loading'; readonly previous: CustomerPage | null }
  | { readonly kind: 'empty' }
  /** There are customers, but the asked page lies behind the last one. */
  | { readonly kind: 'past_end'; readonly page: CustomerPage }
  | { readonly kind: 'ready'; readonly page: CustomerPage }
  | { readonly kind: 'error'; readonly problem: Problem };

/** One page of the list. Outlives the list's page, so that going back shows it at once and refreshes it then. */
@Injectable({ providedIn: 'root' })
export class CustomerListStore {
  private readonly client = inject(CustomersClient);
  private readonly _state = signal<CustomerListState>({ kind: 'loading', previous: null });
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();

  /** Loads a page; what is shown stays until it arrives. Only the last of several requests counts. */
  load(page: number, perPage: number): void {
    this.request?.unsubscribe();
    this._state.update((state) => ({ kind: 'loading', previous: shown(state) }));
    this.request = this.client.page(page, perPage).subscribe({
      next: (loaded) => this._state.set(stateOf(loaded)),
      error: (error: unknown) => this._state.set({ kind: 'error', problem: readProblem(error) }),
    });
  }

  /** Forgets what was loaded: a customer came, changed or went. */
  invalidate(): void {
    this.request?.unsubscribe();
    this._state.set({ kind: 'loading', previous: null });
  }
}

function stateOf(page: CustomerPage): CustomerListState {
  if (page.customers.length > 0) return { kind: 'ready', page };
  return page.meta.total > 0 ? { kind: 'past_end', page } : { kind: 'empty' };
}

function shown(state: CustomerListState): CustomerPage | null {
  switch (state.kind) {
    case 'ready':
      return state.page;
    case 'loading':
      return state.previous;
    case 'empty':
    case 'past_end':
    case 'error':
      return null;
    default:
      return state satisfies never;
  }
}
