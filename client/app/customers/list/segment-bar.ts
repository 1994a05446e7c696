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
import { RouterLink } from '@angular/router';

import { countText } from '../../core/count-text';
import { Count } from '../../ui/count';
import { Icon } from '../../ui/icon';
import { Menu } from '../../ui/menu';
import { isRelativeList } from '../model/conditions';
import { aboutSegment, segmentCount, segmentParams } from '../model/segment-text';
import { SegmentsStore } from '../state/segments-store';
import { Segment } from '../wire/segments-client';

/** Links to all customers and to every segment, with the number of customers in it. */
@Component({
  selector: 'app-segment-bar',
  imports: [RouterLink, Count, Icon, Menu],
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
          [title]="segment.about"
          [class.active]="segment.id === active()"
          [attr.aria-current]="segment.id === active() ? 'page' : null"
        >
          @if (segment.isRelative) {
            <app-icon name="clock" />
          }
          <bdi>{{ segment.name }}</bdi>
          @if (segment.customers !== undefined) {
            <span class="count">{{ segment.customers | count }}{{ segment.customers_is_minimum ? '+' : '' }}</span>
          } @else {
            <span class="count" aria-hidden="true">…</span>
          }
        </a>
      }
      @if (links().length > 4) {
        <app-menu class="all" testid="segment-list" icon="expand" [label]="listLabel" [text]="listText()">
          @for (segment of links(); track segment.id) {
            <a
              class="line"
              data-testid="segment-line"
              [routerLink]="[]"
              [queryParams]="segment.params"
              [attr.aria-current]="segment.id === active() ? 'page' : null"
            >
              <bdi>{{ segment.name }}</bdi>
              <span class="count">{{ countOf(segment) }}</span>
              @if (segment.about) {
                <small>{{ segment.about }}</small>
              }
            </a>
          }
        </app-menu>
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
    .all {
      white-space: nowrap;
      position: sticky;
      inset-inline-end: 0;
      margin-inline-start: auto;
      background: var(--ground);
    }
    .line {
      display: grid;
      grid-template-columns: minmax(0, 1fr) auto;
      gap: 0 var(--space-3);
      align-items: center;
      padding: 6px 10px;
      border-radius: var(--radius-s);
      color: var(--ink);
      text-decoration: none;
    }
    .line:hover {
      background: var(--hover);
    }
    .line[aria-current] {
      background: var(--selected);
    }
    small {
      grid-column: 1 / -1;
      overflow: hidden;
      color: var(--ink-soft);
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .segment app-icon {
      font-size: 13px;
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
    this.store.segments().map((segment) => ({
      ...segment,
      params: segmentParams(segment),
      isRelative: isRelativeList(segment),
      about: aboutSegment(segment),
    })),
  );

  protected readonly listLabel = $localize`All segments`;
  protected readonly listText = computed(() => $localize`All ${countText(this.links().length)}:count:`);

  protected countOf(segment: Segment): string {
    return segmentCount(segment) ?? '…';
  }

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
  // The button of all segments covers the end.
  const end = nav.querySelector('.all')?.getBoundingClientRect().left ?? right;
  nav.scrollLeft += Math.max(0, link.right - end) || Math.min(0, link.left - left);
}
