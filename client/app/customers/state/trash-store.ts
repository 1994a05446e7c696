import { Injectable, inject, signal } from '@angular/core';
import { Subscription, firstValueFrom } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { TrashEntry } from '../model/trash-entry';
import { TrashClient } from '../wire/trash-client';
import { CustomerListStore } from './customer-list-store';

export type TrashState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly entries: readonly TrashEntry[]; readonly next: string | undefined };

/** The deleted customers, the last deleted first, page by page. One for each component. */
@Injectable()
export class TrashStore {
  private readonly client = inject(TrashClient);
  private readonly list = inject(CustomerListStore);
  private readonly _state = signal<TrashState>({ kind: 'loading' });
  private readonly _busy = signal(false);
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();
  /** True if further customers are being loaded below the present ones. */
  readonly busy = this._busy.asReadonly();

  /** Loads the first page. The present one stays on the screen until the answer. */
  load(): void {
    this.fetch([]);
  }

  loadMore(): void {
    const state = this._state();
    if (state.kind === 'ready' && state.next !== undefined && !this._busy()) this.fetch(state.entries, state.next);
  }

  /** @returns the problem of a customer that was not restored; null for one that was */
  async restore(entry: TrashEntry): Promise<Problem | null> {
    try {
      await firstValueFrom(this.client.restore(String(entry.id)));
    } catch (error: unknown) {
      return readProblem(error);
    }
    this.list.clear();
    const state = this._state();
    if (state.kind === 'ready')
      this._state.set({ ...state, entries: state.entries.filter((one) => one.id !== entry.id) });
    return null;
  }

  private fetch(before: readonly TrashEntry[], place?: string): void {
    this.request?.unsubscribe();
    this._busy.set(true);
    this.request = this.client.page(place).subscribe({
      next: ({ entries, next }) => {
        this._busy.set(false);
        this._state.set({ kind: 'ready', entries: [...before, ...entries], next });
      },
      error: (error: unknown) => {
        this._busy.set(false);
        this._state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }
}
