import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';

const SIZES = [10, 25, 50, 100];

/** Previous, next and the size of a page. The address holds all three: Back works and a page can be shared. */
@Component({
  selector: 'app-pager',
  imports: [RouterLink, Icon, Count],
  template: `
    <nav aria-label="Pages" i18n-aria-label>
      <label class="size">
        <span i18n>Rows per page</span>
        <select class="control" data-testid="per-page" (change)="resize($event)">
          @for (size of sizes(); track size) {
            <option [value]="size" [selected]="size === perPage()">{{ size }}</option>
          }
        </select>
      </label>
      <span class="range" data-testid="range" i18n
        >{{ from() | count }}–{{ to() | count }} of {{ total() | count }}{{ atLeast() ? '+' : '' }}</span
      >
      <span class="steps">
        @if (page() > 1) {
          <a
            class="icon-button"
            rel="prev"
            aria-label="Previous page"
            i18n-aria-label
            queryParamsHandling="merge"
            [routerLink]="[]"
            [queryParams]="query(page() - 1)"
          >
            <app-icon name="left" />
          </a>
        } @else {
          <span class="icon-button off"><app-icon name="left" /></span>
        }
        @if (page() < pages()) {
          <a
            class="icon-button"
            rel="next"
            aria-label="Next page"
            i18n-aria-label
            queryParamsHandling="merge"
            [routerLink]="[]"
            [queryParams]="query(page() + 1)"
          >
            <app-icon name="right" />
          </a>
        } @else {
          <span class="icon-button off"><app-icon name="right" /></span>
        }
      </span>
    </nav>
  `,
  styles: `
    nav {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: flex-end;
      gap: var(--space-2) var(--space-4);
      color: var(--ink-soft);
      font-variant-numeric: tabular-nums;
    }
    .size {
      display: inline-flex;
      align-items: center;
      gap: var(--space-2);
    }
    .size .control {
      inline-size: auto;
    }
    .steps {
      display: inline-flex;
      gap: var(--space-1);
    }
    .off {
      opacity: 0.35;
      pointer-events: none;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Pager {
  readonly page = input.required<number>();
  readonly perPage = input.required<number>();
  readonly total = input.required<number>();
  /** True if there may be more customers than `total`. */
  readonly atLeast = input(false);

  private readonly router = inject(Router);

  protected readonly pages = computed(() => Math.max(1, Math.ceil(this.total() / this.perPage())));
  protected readonly from = computed(() => (this.page() - 1) * this.perPage() + 1);
  protected readonly to = computed(() => Math.min(this.page() * this.perPage(), this.total()));
  /** The sizes to choose from, with that of the address. */
  protected readonly sizes = computed(() => [...new Set([...SIZES, this.perPage()])].sort((a, b) => a - b));

  protected query(page: number): { page: number; per_page: number } {
    return { page, per_page: this.perPage() };
  }

  /** Changes the size, and shows the page that holds the first row of the present one. */
  protected resize(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const perPage = Number(event.target.value);
    const page = Math.ceil(this.from() / perPage);
    void this.router.navigate([], { queryParams: { page, per_page: perPage }, queryParamsHandling: 'merge' });
  }
}
