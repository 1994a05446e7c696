import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogTitle,
} from '@angular/material/dialog';
import { debounceTime, map, merge, of, switchMap } from 'rxjs';

import { Count } from '../../ui/count';
import { FieldError } from '../../ui/field-error';
import { KEPT, RULE_TEXT, ValueType, nameProblem, namedValueProblem, readValue } from '../model/attribute-rules';
import { BulkAction } from '../wire/bulk-edits-client';
import { NamesClient } from '../wire/names-client';
import { submitOnEnter } from '../ui/enter-key';
import { BulkOutcome } from './bulk-outcome';
import { BulkPreviewView } from './bulk-preview';
import { BulkRun } from './bulk-run';
import { BulkTask, VERBS, headingOf, resultOf } from './bulk-task';
import { VALUE_TYPES } from '../ui/value-types';

/** Customers that are deleted without their number being typed. */
const MOST_UNASKED = 100;

/** Time without typing before a preview is asked for (ms). */
const TYPING_MS = 300;

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
    BulkOutcome,
    BulkPreviewView,
    Count,
    FieldError,
  ],
  templateUrl: './bulk-dialog.html',
  styleUrl: './bulk-dialog.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BulkDialog {
  protected readonly task = inject<BulkTask>(MAT_DIALOG_DATA);
  protected readonly run = new BulkRun(this.task);

  protected readonly types = VALUE_TYPES.filter(({ value }) => value !== 'empty');
  protected readonly name = new FormControl('', { nonNullable: true });
  protected readonly type = new FormControl<ValueType>('text', { nonNullable: true });
  protected readonly value = new FormControl('', { nonNullable: true });
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
      switchMap((action) => (action ? this.run.preview(action) : of(null))),
    ),
    { initialValue: null },
  );

  constructor() {
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
    if (action) this.run.start(action);
  }

  protected result(): string {
    const state = this.run.state();
    return state.kind === 'ended' ? resultOf(this.task.does, this.run.isUndo(), state.end) : '';
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
}
