import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  OnInit,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed, toSignal } from '@angular/core/rxjs-interop';
import { FormControl, FormGroup, ReactiveFormsModule } from '@angular/forms';
import { map, of, startWith, switchMap } from 'rxjs';

import { Count } from '../../ui/count';
import { FieldError } from '../../ui/field-error';
import {
  CustomerFilter,
  FilterOperator,
  FilterSubject,
  OPERATORS,
  filterOf,
  partsOf,
  takesValue,
} from '../model/customer-filter';
import { OPERATOR_TEXT, SUBJECT_TEXT } from '../model/filter-text';
import { secondsOfWallClock, wallClockOf } from '../model/wall-clock';
import { NamesClient } from '../wire/names-client';

const VALUE_LABEL: Readonly<Record<FilterSubject, string>> = {
  attribute: $localize`Value`,
  event: $localize`Times`,
  last_updated: $localize`Date and time`,
};
const VALUE_ERROR: Readonly<Record<FilterSubject, string>> = {
  attribute: $localize`Enter a value.`,
  event: $localize`Enter a whole number.`,
  last_updated: $localize`Choose a date and a time.`,
};

let editors = 0;

/** Creates or changes a filter, with the names of the database as suggestions. */
@Component({
  selector: 'app-filter-editor',
  imports: [ReactiveFormsModule, Count, FieldError],
  templateUrl: './filter-editor.html',
  styleUrl: './filter-editor.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FilterEditor implements OnInit {
  /** The filter to change; null for a new one. */
  readonly filter = input<CustomerFilter | null>(null);
  readonly applied = output<CustomerFilter>();
  readonly cancelled = output();

  private readonly client = inject(NamesClient);
  private readonly first = viewChild.required<ElementRef<HTMLSelectElement>>('first');

  protected readonly id = `filter-${editors++}`;
  protected readonly subjects: readonly FilterSubject[] = ['attribute', 'event', 'last_updated'];
  protected readonly subjectText = SUBJECT_TEXT;
  protected readonly operatorText = OPERATOR_TEXT;
  protected readonly valueLabel = VALUE_LABEL;

  protected readonly form = new FormGroup({
    on: new FormControl<FilterSubject>('attribute', { nonNullable: true }),
    name: new FormControl('', { nonNullable: true }),
    is: new FormControl<FilterOperator>('is', { nonNullable: true }),
    value: new FormControl('', { nonNullable: true }),
  });
  private readonly typed = toSignal(this.form.valueChanges.pipe(map(() => this.form.getRawValue())), {
    initialValue: this.form.getRawValue(),
  });
  private readonly tried = signal(false);
  protected readonly operators = computed(() => OPERATORS[this.typed().on]);
  protected readonly needsValue = computed(() => takesValue(this.typed().is));
  protected readonly nameError = computed(() => {
    const { on, name } = this.typed();
    return this.tried() && on !== 'last_updated' && name.trim() === '' ? $localize`Enter a name.` : null;
  });
  protected readonly valueError = computed(() => {
    const parts = this.parts();
    const whole = filterOf({ ...parts, name: parts.name || '-' });
    return this.tried() && !whole ? VALUE_ERROR[parts.on] : null;
  });
  protected readonly names = toSignal(
    this.form.controls.on.valueChanges.pipe(
      startWith('attribute' as const),
      map(() => this.form.controls.on.value),
      switchMap((on) =>
        on === 'last_updated' ? of([]) : this.client.suggest(on, this.form.controls.name.valueChanges),
      ),
    ),
    { initialValue: [] },
  );

  constructor() {
    this.form.controls.on.valueChanges.pipe(takeUntilDestroyed()).subscribe((on) => {
      this.tried.set(false);
      this.form.patchValue({ is: OPERATORS[on][0], name: '', value: on === 'event' ? '1' : '' });
    });
    afterNextRender(() => this.first().nativeElement.focus());
  }

  ngOnInit(): void {
    const filter = this.filter();
    if (!filter) return;
    const parts = partsOf(filter);
    const value = filter.on === 'last_updated' ? wallClockOf(filter.seconds) : parts.value;
    this.form.setValue({ ...parts, value }, { emitEvent: false });
    this.form.updateValueAndValidity();
  }

  protected apply(event: Event): void {
    event.preventDefault();
    const filter = filterOf(this.parts());
    if (filter) this.applied.emit(filter);
    else this.tried.set(true);
  }

  protected cancel(event: Event): void {
    event.preventDefault();
    this.cancelled.emit();
  }

  private parts(): { on: FilterSubject; name: string; is: FilterOperator; value: string } {
    const { on, name, is, value } = this.typed();
    const seconds = on === 'last_updated' ? secondsOfWallClock(value) : null;
    const text = on === 'last_updated' ? String(seconds ?? '') : on === 'event' ? value.trim() : value;
    return { on, name: name.trim(), is, value: text };
  }
}
