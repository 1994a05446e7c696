import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  afterRenderEffect,
  computed,
  inject,
  input,
  viewChild,
} from '@angular/core';
import { Params, RouterLink } from '@angular/router';

import { Count } from '../../ui/count';
import { writeQuery } from '../model/customer-query';
import { SegmentsStore } from '../state/segments-store';
import { Segment } from '../wire/segments-client';

/** Links to all customers and to every segment, with the number of customers in it. */
@Component({
  selector: 'app-segment-bar',
  imports: [RouterLink, Count],
  template: `
    <nav #nav aria-label="Segments" i18n-aria-label>
      <a
        class="segment"
        [routerLink]="[]"
        [class.active]="everybody()"
        [attr.aria-current]="everybody() ? 'page' : null"
        i18n
        >All customers</a
      >
      @for (segment of links(); track segment.id) {
        <a
          class="segment"
          data-testid="segment"
          [routerLink]="[]"
          [queryParams]="segment.params"
          [class.active]="segment.id === active()"
          [attr.aria-current]="segment.id === active() ? 'page' : null"
        >
          <bdi>{{ segment.name }}</bdi>
          @if (segment.customers !== undefined) {
            <span class="count">{{ segment.customers | count }}{{ segment.customers_is_minimum ? '+' : '' }}</span>
          } @else {
            <span class="count" aria-hidden="true">…</span>
          }
        </a>
      }
    </nav>
  `,
  styles: `
    nav {
      display: flex;
      gap: var(--space-1);
      overflow-x: auto;
      margin-block-end: var(--space-3);
      border-block-end: 1px solid var(--line);
      scrollbar-width: thin;
    }
    .segment {
      display: inline-flex;
      flex: none;
      align-items: center;
      gap: 7px;
      max-inline-size: 260px;
      min-block-size: 36px;
      padding-inline: 10px;
      border-block-end: 2px solid transparent;
      color: var(--ink-soft);
      font-weight: 500;
      text-decoration: none;
    }
    .segment:focus-visible {
      outline-offset: -2px;
    }
    .segment:hover {
      color: var(--ink);
    }
    .active {
      border-block-end-color: var(--accent);
      color: var(--ink);
    }
    bdi {
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .count {
      min-inline-size: 30px;
      padding: 1px 7px;
      border-radius: 999px;
      text-align: center;
      background: var(--hover);
      color: var(--ink-soft);
      font-size: 12px;
      font-variant-numeric: tabular-nums;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SegmentBar {
  /** The id of the open segment; null for none. */
  readonly active = input.required<number | null>();
  /** True if the list shows all customers. */
  readonly everybody = input.required<boolean>();

  private readonly store = inject(SegmentsStore);
  private readonly nav = viewChild.required<ElementRef<HTMLElement>>('nav');
  protected readonly links = computed(() =>
    this.store.segments().map((segment) => ({ ...segment, params: paramsOf(segment) })),
  );

  constructor() {
    afterRenderEffect({
      read: () => {
        if (this.active() !== null && this.links().length > 0) reveal(this.nav().nativeElement);
      },
    });
  }
}

/** Scrolls the open segment into sight. `scrollIntoView` would scroll the page too. */
function reveal(nav: HTMLElement): void {
  const link = nav.querySelector('.active')?.getBoundingClientRect();
  if (!link) return;
  const { left, right } = nav.getBoundingClientRect();
  nav.scrollLeft += Math.max(0, link.right - right) || Math.min(0, link.left - left);
}

function paramsOf(segment: Segment): Params {
  return { ...writeQuery(segment), segment: segment.id };
}
