import { Injectable, inject, signal } from '@angular/core';
import { Observable, catchError, firstValueFrom, map, of, tap } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { AttributeChanges, Attributes, CustomerVersion } from '../model/customer';
import { CustomerListStore } from './customer-list-store';
import { CustomersClient } from '../wire/customers-client';

export type CustomerState =
  | { readonly kind: 'loading'; readonly id: string }
  | { readonly kind: 'missing' | 'suppressed'; readonly id: string }
  | { readonly kind: 'error'; readonly id: string; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly id: string; readonly version: CustomerVersion };

export type Saved<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: Problem };

/** The customer on the screen, with its version. A failed write is a result, never an exception. */
@Injectable({ providedIn: 'root' })
export class CustomerStore {
  private readonly client = inject(CustomersClient);
  private readonly list = inject(CustomerListStore);
  private readonly _state = signal<CustomerState>({ kind: 'loading', id: '' });
  private latest = 0;

  readonly state = this._state.asReadonly();

  /** Reads a customer. The same customer stays on the screen until then. Only the last request counts. */
  load(id: string): Promise<CustomerState> {
    const request = ++this.latest;
    const current = this._state();
    if (current.kind !== 'ready' || current.id !== id) this._state.set({ kind: 'loading', id });
    const read = this.client.read(id).pipe(
      map((version): CustomerState => ({ kind: 'ready', id, version })),
      catchError((error: unknown) => of(failedState(id, readProblem(error)))),
      // Sets the state synchronously, so that an early answer is part of the first paint.
      tap((state) => request === this.latest && this._state.set(state)),
    );
    return firstValueFrom(read);
  }

  /** Reads the newest version. What is on the screen stays. */
  newest(id: string): Promise<Saved<CustomerVersion>> {
    return this.settle(this.client.read(id));
  }

  /** Asks whether the customer on the screen was changed elsewhere. The screen stays. @returns null if not, or if that is not known */
  async newer(): Promise<CustomerState | null> {
    const state = this._state();
    if (state.kind !== 'ready' || state.version.etag === null) return null;
    const { id } = state;
    const read = await this.settle(this.client.newer(id, state.version.etag));
    if (this._state() !== state) return null;
    if (read.ok) return read.value && { kind: 'ready', id, version: read.value };
    const failed = failedState(id, read.problem);
    return failed.kind === 'error' ? null : failed;
  }

  /** Puts what became of a customer elsewhere on the screen. */
  show(state: CustomerState): void {
    if (state.kind === 'ready') this.replace(state.id, state.version);
    else if (state.kind === 'missing' || state.kind === 'suppressed') this.forget(state.id, state.kind);
  }

  create(id: string, attributes: Attributes): Promise<Saved<CustomerVersion>> {
    return this.write(id, this.client.create(id, attributes));
  }

  /** @param etag of the edited version; the result is a problem with status 412 when there is a newer one */
  update(id: string, changes: AttributeChanges, etag: string | null): Promise<Saved<CustomerVersion>> {
    return this.write(id, this.client.update(id, changes, etag));
  }

  remove(id: string, etag: string | null): Promise<Saved<void>> {
    return this.take(id, this.client.remove(id, etag));
  }

  /** @returns the names of the sources in which the customer occurs */
  erase(id: string, etag: string | null): Promise<Saved<readonly string[]>> {
    return this.take(id, this.client.erase(id, etag));
  }

  /** Takes note of what became of a customer elsewhere. @param version null if it was deleted */
  replace(id: string, version: CustomerVersion | null): void {
    if (version) this.list.replace(version.customer);
    else this.list.remove(id);
    // The reader may be at another customer by now.
    if (this._state().id !== id) return;
    this.latest++;
    this._state.set(version ? { kind: 'ready', id, version } : { kind: 'missing', id });
  }

  private async take<T>(id: string, request: Observable<T>): Promise<Saved<T>> {
    const removed = await this.settle(request);
    if (removed.ok) {
      this.latest++;
      this.list.remove(id);
      this._state.set({ kind: 'loading', id: '' });
    }
    return removed;
  }

  /** Takes note that there is no such customer now. */
  forget(id: string, kind: 'missing' | 'suppressed'): void {
    this.latest++;
    this.list.remove(id);
    this._state.set({ kind, id });
  }

  private async write(id: string, request: Observable<CustomerVersion>): Promise<Saved<CustomerVersion>> {
    const saved = await this.settle(request);
    if (saved.ok) {
      this.latest++;
      this.list.replace(saved.value.customer);
      this._state.set({ kind: 'ready', id, version: saved.value });
    }
    return saved;
  }

  private async settle<T>(request: Observable<T>): Promise<Saved<T>> {
    try {
      return { ok: true, value: await firstValueFrom(request) };
    } catch (error: unknown) {
      return { ok: false, problem: readProblem(error) };
    }
  }
}

function failedState(id: string, problem: Problem): CustomerState {
  if (problem.code === 'customer_suppressed') return { kind: 'suppressed', id };
  return problem.status === 404 ? { kind: 'missing', id } : { kind: 'error', id, problem };
}
