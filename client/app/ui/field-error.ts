import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** The error of a field, below it. The field refers to it by `aria-describedby`. */
@Component({
  selector: 'app-field-error',
  template: `
    @if (message(); as text) {
      {{ text }}
    }
  `,
  styles: `
    :host {
      display: block;
      color: var(--danger);
      font-size: 12.5px;
      line-height: 1.4;
    }
    :host:empty {
      display: none;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class FieldError {
  readonly message = input.required<string | null>();
}
