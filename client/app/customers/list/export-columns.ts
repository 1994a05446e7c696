import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, model, signal } from '@angular/core';

import { Icon } from '../../ui/icon';
import { ValueText } from '../../ui/value-text';
import { Column, columnKey, columnOf, columnText } from '../model/column';
import { ColumnMoves } from './column-moves';
import { columnOffers } from './column-offers';

const MOST_OFFERED = 6;

/** The chosen columns of a file, in order: to move, leave out and add. */
@Component({
  selector: 'app-export-columns',
  imports: [ColumnMoves, Icon, ValueText],
  template: `
    <ol aria-label="Columns of the file" i18n-aria-label>
      @for (column of chosen(); track column.key; let first = $first, last = $last) {
        <li data-testid="export-column">
          <bdi><app-value-text [text]="column.label" /></bdi>
          <input
            class="control title"
            data-testid="export-column-title"
            dir="auto"
            autocomplete="off"
            [value]="titles()[column.key] ?? ''"
            [placeholder]="column.usual"
            [attr.aria-label]="titleLabel(column.label)"
            (input)="entitle(column.key, $event)"
          />
          <app-column-moves [column]="column.label" [first]="first" [last]="last" (moved)="move(column.key, $event)" />
          <button
            type="button"
            class="icon-button small"
            data-testid="export-column-out"
            [attr.aria-label]="outLabel(column.label)"
            [attr.aria-disabled]="chosen().length === 1"
            (click)="leaveOut(column.key)"
          >
            <app-icon name="close" />
          </button>
        </li>
      }
    </ol>
    <input
      class="control"
      type="search"
      data-testid="export-column-search"
      placeholder="Add an attribute or event"
      i18n-placeholder
      aria-label="Add an attribute or event"
      i18n-aria-label
      (input)="seek($event)"
      (keydown.enter)="addFirst($event)"
    />
    <ul aria-label="Names that can be added" i18n-aria-label>
      @for (offer of offers(); track offer.key) {
        <li>
          <button type="button" class="button" data-testid="export-column-add" (click)="add(offer.key)">
            <app-icon name="plus" /><bdi><app-value-text [text]="offer.label" /></bdi>
          </button>
        </li>
      } @empty {
        <li class="muted" role="status">{{ isLoading() ? loading : nothing }}</li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-2);
    }
    ol,
    ul {
      margin: 0;
      padding: 0;
      max-block-size: min(220px, 30vh);
      overflow-y: auto;
      list-style: none;
    }
    li {
      display: flex;
      align-items: center;
      min-block-size: 36px;
    }
    .title {
      flex: 1;
      min-inline-size: 0;
      min-block-size: 32px;
      padding-block: 3px;
    }
    .title:placeholder-shown:not(:hover, :focus-visible) {
      border-color: var(--line-button);
    }
    ol li {
      gap: var(--space-1);
    }
    ol bdi {
      flex: 0 1 38%;
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ExportColumns {
  /** The keys of the columns, in order. */
  readonly keys = model.required<readonly string[]>();

  /** Texts of the header by the keys of their columns. */
  readonly titles = model.required<Readonly<Partial<Record<string, string>>>>();

  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly sought = signal('');
  private readonly found = columnOffers(this.sought);
  protected readonly isLoading = this.found.loading;
  protected readonly chosen = computed(() =>
    this.keys().map((key) => ({ key, label: columnText(columnOf(key)), usual: usualTitle(columnOf(key)) })),
  );
  protected readonly offers = computed(() =>
    this.found
      .options()
      .filter(({ key }) => !this.keys().includes(key))
      .slice(0, MOST_OFFERED),
  );
  protected readonly nothing = $localize`Nothing has that name.`;
  protected readonly loading = $localize`Loading…`;

  protected titleLabel(label: string): string {
    return $localize`Title of ${label}:column:`;
  }

  protected outLabel(label: string): string {
    return $localize`Leave out ${label}:column:`;
  }

  protected seek({ target }: Event): void {
    if (target instanceof HTMLInputElement) this.sought.set(target.value.trim());
  }

  /** An empty title is that of the column itself. */
  protected entitle(key: string, { target }: Event): void {
    if (target instanceof HTMLInputElement) this.titles.update((titles) => ({ ...titles, [key]: target.value }));
  }

  protected addFirst(event: Event): void {
    event.preventDefault();
    const first = this.offers().at(0);
    if (first) this.add(first.key);
  }

  protected add(key: string): void {
    this.keys.update((keys) => [...keys, key]);
    this.sought.set('');
    this.focusSearch();
  }

  protected move(key: string, by: number): void {
    const keys = this.keys();
    const to = keys.indexOf(key) + by;
    if (to < 0 || to >= keys.length) return;
    const rest = keys.filter((other) => other !== key);
    this.keys.set([...rest.slice(0, to), key, ...rest.slice(to)]);
  }

  /** The last column stays: a file has one at least. */
  protected leaveOut(key: string): void {
    if (this.keys().length === 1) return;
    this.keys.update((keys) => keys.filter((other) => other !== key));
    this.focusSearch();
  }

  private focusSearch(): void {
    const field = this.host.nativeElement.querySelector<HTMLInputElement>('input[type=search]');
    if (!field) return;
    field.value = this.sought();
    field.focus();
  }
}

/** The text of the header of a column without a title. */
function usualTitle(column: Column): string {
  return column.kind === 'attribute' ? column.name : columnKey(column);
}
