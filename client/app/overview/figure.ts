import { ChangeDetectionStrategy, Component, input, signal } from '@angular/core';

/** A figure that is shown as a plot or as a table. The projected content reads `table` to show one of them. */
@Component({
  selector: 'app-figure',
  template: `
    <div class="head">
      <h2>{{ heading() }}</h2>
      <div class="views" role="group" [attr.aria-label]="heading()">
        <button type="button" [attr.aria-pressed]="!table()" (click)="_table.set(false)" i18n>Plot</button>
        <button type="button" data-testid="as-table" [attr.aria-pressed]="table()" (click)="_table.set(true)" i18n>
          Table
        </button>
      </div>
    </div>
    @if (hint(); as text) {
      <p class="hint">{{ text }}</p>
    }
    <ng-content />
  `,
  styleUrl: './figure.scss',
  host: { class: 'card padded' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Figure {
  readonly heading = input.required<string>();
  readonly hint = input('');
  protected readonly _table = signal(false);
  readonly table = this._table.asReadonly();
}
