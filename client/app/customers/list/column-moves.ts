import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

import { Icon } from '../../ui/icon';

/** Two buttons that move a column in the order of columns. */
@Component({
  selector: 'app-column-moves',
  imports: [Icon],
  template: `
    <button
      type="button"
      class="icon-button small"
      data-testid="column-up"
      [attr.aria-label]="upLabel()"
      [attr.aria-disabled]="first()"
      (click)="first() || moved.emit(-1)"
    >
      <app-icon name="up" />
    </button>
    <button
      type="button"
      class="icon-button small"
      data-testid="column-down"
      [attr.aria-label]="downLabel()"
      [attr.aria-disabled]="last()"
      (click)="last() || moved.emit(1)"
    >
      <app-icon name="down" />
    </button>
  `,
  styles: `
    :host {
      display: flex;
      flex: none;
    }
    [aria-disabled='true'] {
      opacity: 0.4;
      cursor: default;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ColumnMoves {
  /** The label of the column. */
  readonly column = input.required<string>();
  readonly first = input.required<boolean>();
  readonly last = input.required<boolean>();
  /** Emits by how many places the column is to move. */
  readonly moved = output<-1 | 1>();

  protected upLabel(): string {
    return $localize`Move ${this.column()}:column: up`;
  }

  protected downLabel(): string {
    return $localize`Move ${this.column()}:column: down`;
  }
}
