import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle } from '@angular/material/dialog';

import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { ValueText } from '../../ui/value-text';
import { Column, columnKey, columnText } from '../model/column';
import { ColumnChoice, MOST_COLUMNS } from '../state/column-choice';
import { NamesClient, Suggestions } from '../wire/names-client';

interface Option {
  readonly column: Column;
  readonly key: string;
  readonly label: string;
  /** Customers that have it; null for a column that all have. */
  readonly customers: number | null;
}

/** Chooses the columns of the list. The table behind the dialog changes at once. */
@Component({
  selector: 'app-column-dialog',
  imports: [MatDialogActions, MatDialogClose, MatDialogContent, MatDialogTitle, Count, Icon, Skeleton, ValueText],
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
              <button
                type="button"
                class="icon-button small"
                data-testid="column-up"
                [attr.aria-label]="upLabel(option.label)"
                [attr.aria-disabled]="place === 1"
                (click)="choice.move(option.key, place - 2)"
              >
                <app-icon name="up" />
              </button>
              <button
                type="button"
                class="icon-button small"
                data-testid="column-down"
                [attr.aria-label]="downLabel(option.label)"
                [attr.aria-disabled]="place === choice.columns().length"
                (click)="choice.move(option.key, place)"
              >
                <app-icon name="down" />
              </button>
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
  private readonly names = inject(NamesClient);

  protected readonly most = MOST_COLUMNS;
  protected readonly full = computed(() => this.choice.columns().length >= MOST_COLUMNS);
  private readonly typed = signal('');
  private readonly attributes = this.suggestions('attribute');
  private readonly events = this.suggestions('event');
  /** Columns that were chosen when the dialog opened stay first, so that no row moves under the pointer. */
  private readonly atFirst = this.choice.columns();
  protected readonly options = computed<readonly Option[]>(() => {
    const typed = this.typed().trim().toLowerCase();
    const found: Option[] = [
      ...[...this.atFirst, ID, LAST_UPDATED].map((column) => optionOf(column, null)),
      ...(this.attributes()?.names ?? []).map(({ name, customers }) =>
        optionOf({ kind: 'attribute', name }, customers),
      ),
      ...(this.events()?.names ?? []).map(({ name, customers }) => optionOf({ kind: 'event', name }, customers)),
    ];
    const matching = found.filter(({ label, column }) => `${label}\n${column.name}`.toLowerCase().includes(typed));
    const keys = matching.map(({ key }) => key);
    return matching.filter(({ key }, index) => keys.indexOf(key) === index);
  });

  /** True if names may still come for the present text. */
  protected readonly loading = computed(() => {
    const typed = this.typed().trim();
    return [this.attributes(), this.events()].some((answer) => answer?.search !== typed);
  });

  /** The place of a chosen column, from 1 on; 0 for one that is not chosen. */
  protected placeOf(key: string): number {
    return this.choice.columns().findIndex((column) => columnKey(column) === key) + 1;
  }

  protected upLabel(column: string): string {
    return $localize`Move ${column}:column: forward`;
  }

  protected downLabel(column: string): string {
    return $localize`Move ${column}:column: back`;
  }

  protected narrow(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.typed.set(event.target.value);
  }

  private suggestions(what: 'attribute' | 'event'): () => Suggestions | null {
    return toSignal(this.names.answers(what, toObservable(this.typed)), { initialValue: null });
  }
}

const ID: Column = { kind: 'id', name: '' };
const LAST_UPDATED: Column = { kind: 'last_updated', name: '' };

function optionOf(column: Column, customers: number | null): Option {
  return { column, key: columnKey(column), label: columnText(column), customers };
}
