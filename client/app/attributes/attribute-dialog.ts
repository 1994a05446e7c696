import { ChangeDetectionStrategy, Component, DestroyRef, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { Observable, Subscription, catchError, concat, debounceTime, map, of, startWith, switchMap } from 'rxjs';

import { countText } from '../core/count-text';
import { Problem, readProblem } from '../core/problem';
import { BulkPreviewView } from '../customers/list/bulk-preview';
import { keepFocus } from '../customers/list/keep-focus';
import { RULE_TEXT, nameProblem } from '../customers/model/attribute-rules';
import { BulkAction, BulkEditsClient, BulkEnd, BulkPreview, BulkProgress } from '../customers/wire/bulk-edits-client';
import { Count } from '../ui/count';
import { FieldError } from '../ui/field-error';
import { Notice } from '../ui/notice';
import { ProgressBar } from '../ui/progress-bar';

/** An attribute to rename, or to remove, at all customers that have it. */
export interface AttributeTask {
  readonly does: 'rename' | 'remove';
  readonly name: string;
  readonly customers: number;
}

type State =
  | { readonly kind: 'asking' }
  | { readonly kind: 'running'; readonly done: number; readonly total: number }
  | { readonly kind: 'ended'; readonly end: BulkEnd }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** Time without typing before a preview is asked for (ms). */
const TYPING_MS = 300;

/** Shows what the edit would do, runs it with progress, and shows its end with an undo. Closes with whether customers may have changed. */
@Component({
  selector: 'app-attribute-dialog',
  imports: [
    ReactiveFormsModule,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    BulkPreviewView,
    Count,
    FieldError,
    Notice,
    ProgressBar,
  ],
  templateUrl: './attribute-dialog.html',
  styles: `
    form,
    ul {
      display: grid;
      gap: var(--space-3);
      margin: 0;
      padding: 0;
      list-style: none;
    }
    p {
      margin: 0;
    }
    ul {
      overflow: auto;
      max-block-size: 30dvh;
      margin-block-start: var(--space-3);
      overflow-wrap: anywhere;
    }
    .preview {
      min-block-size: 150px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeDialog {
  protected readonly task = inject<AttributeTask>(MAT_DIALOG_DATA);
  private readonly client = inject(BulkEditsClient);
  private readonly dialog = inject<MatDialogRef<AttributeDialog, boolean>>(MatDialogRef);
  private readonly destroyed = inject(DestroyRef);
  private readonly selection = { filters: [`attribute:${encodeURIComponent(this.task.name)}:exists`] };
  private request: Subscription | null = null;
  private id: number | null = null;

  protected readonly to = new FormControl(this.task.name, { nonNullable: true });
  protected readonly error = signal<string | null>(null);
  protected readonly state = signal<State>({ kind: 'asking' });
  protected readonly isUndo = signal(false);
  protected readonly heading =
    this.task.does === 'rename'
      ? $localize`Rename ${this.task.name}:name: everywhere`
      : $localize`Remove ${this.task.name}:name: everywhere?`;
  protected readonly verb = this.task.does === 'rename' ? $localize`Rename` : $localize`Remove`;
  protected readonly mayUndo = computed(() => {
    const state = this.state();
    return state.kind === 'ended' && !this.isUndo() && state.end.changed > 0;
  });

  /** Null while the new name is missing or wrong, or that is not known. */
  protected readonly preview = toSignal(
    this.to.valueChanges.pipe(
      debounceTime(TYPING_MS),
      startWith(this.to.value),
      map(() => this.action()),
      switchMap((action) => (action ? this.previewOf(action) : of(null))),
    ),
    { initialValue: null },
  );

  constructor() {
    keepFocus(this.state);
  }

  protected start(event: Event): void {
    event.preventDefault();
    const action = this.action();
    this.error.set(action ? null : this.problem());
    if (!action) return;
    this.dialog.disableClose = true;
    this.follow(this.client.run(action, this.selection), this.task.customers);
  }

  protected undo(): void {
    const state = this.state();
    if (this.id === null || state.kind !== 'ended') return;
    this.isUndo.set(true);
    this.follow(this.client.undo(this.id), state.end.changed);
  }

  protected stop(): void {
    this.request?.unsubscribe();
    this.dialog.close(true);
  }

  protected result({ changed, failed }: BulkEnd): string {
    const count = countText(changed);
    const done = this.isUndo() ? $localize`${count}:count: put back.` : $localize`${count}:count: changed.`;
    return failed === 0 ? done : `${done} ${$localize`${countText(failed)}:count: left as they are:`}`;
  }

  private follow(lines: Observable<BulkProgress | BulkEnd>, total: number): void {
    this.state.set({ kind: 'running', done: 0, total });
    this.request = lines.pipe(takeUntilDestroyed(this.destroyed)).subscribe({
      next: (line) => {
        if (!this.isUndo()) this.id = line.id;
        this.state.set('finished' in line ? { kind: 'ended', end: line } : { kind: 'running', ...line });
      },
      error: (error: unknown) => this.state.set({ kind: 'failed', problem: readProblem(error) }),
      complete: () => {
        if (this.state().kind === 'running') this.state.set({ kind: 'failed', problem: CUT_OFF });
      },
    });
  }

  private action(): BulkAction | null {
    const { does, name } = this.task;
    if (does === 'remove') return { remove: name };
    return this.problem() === null ? { rename: { from: name, to: this.to.value.trim() } } : null;
  }

  private problem(): string | null {
    const to = this.to.value.trim();
    if (to === this.task.name) return $localize`Enter another name.`;
    const wrong = nameProblem(to);
    return wrong && RULE_TEXT[wrong];
  }

  /** The last answer goes while the next one is on its way. A preview that fails is left out: the edit itself says why. */
  private previewOf(action: BulkAction): Observable<BulkPreview | null> {
    return concat(of(null), this.client.preview(action, this.selection).pipe(catchError(() => of(null))));
  }
}

/** The problem of an answer that ended before its last line. */
const CUT_OFF: Problem = {
  status: 0,
  code: 'unexpected',
  message: $localize`The server broke off. What was done stays done; look at the list, then try again.`,
  details: [],
};
