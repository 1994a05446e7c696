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
import { Observable, Subscription, catchError, concat, debounceTime, filter, map, merge, of, switchMap } from 'rxjs';

import { Problem, readProblem } from '../../core/problem';
import { Count } from '../../ui/count';
import { FieldError } from '../../ui/field-error';
import { Notice } from '../../ui/notice';
import { ProgressBar } from '../../ui/progress-bar';
import { KEPT, RULE_TEXT, ValueType, nameProblem, namedValueProblem, readValue } from '../model/attribute-rules';
import { BulkAction, BulkEditsClient, BulkEnd, BulkPreview, BulkProgress } from '../wire/bulk-edits-client';
import { NamesClient } from '../wire/names-client';
import { submitOnEnter } from '../ui/enter-key';
import { BulkPreviewView } from './bulk-preview';
import { BulkTask, VERBS, headingOf, resultOf } from './bulk-task';
import { keepFocus } from './keep-focus';
import { VALUE_TYPES } from '../ui/value-types';

/** Customers that are deleted without their number being typed. */
const MOST_UNASKED = 100;

/** Time without typing before a preview is asked for (ms). */
const TYPING_MS = 300;

/** The problem of an answer that ended before its last line. */
const CUT_OFF: Problem = {
  status: 0,
  code: 'unexpected',
  message: $localize`The server broke off. What was done stays done; look at the list, then try again.`,
  details: [],
};

type BulkState =
  | { readonly kind: 'asking' }
  | { readonly kind: 'running'; readonly done: number; readonly total: number }
  | { readonly kind: 'ended'; readonly end: BulkEnd }
  | { readonly kind: 'failed'; readonly problem: Problem };

/** The action of the form, or what is wrong with its fields. */
interface Draft {
  readonly action: BulkAction | null;
  readonly nameError: string | null;
  readonly valueError: string | null;
}

