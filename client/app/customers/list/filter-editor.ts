import { NgTemplateOutlet } from '@angular/common';
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
import { debounceTime, distinctUntilChanged, map, of, startWith, switchMap } from 'rxjs';

import { Count } from '../../ui/count';
import { FieldError } from '../../ui/field-error';
import { Icon } from '../../ui/icon';
import {
  CustomerFilter,
  FilterOperator,
  FilterParts,
  FilterSubject,
  OPERATORS,
  ValueKind,
  filterOf,
  isNamed,
  partsOf,
  valueKindOf,
} from '../model/customer-filter';
import { READER_ZONE } from '../model/conditions';
import { OPERATOR_TEXT, SUBJECT_TEXT } from '../model/filter-text';
import { NamesClient } from '../wire/names-client';
import {
  FIELD_ERROR,
  FIELD_LABEL,
  TIME_WAYS,
  TIME_WAY_TEXT,
  TimeWay,
  WITHIN_TEXT,
  WITHIN_WAYS,
  WithinWay,
  isPeriod,
  timeOf,
  wayOf,
  withinOf,
  withinWayOf,
} from './time-ways';

const VALUE_LABEL: Readonly<Record<ValueKind, string>> = {
  text: $localize`Value`,
  texts: $localize`Values, one in a line`,
  number: $localize`Number`,
  count: $localize`Times`,
  time: '',
  none: '',
};
const VALUE_ERROR: Readonly<Record<ValueKind, string>> = {
  text: $localize`Enter a value.`,
  texts: $localize`Enter at least one value.`,
  number: $localize`Enter a number, such as 18 or 0.5.`,
  count: $localize`Enter a whole number.`,
  time: '',
  none: '',
};

/** Narrower windows show the form as a sheet over the page (px). */
const NARROW_PX = 720;
/** Delay after a key (ms). */
const TYPING_MS = 150;

let editors = 0;

