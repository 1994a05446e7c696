import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';
import { Params, RouterLink } from '@angular/router';

import { countText } from '../core/count-text';
import { SessionStore } from '../core/session';
import { ActivityStore } from './data/activity-store';
import { ActivityCounts } from './wire/overview-client';

interface Tile {
  readonly name: keyof ActivityCounts;
  readonly label: string;
  /** Null for a reader who may not see it. */
  readonly link: string | null;
  readonly query?: Params;
}

/** Shows the changes of the last 24 hours, each with a link to the page that lists it. */
@Component({
  selector: 'app-last-day',
  imports: [RouterLink],
  template: `
    <h2 id="last-day" i18n>In the last 24 hours</h2>
    <ul>
      @for (tile of tiles(); track tile.name) {
        <li [attr.data-testid]="'last-' + tile.name">
          @if (tile.link; as link) {
            <a [routerLink]="link" [queryParams]="tile.query ?? {}"
              ><strong [class.bad]="tile.isBad">{{ tile.text }}</strong> {{ tile.label }}</a
            >
          } @else {
            <span class="tile"
              ><strong [class.bad]="tile.isBad">{{ tile.text }}</strong> {{ tile.label }}</span
            >
          }
        </li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: block;
    }
    ul {
      display: grid;
      grid-template-columns: repeat(auto-fit, minmax(140px, 1fr));
      gap: var(--space-2);
      margin: var(--space-2) calc(-1 * var(--space-2)) 0;
      padding: 0;
      list-style: none;
    }
    a,
    .tile {
      display: block;
      padding: var(--space-2);
      border-radius: var(--radius-s);
      color: var(--ink-soft);
      font-size: 13px;
      text-decoration: none;
    }
    a:hover {
      background: var(--hover);
      color: var(--accent);
    }
    strong {
      display: block;
      color: var(--ink);
      font-size: 22px;
      font-weight: 650;
      line-height: 1.3;
      letter-spacing: -0.02em;
      font-variant-numeric: tabular-nums;
    }
    .bad {
      color: var(--danger);
    }
  `,
  host: { class: 'card padded wide', role: 'region', 'aria-labelledby': 'last-day' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LastDay {
  private readonly session = inject(SessionStore);
  private readonly store = inject(ActivityStore);

  protected readonly tiles = computed(() => {
    const state = this.store.state();
    const counts = state.kind === 'ready' ? state.activity.last_day : null;
    return this.links().map((tile) => ({
      ...tile,
      text: counts ? countText(counts[tile.name]) : '…',
      isBad: tile.name === 'rejects' && (counts?.rejects ?? 0) > 0,
    }));
  });

  private readonly links = computed<readonly Tile[]>(() => [
    {
      name: 'new_customers',
      label: $localize`new customers`,
      link: '/customers',
      query: { filter: 'attribute:created_at:after:-24h', sort: 'created_at', order: 'desc' },
    },
    {
      name: 'edits',
      label: $localize`edits`,
      link: '/customers',
      query: { filter: 'last_updated:after:-24h', sort: 'last_updated', order: 'desc' },
    },
    { name: 'deletions', label: $localize`deletions`, link: this.session.may('delete') ? '/trash' : null },
    { name: 'rejects', label: $localize`rejects`, link: '/ingest' },
    { name: 'ingestions', label: $localize`ingestions`, link: '/ingest' },
  ]);
}