/** Asks for the details of a bulk edit, shows what it would do, runs it with progress, and shows the result. Closes with whether the edit was started. */
@Component({
  selector: 'app-bulk-dialog',
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
  templateUrl: './bulk-dialog.html',
  styleUrl: './bulk-dialog.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BulkDialog {
  protected readonly task = inject<BulkTask>(MAT_DIALOG_DATA);
  private readonly client = inject(BulkEditsClient);
  private readonly dialog = inject<MatDialogRef<BulkDialog, boolean>>(MatDialogRef);
  private readonly destroyed = inject(DestroyRef);
  private request: Subscription | null = null;

  protected readonly types = VALUE_TYPES.filter(({ value }) => value !== 'empty');
  protected readonly name = new FormControl('', { nonNullable: true });
  protected readonly type = new FormControl<ValueType>('text', { nonNullable: true });
  protected readonly value = new FormControl('', { nonNullable: true });
  protected readonly state = signal<BulkState>({ kind: 'asking' });
  /** True if what runs, or has ended, is the undo of the edit. */
  protected readonly isUndo = signal(false);
  /** The id of the edit, once it has begun; null before. */
  private readonly edit = signal<number | null>(null);
  /** An edit that has changed nobody, and an undo, are not undone. */
  protected readonly mayUndo = computed(() => {
    const state = this.state();
    return this.edit() !== null && !this.isUndo() && (state.kind !== 'ended' || state.end.changed > 0);
  });
  protected readonly nameError = signal<string | null>(null);
  protected readonly valueError = signal<string | null>(null);
  /** The number of customers, which has to be typed before many are deleted; null if it need not be. */
  protected readonly wanted = this.task.does === 'delete' && this.task.count > MOST_UNASKED ? this.task.count : null;
  protected readonly typed = new FormControl('', { nonNullable: true });
  protected readonly typedError = signal<string | null>(null);
  protected readonly heading = computed(() => headingOf(this.task));
  protected readonly verb = computed(() => VERBS[this.task.does]);
  protected readonly names = toSignal(inject(NamesClient).suggest('attribute', this.name.valueChanges), {
    initialValue: [],
  });

  /** The effect that the edit of the form would have; null while the form is not complete, or that is not known. */
  protected readonly preview = toSignal(
    merge(this.name.valueChanges, this.type.valueChanges, this.value.valueChanges).pipe(
      debounceTime(TYPING_MS),
      map(() => this.draft().action),
      switchMap((action) => (action ? this.previewOf(action) : of(null))),
    ),
    { initialValue: null },
  );

  constructor() {
    keepFocus(this.state);
    // Escape closes a dialog that is done, and the list is loaded again.
    merge(this.dialog.keydownEvents().pipe(filter(({ key }) => key === 'Escape')), this.dialog.backdropClick())
      .pipe(takeUntilDestroyed())
      .subscribe(() => this.isDone() && this.dialog.close(true));
    this.type.valueChanges.pipe(takeUntilDestroyed()).subscribe((type) => {
      if (type === 'boolean' && this.value.value !== 'false') this.value.setValue('true');
    });
  }

  /** Enter in a text of one line starts, as in any field. */
  protected enter(event: Event): void {
    if (this.type.value === 'text') submitOnEnter(event);
  }

  protected start(event: Event): void {
    event.preventDefault();
    const action = this.action();
    if (!action) return;
    // Escape would close the dialog while the edit goes on. Stop ends both.
    this.dialog.disableClose = true;
    this.follow(this.client.run(action, this.task.selection, this.task.isIncomplete), this.task.count);
  }

  protected undo(): void {
    const [id, state] = [this.edit(), this.state()];
    if (id === null) return;
    this.isUndo.set(true);
    this.follow(this.client.undo(id), state.kind === 'ended' ? state.end.changed : this.task.count);
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
      complete: () => this.end(),
    });
  }

  private isDone(): boolean {
    const { kind } = this.state();
    return kind === 'ended' || kind === 'failed';
  }

  protected stop(): void {
    this.request?.unsubscribe();
    this.dialog.close(true);
  }

  protected result(end: BulkEnd): string {
    return resultOf(this.task.does, this.isUndo(), end);
  }

  /** The last answer goes while the next one is on its way. A preview that fails is left out: the edit itself says why. */
  private previewOf(action: BulkAction): Observable<BulkPreview | null> {
    const { selection, isIncomplete } = this.task;
    const preview = this.client.preview(action, selection, isIncomplete);
    return concat(of(null), preview.pipe(catchError(() => of(null))));
  }

  /** The action of the form; null when a field is missing or wrong, which the field then says. */
  private action(): BulkAction | null {
    if (this.task.does === 'delete') return this.isCertain() ? { delete: true } : null;
    const { action, nameError, valueError } = this.draft();
    this.nameError.set(nameError);
    this.valueError.set(valueError);
    return action;
  }

  private draft(): Draft {
    const name = this.name.value.trim();
    const wrongName = nameProblem(name);
    const nameError = wrongName ? RULE_TEXT[wrongName] : null;
    if (this.task.does === 'remove') {
      const isKept = KEPT.some((kept) => kept === name);
      const error = isKept ? $localize`Every customer keeps this attribute.` : nameError;
      return { action: error === null ? { remove: name } : null, nameError: error, valueError: null };
    }
    const read = readValue(this.type.value, this.value.value);
    const wrongValue = read.ok ? namedValueProblem(name, read.value) : read.reason;
    const action = read.ok && !wrongName && !wrongValue ? { set: { name, value: read.value } } : null;
    return { action, nameError, valueError: wrongValue ? RULE_TEXT[wrongValue] : null };
  }

  /** The number may be typed with the separators of a locale. */
  private isCertain(): boolean {
    const isTyped =
      this.wanted === null || this.typed.value.replace(/[\s.,’'\u00a0\u202f]/g, '') === String(this.wanted);
    this.typedError.set(isTyped ? null : $localize`Type the number of customers: ${this.task.count}:count:.`);
    return isTyped;
  }

  private end(): void {
    if (this.state().kind === 'running') this.state.set({ kind: 'failed', problem: CUT_OFF });
  }
}
