import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { OverviewClient, OverviewNumbers } from '../wire/overview-client';

export type OverviewState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly numbers: OverviewNumbers };

/** The numbers of the whole database. Outlives the page, which shows the known numbers at once and loads them again. */
@Injectable({ providedIn: 'root' })
export class OverviewStore {
  private readonly client = inject(OverviewClient);
  private readonly _state = signal<OverviewState>({ kind: 'loading' });
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();

  load(): void {
    this.request?.unsubscribe();
    if (this._state().kind === 'error') this._state.set({ kind: 'loading' });
    this.request = this.client.read().subscribe({
      next: (numbers) => this._state.set({ kind: 'ready', numbers }),
      error: (error: unknown) => {
        if (this._state().kind !== 'ready') this._state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }
}
