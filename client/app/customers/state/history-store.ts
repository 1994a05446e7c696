import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { HistoryEntry } from '../model/history';
import { HistoryClient } from '../wire/history-client';

export type HistoryState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly entries: readonly HistoryEntry[]; readonly more: boolean };

/** The history of a customer, newest entry first, page by page. One for each component. */
@Injectable()
export class HistoryStore {
  private readonly client = inject(HistoryClient);
  private readonly _state = signal<HistoryState>({ kind: 'loading' });
  private readonly _busy = signal(false);
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();
  /** True if older entries are being loaded below the present ones. */
  readonly busy = this._busy.asReadonly();

  load(id: string): void {
    this._state.set({ kind: 'loading' });
    this.fetch(id, []);
  }

  loadMore(id: string): void {
    const state = this._state();
    if (state.kind === 'ready' && !this._busy()) this.fetch(id, state.entries);
  }

  private fetch(id: string, before: readonly HistoryEntry[]): void {
    this.request?.unsubscribe();
    this._busy.set(true);
    this.request = this.client.page(id, before.at(-1)?.id).subscribe({
      next: ({ entries, more }) => {
        this._busy.set(false);
        this._state.set({ kind: 'ready', entries: [...before, ...entries], more });
      },
      error: (error: unknown) => {
        this._busy.set(false);
        this._state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }
}
