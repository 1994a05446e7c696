import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { NO_FILTER, TimelineFilter, TimelinePage } from '../model/timeline';
import { TimelineClient } from '../wire/timeline-client';

export type TimelineState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | ({ readonly kind: 'ready' } & TimelinePage);

/** The timeline of a customer, newest entry first, page by page. One for each component. */
@Injectable()
export class TimelineStore {
  private readonly client = inject(TimelineClient);
  private readonly _state = signal<TimelineState>({ kind: 'loading' });
  private readonly _busy = signal(false);
  private readonly _failure = signal<Problem | null>(null);
  private request: Subscription | null = null;
  private id = '';
  private filter = NO_FILTER;

  readonly state = this._state.asReadonly();
  /** True if entries are being loaded. The present ones stay. */
  readonly busy = this._busy.asReadonly();
  /** The reason why older entries are missing, below the present ones. */
  readonly failure = this._failure.asReadonly();

  load(id: string, filter: TimelineFilter): void {
    if (id !== this.id) this._state.set({ kind: 'loading' });
    [this.id, this.filter] = [id, filter];
    this.fetch(undefined);
  }

  loadMore(): void {
    const state = this._state();
    if (state.kind === 'ready' && state.next !== undefined && !this._busy()) this.fetch(state);
  }

  private fetch(present: TimelinePage | undefined): void {
    this.request?.unsubscribe();
    this._busy.set(true);
    this._failure.set(null);
    this.request = this.client.page(this.id, this.filter, present?.next).subscribe({
      next: (page) => {
        this._busy.set(false);
        this._state.set({ kind: 'ready', ...page, entries: [...(present?.entries ?? []), ...page.entries] });
      },
      error: (error: unknown) => {
        this._busy.set(false);
        const problem = readProblem(error);
        if (present) this._failure.set(problem);
        else this._state.set({ kind: 'error', problem });
      },
    });
  }
}
