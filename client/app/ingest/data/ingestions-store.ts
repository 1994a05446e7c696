import { Injectable, inject, signal } from '@angular/core';
import { Subscription } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Ingestion } from '../wire/ingestion';
import { IngestionsClient } from '../wire/ingestions-client';

export type IngestionsState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  /** Newest first. A running ingestion is updated while it runs. */
  | { readonly kind: 'ready'; readonly ingestions: readonly Ingestion[] };

/** All ingestions. Outlives the page. Running ingestions are followed while the page is open. */
@Injectable({ providedIn: 'root' })
export class IngestionsStore {
  private readonly client = inject(IngestionsClient);
  private readonly _state = signal<IngestionsState>({ kind: 'loading' });
  private readonly followed = new Map<number, Subscription>();
  private request: Subscription | null = null;

  readonly state = this._state.asReadonly();

  load(): void {
    this.request?.unsubscribe();
    if (this._state().kind === 'error') this._state.set({ kind: 'loading' });
    this.request = this.client.list().subscribe({
      next: (ingestions) => {
        this._state.set({ kind: 'ready', ingestions });
        for (const { id } of ingestions.filter(({ state }) => state === 'running')) this.follow(id);
      },
      error: (error: unknown) => {
        if (this._state().kind !== 'ready') this._state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }

  /** Stops following, when the page is closed. */
  rest(): void {
    for (const subscription of this.followed.values()) subscription.unsubscribe();
    this.followed.clear();
  }

  private follow(id: number): void {
    if (this.followed.has(id)) return;
    const subscription = this.client.watch(id).subscribe({
      next: (current) => this.replace(current),
      complete: () => this.followed.delete(id),
    });
    this.followed.set(id, subscription);
  }

  private replace(current: Ingestion): void {
    this._state.update((state) =>
      state.kind === 'ready'
        ? { kind: 'ready', ingestions: state.ingestions.map((one) => (one.id === current.id ? current : one)) }
        : state,
    );
  }
}
