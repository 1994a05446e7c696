import { ChangeDetectionStrategy, Component, ElementRef, computed, inject, model, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { combineLatest } from 'rxjs';

import { Icon } from '../../ui/icon';
import { ValueText } from '../../ui/value-text';
import { columnKey, columnOf, columnText } from '../model/column';
import { NamesClient } from '../wire/names-client';

const MOST_OFFERED = 6;

/** The chosen columns of a file, in order: to move, leave out and add. */
@Component({
  selector: 'app-export-columns',
  imports: [Icon, ValueText],
  template: `
    <ol aria-label="Columns of the file" i18n-aria-label>
      @for (column of chosen(); track column.key; let first = $first, last = $last) {
        <li data-testid="export-column">
          <bdi><app-value-text [text]="column.label" /></bdi>
          <button
            type="button"
            class="icon-button small"
            data-testid="export-column-up"
            [attr.aria-label]="upLabel(column.label)"
            [attr.aria-disabled]="first"
            (click)="move(column.key, -1)"
          >
            <app-icon name="up" />
          </button>
          <button
            type="button"
            class="icon-button small"
            [attr.aria-label]="downLabel(column.label)"
            [attr.aria-disabled]="last"
            (click)="move(column.key, 1)"
          >
            <app-icon name="down" />
          </button>
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
      min-block-size: 32px;
    }
    ol bdi {
      flex: 1;
      min-inline-size: 0;
      overflow-wrap: anywhere;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ExportColumns {
  /** The keys of the columns, in order. */
  readonly keys = model.required<readonly string[]>();

  private readonly names = inject(NamesClient);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  protected readonly sought = signal('');
  private readonly typed = toObservable(this.sought);
  private readonly found = toSignal(
    combineLatest([this.names.answers('attribute', this.typed), this.names.answers('event', this.typed)]),
  );
  protected readonly isLoading = computed(() => this.found()?.every(({ search }) => search === this.sought()) !== true);
  protected readonly chosen = computed(() => this.keys().map(labelled));
  protected readonly offers = computed(() => {
    const [attributes, events] = this.found() ?? [undefined, undefined];
    const keys = [
      'id',
      'last_updated',
      ...(attributes?.names ?? []).map(({ name }) => columnKey({ kind: 'attribute', name })),
      ...(events?.names ?? []).map(({ name }) => columnKey({ kind: 'event', name })),
    ];
    const part = this.sought().toLowerCase();
    return keys
      .filter((key) => !this.keys().includes(key))
      .map(labelled)
      .filter(({ key, label }) => `${key} ${label}`.toLowerCase().includes(part))
      .slice(0, MOST_OFFERED);
  });
  protected readonly nothing = $localize`Nothing has that name.`;
  protected readonly loading = $localize`Loading…`;

  protected upLabel(label: string): string {
    return $localize`Move ${label}:column: up`;
  }

  protected downLabel(label: string): string {
    return $localize`Move ${label}:column: down`;
  }

  protected outLabel(label: string): string {
    return $localize`Leave out ${label}:column:`;
  }

  protected seek({ target }: Event): void {
    if (target instanceof HTMLInputElement) this.sought.set(target.value.trim());
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
    const field = this.host.nativeElement.querySelector('input');
    if (!field) return;
    field.value = this.sought();
    field.focus();
  }
}

function labelled(key: string): { readonly key: string; readonly label: string } {
  return { key, label: columnText(columnOf(key)) };
}
