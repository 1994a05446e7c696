import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle } from '@angular/material/dialog';

import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { ValueText } from '../../ui/value-text';
import { columnKey } from '../model/column';
import { ColumnChoice, MOST_COLUMNS } from '../state/column-choice';
import { ColumnMoves } from './column-moves';
import { columnOffers } from './column-offers';

/** Chooses the columns of the list. The table behind the dialog changes at once. */
@Component({
  selector: 'app-column-dialog',
  imports: [
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    ColumnMoves,
    Count,
    Icon,
    Skeleton,
    ValueText,
  ],
  template: `
    <h2 mat-dialog-title i18n>Columns</h2>
    <mat-dialog-content>
      <input
        class="control"
        type="search"
        data-testid="column-search"
        placeholder="Search attributes and events"
        i18n-placeholder
        aria-label="Search attributes and events"
        i18n-aria-label
        cdkFocusInitial
        (input)="narrow($event)"
      />
      <p class="hint" role="status" i18n>{{ choice.columns().length }} of at most {{ most }} chosen</p>
      <ul aria-label="Columns" i18n-aria-label>
        @for (option of options(); track option.key) {
          <li>
            <label>
              <input
                type="checkbox"
                data-testid="column"
                [attr.data-key]="option.key"
                [checked]="choice.has(option.column)"
                [disabled]="full() && !choice.has(option.column)"
                (change)="choice.toggle(option.column)"
              />
              <app-icon
                [name]="
                  option.column.kind === 'event' ? 'event' : option.column.kind === 'last_updated' ? 'clock' : 'tag'
                "
              />
              <bdi><app-value-text [text]="option.label" /></bdi>
              @if (option.customers !== null) {
                <span class="hint">{{ option.customers | count }}</span>
              }
            </label>
            @if (placeOf(option.key); as place) {
              <app-column-moves
                [column]="option.label"
                [first]="place === 1"
                [last]="place === choice.columns().length"
                (moved)="choice.move(option.key, place - 1 + $event)"
              />
            }
          </li>
        }
        @if (loading()) {
          <li aria-busy="true">
            <span class="cdk-visually-hidden" i18n>Loading…</span>
            <app-skeleton [lines]="options().length > 4 ? 1 : 6" />
          </li>
        } @else if (options().length === 0) {
          <li class="muted" i18n>Nothing has that name.</li>
        }
      </ul>
    </mat-dialog-content>
    <mat-dialog-actions align="end">
      <button class="button" type="button" [disabled]="choice.isDefault()" (click)="choice.reset()" i18n>Reset</button>
      <button class="button filled" type="button" mat-dialog-close i18n>Done</button>
    </mat-dialog-actions>
  `,
  styles: `
    mat-dialog-content {
      display: grid;
      gap: var(--space-2);
    }
    ul {
      block-size: min(340px, 45vh);
      margin: 0;
      padding: 0;
      overflow-y: auto;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
    }
    label {
      display: flex;
      flex: 1;
      min-inline-size: 0;
      align-items: center;
      gap: var(--space-2);
      min-block-size: 34px;
      padding-inline: var(--space-1);
      border-radius: var(--radius-s);
      color: var(--ink);
      cursor: pointer;
    }
    label:hover {
      background: var(--hover);
    }
    label input {
      inline-size: 16px;
      block-size: 16px;
      margin: 0;
      accent-color: var(--accent);
    }
    app-icon {
      color: var(--ink-soft);
    }
    bdi {
      flex: 1;
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
    .hint {
      font-variant-numeric: tabular-nums;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ColumnDialog {
  protected readonly choice = inject(ColumnChoice);

  protected readonly most = MOST_COLUMNS;
  protected readonly full = computed(() => this.choice.columns().length >= MOST_COLUMNS);
  private readonly typed = signal('');
  /** Columns that were chosen when the dialog opened stay first, so that no row moves under the pointer. */
  private readonly offers = columnOffers(this.typed, this.choice.columns());
  protected readonly options = this.offers.options;
  protected readonly loading = this.offers.loading;

  /** The place of a chosen column, from 1 on; 0 for one that is not chosen. */
  protected placeOf(key: string): number {
    return this.choice.columns().findIndex((column) => columnKey(column) === key) + 1;
  }

  protected narrow(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.typed.set(event.target.value);
  }
}