/** Creates or changes a filter, with the names of the database as suggestions. */
@Component({
  selector: 'app-filter-editor',
  imports: [NgTemplateOutlet, ReactiveFormsModule, Count, FieldError, Icon],
  templateUrl: './filter-editor.html',
  styleUrl: './filter-editor.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FilterEditor implements OnInit {
  /** The filter to change; null for a new one. */
  readonly filter = input<CustomerFilter | null>(null);
  /** The time zone of dates and relative times. */
  readonly zone = input(READER_ZONE);
  readonly applied = output<CustomerFilter>();
  readonly cancelled = output();

  private readonly client = inject(NamesClient);
  private readonly first = viewChild.required<ElementRef<HTMLSelectElement>>('first');
  private readonly sheet = viewChild<ElementRef<HTMLDialogElement>>('sheet');

  protected readonly isSheet = innerWidth < NARROW_PX;

  protected readonly id = `filter-${editors++}`;
  protected readonly subjects: readonly FilterSubject[] = ['attribute', 'event', 'label', 'last_updated'];
  protected readonly subjectText = SUBJECT_TEXT;
  protected readonly operatorText = OPERATOR_TEXT;
  protected readonly timeWays = TIME_WAYS;
  protected readonly withinWays = WITHIN_WAYS;
  protected readonly withinText = WITHIN_TEXT;
  protected readonly timeWayText = TIME_WAY_TEXT;

  protected readonly form = new FormGroup({
    on: new FormControl<FilterSubject>('attribute', { nonNullable: true }),
    name: new FormControl('', { nonNullable: true }),
    is: new FormControl<FilterOperator>('is', { nonNullable: true }),
    value: new FormControl('', { nonNullable: true }),
    way: new FormControl<TimeWay>('date', { nonNullable: true }),
    withinWay: new FormControl<WithinWay>('ever', { nonNullable: true }),
    withinCount: new FormControl('', { nonNullable: true }),
  });
  private readonly typed = toSignal(this.form.valueChanges.pipe(map(() => this.form.getRawValue())), {
    initialValue: this.form.getRawValue(),
  });
  private readonly tried = signal(false);
  protected readonly operators = computed(() => OPERATORS[this.typed().on]);
  protected readonly kind = computed(() => valueKindOf(this.typed().on, this.typed().is));
  protected readonly valueLabel = computed(() => {
    const { way } = this.typed();
    return this.kind() === 'time' && !isPeriod(way) ? FIELD_LABEL[way] : VALUE_LABEL[this.kind()];
  });
  /** False where the operator, or the period that is chosen, says all. */
  protected readonly needsValue = computed(
    () => this.kind() !== 'none' && (this.kind() !== 'time' || !isPeriod(this.typed().way)),
  );
  /** Moments are those of the reader: a field of a browser knows no other zone. */
  protected readonly shownZone = computed(() => (this.typed().way === 'moment' ? READER_ZONE : this.zone()));
  protected readonly withinUnit = computed(() => {
    const { withinWay } = this.typed();
    return withinWay === 'days' ? 'd' : withinWay === 'hours' ? 'h' : null;
  });
  protected readonly withinError = computed(() =>
    this.tried() && this.withinUnit() && !/^\d{1,6}$/.test(this.typed().withinCount.trim())
      ? $localize`Enter a whole number.`
      : null,
  );
  protected readonly isNamed = computed(() => isNamed(this.typed().on));
  protected readonly nameError = computed(() => {
    const { on, name } = this.typed();
    return this.tried() && isNamed(on) && name.trim() === '' ? $localize`Enter a name.` : null;
  });
  protected readonly valueError = computed(() => {
    const parts = this.parts();
    const whole = filterOf({ ...parts, name: parts.name || '-', within: '' });
    if (!this.tried() || whole) return null;
    const { way } = this.typed();
    return this.kind() === 'time' && !isPeriod(way) ? FIELD_ERROR[way] : VALUE_ERROR[this.kind()];
  });
  protected readonly names = toSignal(
    this.form.controls.on.valueChanges.pipe(
      startWith('attribute' as const),
      map(() => this.form.controls.on.value),
      switchMap((on) => (isNamed(on) ? this.client.suggest(on, this.form.controls.name.valueChanges) : of([]))),
    ),
    { initialValue: [] },
  );

  /** Values of the attribute, those of most customers first, where a value is compared as a whole or in part. */
  protected readonly values = toSignal(
    this.form.valueChanges.pipe(
      startWith(null),
      map(() => this.form.getRawValue()),
      map(({ on, name, is, value }) => ({
        on,
        name: on === 'attribute' && valueKindOf(on, is) === 'text' ? name.trim() : '',
        value: value.trim(),
      })),
      debounceTime(TYPING_MS),
      distinctUntilChanged((a, b) => a.on === b.on && a.name === b.name && a.value === b.value),
      switchMap(({ on, name, value }) => {
        if (on === 'label') return this.client.labels(value);
        return name === '' ? of([]) : this.client.values(name, value);
      }),
    ),
    { initialValue: [] },
  );

  constructor() {
    this.form.controls.on.valueChanges.pipe(takeUntilDestroyed()).subscribe((on) => {
      this.tried.set(false);
      const way = on === 'last_updated' ? 'moment' : 'date';
      this.form.patchValue({
        is: OPERATORS[on][0],
        name: '',
        way,
        value: on === 'event' ? '1' : '',
        withinWay: 'ever',
      });
    });
    this.form.controls.way.valueChanges.pipe(takeUntilDestroyed()).subscribe(() => {
      this.form.controls.value.setValue('');
    });
    afterNextRender(() => {
      this.sheet()?.nativeElement.showModal();
      this.first().nativeElement.focus();
    });
  }

  ngOnInit(): void {
    const filter = this.filter();
    if (!filter) return;
    const parts = partsOf(filter);
    const time = 'time' in filter ? wayOf(filter.time) : { way: 'date' as const, value: parts.value };
    const { within = '', ...fields } = parts;
    this.form.setValue({ ...fields, ...time, ...withinWayOf(within) }, { emitEvent: false });
    this.form.updateValueAndValidity();
  }

  protected apply(event: Event): void {
    event.preventDefault();
    const filter = filterOf(this.parts());
    if (!filter) {
      this.tried.set(true);
      return;
    }
    this.closeSheet();
    this.applied.emit(filter);
  }

  protected cancel(event: Event): void {
    event.preventDefault();
    this.leave();
  }

  protected leave(): void {
    this.closeSheet();
    this.cancelled.emit();
  }

  /** Nothing outside of an open sheet takes the focus. */
  private closeSheet(): void {
    this.sheet()?.nativeElement.close();
  }

  private parts(): FilterParts {
    const { on, name, is, value, way, withinWay, withinCount } = this.typed();
    const kind = valueKindOf(on, is);
    const text = kind === 'time' ? timeOf(way, value) : kind === 'count' || kind === 'number' ? value.trim() : value;
    const within = on === 'event' ? withinOf(withinWay, withinCount) : '';
    return { on, name: name.trim(), is, value: text, within };
  }
}
