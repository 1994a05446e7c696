import { HttpClient } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { getOverview } from '../../api/fn/overview/get-overview';
import { OverviewAnswer } from '../../api/models/overview-answer';
import { Problem, readProblem } from '../../core/problem';

/** The numbers of the whole database: the 20 most frequent events, the 50 attributes that most customers have. */
export type OverviewNumbers = Readonly<OverviewAnswer>;

export type OverviewState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly numbers: OverviewNumbers };

/** The numbers of the whole database. Kept, so that coming back shows them at once and refreshes them then. */
@Injectable({ providedIn: 'root' })
export class OverviewStore {
  private readonly http = inject(HttpClient);
  private readonly _state = signal<OverviewState>({ kind: 'loading' });
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();

  load(): void {
    this.request?.unsubscribe();
    if (this._state().kind === 'error') this._state.set({ kind: 'loading' });
    this.request = getOverview(this.http, '').subscribe({
      next: ({ body }) => this._state.set({ kind: 'ready', numbers: body }),
      error: (error: unknown) => {
        if (this._state().kind !== 'ready') this._state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }
}
