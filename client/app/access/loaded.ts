import { Signal, WritableSignal, effect, inject, signal, untracked } from '@angular/core';
import { Observable, firstValueFrom, tap } from 'rxjs';

import { Connection } from '../core/connection';
import { Problem, readProblem } from '../core/problem';

export type Loading<T> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly value: T };

export interface Loaded<T> {
  readonly state: Signal<Loading<T>>;
  /** Reads again. What is shown stays until then. Never rejects. */
  load(): Promise<void>;
}

/** Reads now, and again when the server is back. Call it in an injection context. */
export function loaded<T>(read: () => Observable<T>): Loaded<T> {
  const { recoveries } = inject(Connection);
  const state: WritableSignal<Loading<T>> = signal<Loading<T>>({ kind: 'loading' });
  const load = async (): Promise<void> => {
    try {
      // Sets the state synchronously when an early answer has arrived.
      await firstValueFrom(read().pipe(tap((value) => state.set({ kind: 'ready', value }))));
    } catch (error: unknown) {
      state.set({ kind: 'error', problem: readProblem(error) });
    }
  };
  effect(() => {
    recoveries();
    untracked(() => void load());
  });
  return { state: state.asReadonly(), load };
}

/** Seconds since the Unix epoch; null for no time. */
export function secondsOf(time: string | null): number | null {
  return time === null ? null : Date.parse(time) / 1000;
}
