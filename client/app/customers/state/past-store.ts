import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Customer } from '../model/customer';
import { CustomersClient } from '../wire/customers-client';

export type PastState =
  /** The record of now is shown. */
  | { readonly kind: 'now' }
  | { readonly kind: 'loading'; readonly at: string }
  /** The customer did not exist at that moment. */
  | { readonly kind: 'missing'; readonly at: string }
  | { readonly kind: 'error'; readonly at: string; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly at: string; readonly customer: Customer };

/** A customer as it was at a moment. One for each component. */
@Injectable()
export class PastStore {
  private readonly client = inject(CustomersClient);
  private readonly _state = signal<PastState>({ kind: 'now' });
  private request: Subscription | undefined;

  readonly state = this._state.asReadonly();

  /** @param at RFC 3339; empty for now */
  load(id: string, at: string): void {
    this.request?.unsubscribe();
    this._state.set(at === '' ? { kind: 'now' } : { kind: 'loading', at });
    if (at === '') return;
    this.request = this.client.readAt(id, at).subscribe({
      next: (customer) => this._state.set({ kind: 'ready', at, customer }),
      error: (error: unknown) => {
        const problem = readProblem(error);
        this._state.set(problem.status === 404 ? { kind: 'missing', at } : { kind: 'error', at, problem });
      },
    });
  }
}
