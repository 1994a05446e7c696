import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, input, output } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { AbstractControl, ReactiveFormsModule } from '@angular/forms';
import { switchMap } from 'rxjs';

import { FieldError } from '../../ui/field-error';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { changeOf } from '../data/attribute-draft';
import { RowForm, RowProblems } from '../data/attribute-form';
import { RULE_TEXT, createdAtSeconds } from '../data/attribute-rules';

/** A refusal of the server, and for which value: it is no longer shown once that changes. */
export interface Refusal {
  readonly message: string;
  readonly value: string;
}

const MOST_LINES = 12;
let rows = 0;

/** One attribute: its name (typed for a new one), value and type, and the button that removes it or takes that back. */
@Component({
  selector: 'app-attribute-row',
  imports: [ReactiveFormsModule, FieldError, Icon, Moment],
  templateUrl: './attribute-row.html',
  styleUrl: './attribute-row.scss',
  host: {
    role: 'listitem',
    'data-testid': 'attribute-row',
    '[attr.data-name]': 'draft().name',
    '[attr.data-change]': 'change()',
  },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AttributeRow {
  readonly row = input.required<RowForm>();
  readonly repeated = input(false);
  readonly refusal = input<Refusal | null>(null);
  /** A kept attribute that must have a value. */
  readonly required = input(false);
  /** A row that the record does not know was taken away. */
  readonly dropped = output();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly event = toSignal(toObservable(this.row).pipe(switchMap((row) => row.events)));
  protected readonly id = `attribute-${++rows}`;

  protected readonly draft = computed(() => {
    this.event();
    return this.row().getRawValue();
  });
  protected readonly change = computed(() => changeOf(this.draft()));
  protected readonly isNew = computed(() => this.draft().original === null && !this.draft().kept);
  protected readonly label = computed(() => this.draft().name || 'the new attribute');
  protected readonly lines = computed(() => Math.min(MOST_LINES, this.draft().value.split('\n').length));
  protected readonly seconds = computed(() => {
    const { name, value, type } = this.draft();
    if (name !== 'created_at') return null;
    return createdAtSeconds(type === 'number' ? Number(value) : value);
  });
  protected readonly nameError = computed(() => {
    this.event();
    const { name } = this.row().controls;
    if (this.repeated() && this.isNew()) return RULE_TEXT.name_repeated;
    return visible(name) ? text(this.problems()?.name) : null;
  });
  protected readonly valueError = computed(() => {
    this.event();
    const { value, type } = this.row().controls;
    const problem = visible(value) || visible(type) ? text(this.problems()?.value) : null;
    const refusal = this.refusal();
    return problem ?? (refusal?.value === value.value ? refusal.message : null);
  });

  focus(): void {
    this.host.nativeElement.querySelector<HTMLElement>('input, textarea, select')?.focus();
  }

  protected toggleRemoved(): void {
    if (this.isNew()) this.dropped.emit();
    else this.row().controls.removed.setValue(!this.draft().removed);
  }

  private problems(): RowProblems | null {
    return this.row().errors;
  }
}

function visible(control: AbstractControl): boolean {
  return control.dirty || control.touched;
}

function text(code: keyof typeof RULE_TEXT | undefined): string | null {
  return code ? RULE_TEXT[code] : null;
}
