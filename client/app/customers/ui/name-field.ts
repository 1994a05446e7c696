import { ChangeDetectionStrategy, Component, computed, effect, inject, input, output, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { filter } from 'rxjs';

import { countText } from '../../core/count-text';
import { FieldError } from '../../ui/field-error';
import { ValueType } from '../model/attribute-rules';
import { looksLikeMany } from '../model/pasted-attributes';
import { NameSuggestions } from '../state/name-suggestions';
import { typeLabel } from './value-types';

let fields = 0;

/** The name of a new attribute. Suggests the names that customers have, from the first focus on, and tells their usual types. */
@Component({
  selector: 'app-name-field',
  imports: [ReactiveFormsModule, FieldError],
  template: `
    <input
      class="control"
      data-testid="attribute-name"
      dir="auto"
      autocomplete="off"
      autocapitalize="off"
      spellcheck="false"
      placeholder="Name"
      i18n-placeholder
      [formControl]="control()"
      [attr.list]="id + '-names'"
      [attr.aria-label]="label()"
      [attr.aria-invalid]="error() !== null"
      [attr.aria-describedby]="id + '-error ' + id + '-hint'"
      (focus)="sought.set(control().value)"
      (input)="sought.set(control().value)"
      (paste)="pasteMany($event)"
      (keydown.enter)="entered.emit($event)"
    />
    <datalist data-testid="known-names" [id]="id + '-names'">
      @for (known of offers(); track known.name) {
        <option [value]="known.name">{{ textOf(known) }}</option>
      }
    </datalist>
    <app-field-error [id]="id + '-error'" [message]="error()" />
    @if (error() === null && hint()) {
      <p class="hint" data-testid="name-hint" [id]="id + '-hint'">{{ hint() }}</p>
    }
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(0, 1fr);
      gap: var(--space-1);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class NameField {
  readonly control = input.required<FormControl<string>>();
  readonly label = input.required<string>();
  readonly error = input.required<string | null>();
  /** Names that are not suggested. */
  readonly except = input<ReadonlySet<string>>(new Set());
  /** Emits the usual type of the name, once it is one that customers have. */
  readonly recognised = output<ValueType>();
  readonly entered = output<Event>();
  /** Emits a text with several attributes that was pasted. */
  readonly pasted = output<string>();

  protected readonly id = `name-${++fields}`;
  /** Null before the first focus. */
  protected readonly sought = signal<string | null>(null);
  private readonly answer = toSignal(
    inject(NameSuggestions).answers(toObservable(this.sought).pipe(filter((text) => text !== null))),
  );
  protected readonly offers = computed(() =>
    (this.answer()?.names ?? []).filter(({ name }) => !this.except().has(name)),
  );
  private readonly known = computed(() => this.offers().find(({ name }) => name === this.sought()) ?? null);
  protected readonly hint = computed(() => {
    const [known, answer] = [this.known(), this.answer()];
    if (known) return this.textOf(known);
    const isNew = this.sought() !== '' && answer?.search === this.sought() && answer.names !== null;
    return isNew ? $localize`No customer has this name yet.` : '';
  });

  constructor() {
    effect(() => {
      const known = this.known();
      if (known) this.recognised.emit(known.type);
    });
  }

  /** "Number, 312 customers". */
  protected textOf({ type, customers }: { readonly type: ValueType; readonly customers: number }): string {
    return customers === 1
      ? $localize`${typeLabel(type)}:type:, 1 customer`
      : $localize`${typeLabel(type)}:type:, ${countText(customers)}:count: customers`;
  }

  protected pasteMany(event: ClipboardEvent): void {
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    if (this.control().value !== '' || !looksLikeMany(pasted)) return;
    event.preventDefault();
    this.pasted.emit(pasted);
  }
}
