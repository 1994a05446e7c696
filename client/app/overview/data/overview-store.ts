import { HttpClient } from '@angular/common/http';
import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { IngestionView } from '../../api/models/ingestion-view';
import { Problem, readProblem } from '../../core/problem';

export interface NamedCount {
  readonly name: string;
  readonly customers: number;
}

/** Customers by the day (UTC) they were last updated, or by spans of days where there are many. */
export interface UpdatedOn {
  readonly day?: string;
  readonly from?: string;
  readonly to?: string;
  readonly customers: number;
}

export interface OverviewNumbers {
  readonly customers: number;
  readonly attribute_names: number;
  readonly event_names: number;
  readonly events: number;
  /** The 20 most frequent, most frequent first. */
  readonly top_events: readonly (NamedCount & { readonly events: number })[];
  /** The 50 that most customers have. */
  readonly attributes: readonly NamedCount[];
  readonly last_updated: readonly UpdatedOn[];
  readonly ingestions: readonly IngestionView[];
}

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
    this.request = this.http.get<OverviewNumbers>('/overview').subscribe({
      next: (numbers) => this._state.set({ kind: 'ready', numbers }),
      error: (error: unknown) => {
        if (this._state().kind !== 'ready') this._state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }
}
