import {
  ChangeDetectionStrategy,
  ChangeDetectorRef,
  Component,
  ElementRef,
  computed,
  inject,
  input,
  output,
} from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { AbstractControl, ReactiveFormsModule } from '@angular/forms';
import { switchMap } from 'rxjs';

import { FieldError } from '../../ui/field-error';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { ValueText } from '../../ui/value-text';
import { parseJson } from '../../core/exact-json';
import { changeOf } from '../model/attribute-draft';
import { RowForm, RowProblems } from '../state/attribute-form';
import { RULE_TEXT, ValueType, createdAtSeconds, textOf, typeOf } from '../model/attribute-rules';
import { READER_ZONE } from '../model/conditions';
import { holdsTime, momentText, pickedSeconds, pickerText, secondsOf } from '../model/moment-text';
import { Refusal } from '../model/refusals';
import { retype } from '../model/retype';
import { edgesOf, whiteSpaceText } from '../../core/white-space';
import { leavesOnEnter, submitOnEnter } from './enter-key';
import { NameField } from './name-field';
import { VALUE_TYPES, isValueType } from './value-types';

const MOST_LINES = 12;
const FORMER_CHARACTERS = 120;
let rows = 0;

/** One attribute: name (a field for a new one), value and type, and the buttons that rename, remove and undo. */
@Component({
  selector: 'app-attribute-row',
  imports: [ReactiveFormsModule, FieldError, Icon, Moment, NameField, ValueText],
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
  /** True if a kept attribute must have a value. */
  readonly required = input(false);
  /** Names that are not suggested for a new attribute. */
  readonly taken = input<ReadonlySet<string>>(new Set());
  /** Emits when a row that the record does not have is removed. */
  readonly dropped = output();
  /** Emits when the attribute is to be renamed. */
  readonly rename = output();
  /** Emits on Enter in a new row, which leads to the next new row. */
  readonly another = output();
  /** Emits a text with several attributes that was pasted as a name. */
  readonly pasted = output<string>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly changes = inject(ChangeDetectorRef);
  private readonly event = toSignal(toObservable(this.row).pipe(switchMap((row) => row.events)));
  protected readonly id = `attribute-${++rows}`;

  protected readonly draft = computed(() => {
    this.event();
    return this.row().getRawValue();
  });
  protected readonly change = computed(() => changeOf(this.draft()));
  protected readonly isNew = computed(() => this.draft().original === null && !this.draft().kept);
  protected readonly gone = computed(() => this.change() === 'removed');
  protected readonly types = computed(() =>
    this.draft().kept ? VALUE_TYPES.filter((type) => type.value !== 'empty') : VALUE_TYPES,
  );
  protected readonly labels = computed(() => {
    const name = this.draft().name || $localize`the new attribute`;
    return {
      name: $localize`Name of ${name}:name:`,
      value: $localize`Value of ${name}:name:`,
      moment: $localize`Date and time of ${name}:name:`,
      type: $localize`Type of ${name}:name:`,
      rename: $localize`Rename ${name}:name:`,
      remove: $localize`Remove ${name}:name:`,
      undo: this.gone() ? $localize`Undo removing ${name}:name:` : $localize`Undo changing ${name}:name:`,
    };
  });
  protected readonly lines = computed(() => Math.min(MOST_LINES, this.draft().value.split('\n').length));
  protected readonly was = computed(() => {
    const { original } = this.draft();
    return original !== null && this.change() === 'changed' ? original.slice(0, FORMER_CHARACTERS) : null;
  });
  private readonly original = computed(() => {
    const { original } = this.draft();
    return original === null ? null : textOf(parseJson(original));
  });
  /** True if the attribute is edited as a date and time, beside its value as it is stored. */
  protected readonly isMoment = computed(() => {
    const { name, type } = this.draft();
    return holdsTime(name, type, this.original());
  });
  protected readonly seconds = computed(() => {
    const { name, value, type } = this.draft();
    if (name !== 'created_at') return secondsOf(name, value);
    return createdAtSeconds(type === 'number' ? Number(value) : value);
  });
  protected readonly picker = computed(() => {
    const seconds = this.seconds();
    return seconds === null ? '' : pickerText(seconds);
  });
  protected readonly zone = READER_ZONE;
  /** Describes white space in a field that looks empty. */
  protected readonly white = computed(() => {
    const { value, type } = this.draft();
    return type === 'text' && value !== '' && edgesOf(value).core === '' ? whiteSpaceText(value) : null;
  });
  protected readonly nameError = computed(() => {
    this.event();
    const { name } = this.row().controls;
    if (!visible(name)) return null;
    return this.repeated() && this.isNew() ? RULE_TEXT.name_repeated : text(this.problems()?.name);
  });
  protected readonly valueError = computed(() => {
    this.event();
    const { value, type } = this.row().controls;
    const problem = visible(value) || visible(type) ? text(this.problems()?.value) : null;
    const refusal = this.refusal();
    return problem ?? (refusal?.value === value.value ? refusal.message : null);
  });

  /** Moves the focus into the first field. The name of a row that renames is selected, so that typing replaces it. */
  focus(): void {
    const field = this.host.nativeElement.querySelector<HTMLElement>('input, textarea, select, button');
    field?.focus();
    if (this.isNew() && field instanceof HTMLInputElement) field.select();
  }

  protected remove(): void {
    if (this.isNew()) {
      this.dropped.emit();
      return;
    }
    this.row().controls.removed.setValue(true);
    this.focusButton('undo');
  }

  /** Restores the value of the record. */
  protected undo(): void {
    const { original } = this.draft();
    const { removed } = this.row().controls;
    if (removed.value) {
      removed.setValue(false);
    } else {
      const value = original === null ? '' : parseJson(original);
      this.row().patchValue({ type: typeOf(value), value: textOf(value) });
    }
    this.focusButton('remove');
  }

  protected changeType(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement) || !isValueType(event.target.value)) return;
    this.setType(event.target.value);
  }

  /** Writes the picked time in the form that the value has. An incomplete one changes nothing. */
  protected pick({ target }: Event): void {
    if (!(target instanceof HTMLInputElement) || target.validity.badInput) return;
    const { name, type, value } = this.draft();
    const seconds = pickedSeconds(target.value);
    if (seconds === null && target.value !== '') return;
    const control = this.row().controls.value;
    control.markAsDirty();
    control.setValue(seconds === null ? '' : momentText(seconds, name, type, value || (this.original() ?? '')));
  }

  /** A new attribute gets the type that its name usually has, unless a value or a type was given. */
  protected takeUsualType(type: ValueType): void {
    const { controls } = this.row();
    if (controls.value.value === '' && controls.type.pristine) this.row().patchValue({ type });
  }

  /** Enter in a new row leads to the next new row. In any other row it saves, as in any form. */
  protected next(event: Event): void {
    if (!this.isNew()) return;
    event.preventDefault();
    this.another.emit();
  }

  /** Enter in a text of one line does what it does in any other field. */
  protected nextFromText(event: Event): void {
    if (this.draft().type !== 'text' || !leavesOnEnter(event)) return;
    if (this.isNew()) this.next(event);
    else submitOnEnter(event);
  }

  private setType(type: ValueType): void {
    const { value, type: from } = this.draft();
    const controls = this.row().controls;
    controls.type.markAsDirty();
    this.row().patchValue({ type, value: retype(value, from, type) });
  }

  /** Moves the focus to the button that took the place of the pressed one; without such a button, to the field. */
  private focusButton(name: 'undo' | 'remove'): void {
    this.changes.detectChanges();
    const button = this.host.nativeElement.querySelector<HTMLElement>(`[data-testid=attribute-${name}]`);
    if (button) button.focus();
    else this.focus();
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
