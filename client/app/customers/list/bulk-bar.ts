import { ChangeDetectionStrategy, Component, inject, input, output } from '@angular/core';

import { SessionStore } from '../../core/session';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';

export type BulkChoice = 'compare' | 'set' | 'remove' | 'export' | 'delete';

/** The actions for the selected customers, at the lower edge of the window. */
@Component({
  selector: 'app-bulk-bar',
  imports: [Count, Icon],
  host: { role: 'region', 'aria-label': $localize`Selected customers` },
  template: `
    <strong data-testid="picked" i18n>{{ picked() | count }} selected</strong>
    @if (except() > 0) {
      <span class="muted" data-testid="picked-except" i18n>all but {{ except() | count }}</span>
    } @else if (elsewhere() > 0) {
      <span class="muted" data-testid="picked-elsewhere" i18n>{{ elsewhere() | count }} not on this page</span>
    }
    <button
      type="button"
      class="icon-button small"
      data-testid="bulk-clear"
      aria-label="Clear the selection"
      i18n-aria-label
      title="Clear the selection"
      i18n-title
      (click)="cleared.emit()"
    >
      <app-icon name="close" />
    </button>
    @if (mayPickAll()) {
      <button type="button" class="quiet" data-testid="pick-all" (click)="all.emit()" i18n>
        Select all {{ total() | count }}
      </button>
    }
    <span class="grow"></span>
    @if (isPair()) {
      <button type="button" class="quiet" data-testid="compare" (click)="chosen.emit('compare')">
        <app-icon name="columns" /><ng-container i18n>Compare</ng-container>
      </button>
    }
    @if (session.may('write')) {
      <button type="button" class="quiet" data-testid="bulk-set" (click)="chosen.emit('set')">
        <app-icon name="tag" /><ng-container i18n>Set attribute</ng-container>
      </button>
      <button type="button" class="quiet" data-testid="bulk-remove" (click)="chosen.emit('remove')">
        <app-icon name="minus" /><ng-container i18n>Remove attribute</ng-container>
      </button>
    }
    @if (session.may('export')) {
      <button type="button" class="quiet" data-testid="bulk-export" (click)="chosen.emit('export')">
        <app-icon name="download" /><ng-container i18n>Export</ng-container>
      </button>
    }
    @if (session.may('delete')) {
      <button type="button" class="quiet danger" data-testid="bulk-delete" (click)="chosen.emit('delete')">
        <app-icon name="trash" /><ng-container i18n>Delete</ng-container>
      </button>
    }
  `,
  styles: `
    :host {
      position: sticky;
      z-index: 6;
      inset-block-end: var(--space-3);
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: 2px var(--space-1);
      margin-block-end: var(--space-4);
      padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius);
      background: var(--surface);
      box-shadow: var(--shadow);
    }
    strong {
      font-weight: 600;
      font-variant-numeric: tabular-nums;
    }
    .grow {
      flex: 1;
    }
    /* The actions have a row of their own and share its width. */
    @media (width < 560px) {
      :host {
        padding: var(--space-1) var(--space-2);
      }
      strong {
        padding-inline-start: var(--space-2);
      }
      .grow {
        flex-basis: 100%;
      }
      .grow ~ .quiet {
        flex: 1 1 0;
        flex-direction: column;
        justify-content: start;
        gap: var(--space-1);
        padding: 6px var(--space-1);
        font-size: 12px;
        line-height: 1.3;
      }
      .grow ~ .quiet app-icon {
        font-size: 16px;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class BulkBar {
  protected readonly session = inject(SessionStore);
  readonly picked = input.required<number>();
  /** Selected customers that the page does not show, and customers left out of all. */
  readonly elsewhere = input(0);
  readonly except = input(0);
  /** True if two customers are selected, which can be compared. */
  readonly isPair = input(false);
  /** Customers in the list, on all pages. */
  readonly total = input.required<number>();
  /** True if the user may still select all customers of the list at once. */
  readonly mayPickAll = input.required<boolean>();
  readonly all = output();
  readonly cleared = output();
  readonly chosen = output<BulkChoice>();
}
