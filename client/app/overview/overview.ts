import { ChangeDetectionStrategy, Component, computed, effect, inject, input, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Connection } from '../core/connection';
import { LOCALE } from '../core/locale';
import { once } from '../core/once';
import { SessionStore } from '../core/session';
import { STATE_TEXT } from '../ingest/state-text';
import { rejectedIn } from '../ingest/wire/ingestion';
import { Count } from '../ui/count';
import { fileOf } from '../core/file-name';
import { EmptyState } from '../ui/empty-state';
import { Moment } from '../ui/moment';
import { Notice } from '../ui/notice';
import { ShareBar } from '../ui/share-bar';
import { Skeleton } from '../ui/skeleton';
import { ValueText } from '../ui/value-text';
import { ActivityFigures } from './activity';
import { ActivityStore } from './data/activity-store';
import { OverviewStore } from './data/overview-store';
import { LastDay } from './last-day';
import { RANGES, Range } from './wire/overview-client';

const percent = once(() => new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 }));
/** A smaller share that is not 0 is shown as less than this. */
const LEAST_SHARE = 0.001;
/** Names beyond which attributes look as if a program put values into names. */
const MANY_NAMES = 1_000;
/** The same for few customers: names, and the most names to a customer. */
const SOME_NAMES = 50;
const NAMES_PER_CUSTOMER = 1 / 4;

/** Numbers of the whole database. */
@Component({
  selector: 'app-overview',
  imports: [ActivityFigures, RouterLink, Count, EmptyState, LastDay, Moment, Notice, ShareBar, Skeleton, ValueText],
  templateUrl: './overview.html',
  styleUrl: './overview.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Overview {
  /** The range from the address; see `RANGES`. */
  readonly range = input<unknown>();

  private readonly store = inject(OverviewStore);
  private readonly activity = inject(ActivityStore);
  private readonly asked = computed(() => RANGES.find((one) => one === this.range()) ?? null);

  protected readonly session = inject(SessionStore);
  protected readonly state = this.store.state;
  protected readonly stateText = STATE_TEXT;
  protected readonly rejectedIn = rejectedIn;
  private readonly numbers = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? state.numbers : null;
  });
  protected readonly totals = computed(() => {
    const of = this.numbers();
    if (!of) return [];
    return [
      { label: $localize`Customers`, count: of.customers },
      { label: $localize`Events`, count: of.events },
      { label: $localize`Event names`, count: of.event_names },
      { label: $localize`Attribute names`, count: of.attribute_names },
    ];
  });
  protected readonly events = computed(() => {
    const of = this.numbers();
    return (of?.top_events ?? []).map((event) => ({
      ...event,
      share: share(event.events, of?.events),
      length: of && of.events > 0 ? (100 * event.events) / of.events : 0,
    }));
  });
  protected readonly attributes = computed(() => {
    const of = this.numbers();
    return (of?.attributes ?? []).map((attribute) => ({
      ...attribute,
      share: share(attribute.customers, of?.customers),
      length: of && of.customers > 0 ? (100 * attribute.customers) / of.customers : 0,
    }));
  });
  protected readonly ranges = RANGES.map((range) => ({ range, text: RANGE_TEXT[range] }));
  protected readonly chosen = computed(() => this.asked() ?? this.activity.state().range);
  /** True where there are so many names that some of them must be values. */
  protected readonly hasManyNames = computed(() => {
    const of = this.numbers();
    if (!of) return false;
    const names = of.attribute_names;
    return names > MANY_NAMES || (names > SOME_NAMES && names > of.customers * NAMES_PER_CUSTOMER);
  });

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      // Loads now, and again whenever the server is back.
      recoveries();
      untracked(() => this.store.load());
    });
    effect(() => {
      recoveries();
      const asked = this.asked();
      untracked(() => this.activity.load(asked));
    });
  }

  protected reload(): void {
    this.store.load();
  }

  /** The filter for customers with an attribute or an event. The name is percent-encoded, because it may hold colons. */
  protected filter(kind: 'attribute' | 'event', name: string): { filter: string } {
    const rest = kind === 'attribute' ? 'exists' : 'at_least:1';
    return { filter: `${kind}:${encodeURIComponent(name)}:${rest}` };
  }

  protected readonly fileOf = fileOf;

  protected started(startedAt: string): number {
    return Date.parse(startedAt) / 1000;
  }
}

const RANGE_TEXT: Readonly<Record<Range, string>> = {
  '7': $localize`7 days`,
  '30': $localize`30 days`,
  '90': $localize`90 days`,
  all: $localize`All`,
};

function share(part: number, whole: number | undefined): string {
  const of = whole ? part / whole : 0;
  return of > 0 && of < LEAST_SHARE ? `<${percent().format(LEAST_SHARE)}` : percent().format(of);
}
