import { DestroyRef, Injectable, inject, signal } from '@angular/core';
import { Observable, Subscription, switchMap, timer } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Change, SheetImport, isAtWork } from '../wire/import';
import { ImportsClient } from '../wire/imports-client';

export type ImportPage =
  | { readonly kind: 'loading' | 'missing' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly import: SheetImport };

/** Pause before the state of a dry run or an import is read again (ms). */
const LOOK_EVERY_MS = 500;

/** An import, followed while the server works at it. Provided by its page. */
@Injectable()
export class ImportStore {
  private readonly client = inject(ImportsClient);
  private readonly _page = signal<ImportPage>({ kind: 'loading' });
  private readonly _failure = signal<Problem | null>(null);
  private readonly _isSending = signal(false);
  private following = Subscription.EMPTY;
  private sending = Subscription.EMPTY;

  readonly page = this._page.asReadonly();
  /** Why the last change was refused; null if it was not. */
  readonly failure = this._failure.asReadonly();
  /** True while a change is on its way. */
  readonly isSending = this._isSending.asReadonly();

  constructor() {
    inject(DestroyRef).onDestroy(() => {
      this.following.unsubscribe();
      this.sending.unsubscribe();
    });
  }

  load(id: number): void {
    if (!Number.isSafeInteger(id)) {
      this._page.set({ kind: 'missing' });
      return;
    }
    this.following.unsubscribe();
    this.following = this.client.read(id).subscribe({
      next: (read) => this.take(read),
      error: (error: unknown) => {
        const problem = readProblem(error);
        this._page.set(problem.status === 404 ? { kind: 'missing' } : { kind: 'error', problem });
      },
    });
  }

  /** Changes how the file is read, or what its columns mean. */
  change(id: number, change: Change): void {
    this.send(this.client.change(id, change));
  }

  /** Sets the mapping, then tries the whole file. */
  tryOut(id: number, change: Change): void {
    this.send(this.client.change(id, change).pipe(switchMap(() => this.client.startDryRun(id))));
  }

  stopDryRun(id: number): void {
    this.send(this.client.stopDryRun(id));
  }

  confirm(id: number): void {
    this.send(this.client.confirm(id));
  }

  private send(request: Observable<SheetImport>): void {
    this._failure.set(null);
    this._isSending.set(true);
    this.sending.unsubscribe();
    this.sending = request.subscribe({
      next: (read) => {
        this._isSending.set(false);
        this.take(read);
      },
      error: (error: unknown) => {
        this._isSending.set(false);
        this._failure.set(readProblem(error));
      },
    });
  }

  private take(read: SheetImport): void {
    this._page.set({ kind: 'ready', import: read });
    this.following.unsubscribe();
    if (!isAtWork(read.state)) return;
    this.following = timer(LOOK_EVERY_MS)
      .pipe(switchMap(() => this.client.read(read.id)))
      .subscribe({
        next: (next) => this.take(next),
        // The page keeps what it has; it is read again after the next second.
        error: () => this.take(read),
      });
  }
}
