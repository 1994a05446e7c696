import { ChangeDetectionStrategy, Component, computed, inject } from '@angular/core';

import { LOCALE } from '../core/locale';
import { once } from '../core/once';
import { Count } from '../ui/count';
import { Moment } from '../ui/moment';
import { Notice } from '../ui/notice';
import { Point } from './bar-chart';
import { ActivityStore } from './data/activity-store';
import { Figure } from './figure';
import { Plot } from './plot';
import { ActivityCounts, Range } from './wire/overview-client';

/** Days are those of the answer, so they are read and written as days of UTC. */
const format = (options: Intl.DateTimeFormatOptions) =>
  once(() => new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: 'UTC' }));
const shortDay = format({ day: 'numeric', month: 'short' });
const wholeDay = format({ dateStyle: 'full' });
const day = format({ dateStyle: 'medium' });
const month = format({ month: 'short', year: 'numeric' });
const wholeMonth = format({ month: 'long', year: 'numeric' });
const WEEK_END = 6 * 86_400_000;

interface Series {
  readonly name: keyof ActivityCounts;
  readonly heading: string;
  readonly hint: string;
  readonly unit: string;
  readonly plot: string;
}

const SERIES: readonly Series[] = [
  {
    name: 'events',
    heading: $localize`Events`,
    hint: $localize`When they happened, not when they arrived.`,
    unit: $localize`events`,
    plot: $localize`Bars of events over time. The button “Table” shows the numbers.`,
  },
  {
    name: 'new_customers',
    heading: $localize`New customers`,
    hint: $localize`By the time in created_at.`,
    unit: $localize`customers`,
    plot: $localize`Bars of new customers over time. The button “Table” shows the numbers.`,
  },
  {
    name: 'edits',
    heading: $localize`Edits`,
    hint: $localize`By people and programs, not by messages.`,
    unit: $localize`edits`,
    plot: $localize`Bars of edits over time. The button “Table” shows the numbers.`,
  },
  {
    name: 'rejects',
    heading: $localize`Rejects`,
    hint: $localize`Lines and calls that were not taken.`,
    unit: $localize`rejects`,
    plot: $localize`Bars of rejects over time. The button “Table” shows the numbers.`,
  },
];

/** Figures of what happened over time. */
@Component({
  selector: 'app-activity',
  imports: [Count, Figure, Moment, Notice, Plot],
  templateUrl: './activity.html',
  styleUrl: './activity.scss',
  host: { '[class.old]': 'isOld()' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ActivityFigures {
  private readonly store = inject(ActivityStore);
  protected readonly state = this.store.state;
  protected readonly isOld = computed(() => {
    const state = this.state();
    return state.kind === 'ready' && state.isOld;
  });
  protected readonly activity = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? state.activity : null;
  });
  private readonly spans = computed(() => {
    const now = this.activity();
    return (now?.activity ?? []).map((span) => ({ ...span, ...textsOf(span.start, now?.meta.by ?? 'day') }));
  });
  protected readonly figures = computed(() =>
    SERIES.map((series) => {
      const points = this.spans().map((span): Point => ({
        label: span.label,
        title: span.title,
        value: span[series.name],
      }));
      return { ...series, points, sum: points.reduce((sum, { value }) => sum + value, 0) };
    }),
  );
  protected readonly by = computed(() => {
    const { range = '30', by = 'day' } = this.activity()?.meta ?? {};
    return `${RANGE_TEXT[range]}, ${BY_TEXT[by]}`;
  });
  /** Seconds since the Unix epoch. */
  protected readonly countedAt = computed(() => secondsOf(this.activity()?.meta.counted_at));
  protected readonly completeSince = computed(() => secondsOf(this.activity()?.meta.events_complete_since));

  protected reload(): void {
    this.store.load(this.state().range);
  }
}

const RANGE_TEXT: Readonly<Record<Range, string>> = {
  '7': $localize`in 7 days`,
  '30': $localize`in 30 days`,
  '90': $localize`in 90 days`,
  all: $localize`in all`,
};
const BY_TEXT = { day: $localize`by day`, week: $localize`by week`, month: $localize`by month` } as const;

function secondsOf(time: string | undefined): number | null {
  return time === undefined ? null : Date.parse(time) / 1000;
}

function textsOf(start: string, by: 'day' | 'week' | 'month'): { label: string; title: string } {
  const first = new Date(start);
  switch (by) {
    case 'day':
      return { label: shortDay().format(first), title: wholeDay().format(first) };
    case 'week':
      return {
        label: shortDay().format(first),
        title: day().formatRange(first, new Date(first.getTime() + WEEK_END)),
      };
    case 'month':
      return { label: month().format(first), title: wholeMonth().format(first) };
    default:
      return by satisfies never;
  }
}
