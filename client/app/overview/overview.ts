import { ChangeDetectionStrategy, Component, computed, effect, inject, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';

import { Connection } from '../core/connection';
import { LOCALE } from '../core/locale';
import { once } from '../core/once';
import { SessionStore } from '../core/session';
import { STATE_TEXT } from '../ingest/state-text';
import { rejectedIn } from '../ingest/wire/ingestion';
import { Count } from '../ui/count';
import { EmptyState } from '../ui/empty-state';
import { Moment } from '../ui/moment';
import { Notice } from '../ui/notice';
import { ShareBar } from '../ui/share-bar';
import { Skeleton } from '../ui/skeleton';
import { ValueText } from '../ui/value-text';
import { OverviewStore } from './data/overview-store';
import { LastUpdated } from './wire/overview-client';
import type { Point } from './bar-chart';
import { Figure } from './figure';
import { Plot } from './plot';

const percent = once(() => new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 }));
/** Days are in UTC, in any time zone of the reader. */
const day = once(() => new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeZone: 'UTC' }));
const month = once(() => new Intl.DateTimeFormat(LOCALE, { month: 'short', year: 'numeric', timeZone: 'UTC' }));

/** Numbers of the whole database. */
@Component({
  selector: 'app-overview',
  imports: [RouterLink, Count, EmptyState, Figure, Moment, Notice, Plot, ShareBar, Skeleton, ValueText],
  templateUrl: './overview.html',
  styleUrl: './overview.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Overview {
  private readonly store = inject(OverviewStore);

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
    return (of?.top_events ?? []).map((event) => ({ ...event, share: share(event.events, of?.events) }));
  });
  protected readonly attributes = computed(() => {
    const of = this.numbers();
    return (of?.attributes ?? []).map((attribute) => ({
      ...attribute,
      share: share(attribute.customers, of?.customers),
      length: of && of.customers > 0 ? (100 * attribute.customers) / of.customers : 0,
    }));
  });
  protected readonly updated = computed(() => (this.numbers()?.last_updated ?? []).map(spanOf));
  protected readonly eventPoints = computed<Point[]>(() =>
    this.events().map(({ name, events }) => ({ label: name, value: events })),
  );
  protected readonly updatedPoints = computed<Point[]>(() =>
    this.updated().map(({ short, text, customers }) => ({ label: short, title: text, value: customers })),
  );
  protected readonly texts = {
    events: $localize`Events by name`,
    eventsHint: $localize`The 20 most frequent.`,
    eventsPlot: $localize`Bars of the most frequent events. The button “Table” shows the numbers.`,
    eventsUnit: $localize`events`,
    updated: $localize`Last updated`,
    updatedHint: $localize`How many customers had their latest message or edit when. Days in UTC.`,
    updatedPlot: $localize`Bars of customers by the day of their latest change. The button “Table” shows the numbers.`,
    updatedUnit: $localize`customers`,
  };

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      // Loads now, and again whenever the server is back.
      recoveries();
      untracked(() => this.store.load());
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

  protected started(startedAt: string): number {
    return Date.parse(startedAt) / 1000;
  }
}

function share(part: number, whole: number | undefined): string {
  return percent().format(whole ? part / whole : 0);
}

/** The texts of a bar: a day, or from the first to the last day of a longer period. */
function spanOf({ day: one, from, to, customers }: LastUpdated): {
  short: string;
  text: string;
  customers: number;
} {
  const start = new Date(from);
  return {
    short: one === undefined ? month().format(start) : day().format(start),
    text: day().formatRange(start, new Date(to)),
    customers,
  };
}
