import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterLink } from '@angular/router';
import { filter, map, startWith } from 'rxjs';

import { aboutSegment, segmentCount, segmentParams } from '../model/segment-text';
import { SegmentsStore } from '../state/segments-store';
import { Segment } from '../wire/segments-client';

/** The segments in the navigation of every page. A number of customers that is not known is counted when a link is pointed at. */
@Component({
  selector: 'app-segment-nav',
  imports: [RouterLink],
  template: `
    @if (links().length > 0) {
      <div role="group" aria-labelledby="segment-nav" data-testid="segment-nav">
        <h2 id="segment-nav" i18n>Segments</h2>
        @for (segment of links(); track segment.id) {
          <a
            routerLink="/customers"
            [queryParams]="segment.params"
            [title]="segment.about"
            [attr.aria-current]="segment.id === active() ? 'page' : null"
            (pointerenter)="count(segment)"
            (focus)="count(segment)"
          >
            <bdi>{{ segment.name }}</bdi>
            <span class="count">{{ segment.count }}</span>
          </a>
        }
      </div>
    }
  `,
  styles: `
    h2 {
      margin: 0 10px 2px;
      color: var(--ink-soft);
      font-size: 12.5px;
      font-weight: 500;
    }
    a {
      display: flex;
      align-items: center;
      gap: var(--space-2);
      min-block-size: 32px;
      padding-inline: 10px;
      border-radius: var(--radius-s);
      color: var(--ink-soft);
      text-decoration: none;
    }
    a:hover {
      background: var(--hover);
      color: var(--ink);
    }
    a[aria-current] {
      background: var(--selected);
      color: var(--ink);
      font-weight: 500;
    }
    bdi {
      flex: 1;
      overflow: hidden;
      text-overflow: ellipsis;
      white-space: nowrap;
    }
    .count {
      font-size: 12.5px;
      font-variant-numeric: tabular-nums;
    }
    @media (pointer: coarse) {
      a {
        min-block-size: 44px;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SegmentNav {
  private readonly store = inject(SegmentsStore);
  private readonly router = inject(Router);
  private readonly address = toSignal(
    this.router.events.pipe(
      filter((event) => event instanceof NavigationEnd),
      startWith(null),
      map(() => this.router.url),
    ),
    { requireSync: true },
  );

  /** The id of the open segment; null for none. */
  protected readonly active = computed(() => {
    const [path, query = ''] = this.address().split('?');
    const segment = path === '/customers' ? new URLSearchParams(query).get('segment') : null;
    return segment === null ? null : Number(segment);
  });
  protected readonly links = computed(() =>
    this.store.segments().map((segment) => ({
      ...segment,
      params: segmentParams(segment),
      about: aboutSegment(segment),
      count: segmentCount(segment),
    })),
  );

  constructor() {
    if (!this.store.settled()) void this.store.load();
  }

  protected count({ id, customers }: Segment): void {
    if (customers === undefined) void this.store.count(id);
  }
}
