import { DestroyRef, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { MatDialogRef } from '@angular/material/dialog';
import { Observable, Subscription, catchError, concat, filter, merge, of } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { BulkAction, BulkEditsClient, BulkEnd, BulkPreview, BulkProgress } from '../wire/bulk-edits-client';
import { WireSelection } from '../wire/selection';
import { keepFocus } from './keep-focus';

/** The problem of an answer that ended before its last line. */
const CUT_OFF: Problem = {
  status: 0,
  code: 'unexpected',
  message: $localize`The server broke off. What was done stays done; look at the list, then try again.`,
  details: [],
};

export type BulkState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'running'; readonly done: number; readonly total: number }
  | { readonly kind: 'ended'; readonly end: BulkEnd }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** The customers of a bulk edit. */
interface BulkSelection {
  readonly count: number;
  readonly selection: WireSelection;
  readonly isIncomplete?: boolean | undefined;
}

/** A bulk edit and its undo, in a dialog that closes with whether customers may have changed. */
export class BulkRun {
  private readonly client = inject(BulkEditsClient);
  private readonly dialog = inject<MatDialogRef<unknown, boolean>>(MatDialogRef);
  private readonly destroyed = inject(DestroyRef);
  private request: Subscription | null = null;
  /** The id of the edit, once it has begun; null before. */
  private readonly edit = signal<number | null>(null);

  readonly state = signal<BulkState>({ kind: 'asking' });
  /** True if what runs, or has ended, is the undo of the edit. */
  readonly isUndo = signal(false);
  /** An edit that has changed nobody, and an undo, are not undone. */
  readonly mayUndo = computed(() => {
    const state = this.state();
    return this.edit() !== null && !this.isUndo() && (state.kind !== 'ended' || state.end.changed > 0);
  });

  constructor(private readonly customers: BulkSelection) {
    keepFocus(this.state);
    // Escape closes a dialog that is done.
    merge(this.dialog.keydownEvents().pipe(filter(({ key }) => key === 'Escape')), this.dialog.backdropClick())
      .pipe(takeUntilDestroyed())
      .subscribe(() => this.isDone() && this.dialog.close(true));
  }

  start(action: BulkAction): void {
    const { count, selection, isIncomplete } = this.customers;
    // Escape would close the dialog while the edit goes on. Stop ends both.
    this.dialog.disableClose = true;
    this.follow(this.client.run(action, selection, isIncomplete), count);
  }

  undo(): void {
    const [id, state] = [this.edit(), this.state()];
    if (id === null) return;
    this.isUndo.set(true);
    this.follow(this.client.undo(id), state.kind === 'ended' ? state.end.changed : this.customers.count);
  }

  stop(): void {
    this.request?.unsubscribe();
    this.dialog.close(true);
  }

  /** The last answer goes while the next one is on its way. A preview that fails is left out: the edit itself says why. */
  preview(action: BulkAction): Observable<BulkPreview | null> {
    const { selection, isIncomplete } = this.customers;
    const preview = this.client.preview(action, selection, isIncomplete);
    return concat(of(null), preview.pipe(catchError(() => of(null))));
  }

  /** Shows the progress of an edit, and its end. */
  private follow(lines: Observable<BulkProgress | BulkEnd>, total: number): void {
    this.state.set({ kind: 'running', done: 0, total });
    this.request = lines.pipe(takeUntilDestroyed(this.destroyed)).subscribe({
      next: (line) => {
        if (!this.isUndo()) this.edit.set(line.id);
        this.state.set('finished' in line ? { kind: 'ended', end: line } : { kind: 'running', ...line });
      },
      error: (error: unknown) => this.state.set({ kind: 'failed', problem: readProblem(error) }),
      complete: () => {
        if (this.state().kind === 'running') this.state.set({ kind: 'failed', problem: CUT_OFF });
      },
    });
  }

  private isDone(): boolean {
    const { kind } = this.state();
    return kind === 'ended' || kind === 'failed';
  }
}
