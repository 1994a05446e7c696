import { ChangeDetectionStrategy, Component, booleanAttribute, input } from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';

import { FieldError } from '../ui/field-error';

/** A field with its label, hint and error. */
@Component({
  selector: 'app-access-field',
  imports: [ReactiveFormsModule, FieldError],
  host: { class: 'field' },
  template: `
    <label [for]="name()">{{ label() }}</label>
    <input
      class="control"
      dir="auto"
      autocapitalize="off"
      spellcheck="false"
      [id]="name()"
      [type]="type()"
      [attr.data-testid]="name()"
      [attr.autocomplete]="autocomplete()"
      [formControl]="control()"
      [readonly]="fixed()"
      [attr.aria-required]="!fixed()"
      [attr.aria-invalid]="error() !== null"
      [attr.aria-describedby]="name() + '-error ' + name() + '-hint'"
    />
    <app-field-error [id]="name() + '-error'" [message]="error()" />
    <p class="hint" [id]="name() + '-hint'">{{ hint() }}</p>
  `,
  styles: `
    .hint:empty {
      display: none;
    }
    .control:read-only {
      background: var(--hover);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AccessField {
  /** Id of the field. */
  readonly name = input.required<string>();
  readonly label = input.required<string>();
  readonly control = input.required<FormControl<string>>();
  readonly type = input<'text' | 'email' | 'password'>('text');
  readonly autocomplete = input('off');
  readonly error = input<string | null>(null);
  readonly hint = input('');
  /** Whether the field only shows its value. */
  readonly fixed = input(false, { transform: booleanAttribute });
}
