import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { Observable, catchError, map, of, switchMap } from 'rxjs';

import { countText } from '../../core/count-text';
import { LOCALE } from '../../core/locale';
import { once } from '../../core/once';
import { Problem, readProblem } from '../../core/problem';
import type { Point } from '../../overview/bar-chart';
import { Figure } from '../../overview/figure';
import { Plot } from '../../overview/plot';
import { Count } from '../../ui/count';
import { Skeleton } from '../../ui/skeleton';
import { Activity, ActivitySpan, allMonths, closerRange, filled, sumOf } from '../model/activity';
import { READER_ZONE } from '../model/conditions';
import { Customer } from '../model/customer';
import { TimelineClient } from '../wire/timeline-client';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly activity: Activity };

const formatOf = (options: Intl.DateTimeFormatOptions) =>
  once(() => new Intl.DateTimeFormat(LOCALE, { ...options, timeZone: 'UTC' }));
const day = formatOf({ day: 'numeric', month: 'short' });
const fullDay = formatOf({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
const month = formatOf({ month: 'short', year: 'numeric' });

const SPAN_TEXT: Readonly<Record<ActivitySpan, string>> = {
  day: $localize`by day`,
  week: $localize`by week`,
  month: $localize`by month`,
};

/** The entries of the timeline over time, by spans that fit: days for some weeks, months for years. */
@Component({
  selector: 'app-activity',
  imports: [Count, Figure, Plot, Skeleton],
  templateUrl: './activity.html',
  styleUrls: ['../../ui/number-table.scss', './activity.scss'],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerActivity {
  /** The id of the customer. */
  readonly id = input.required<string>();
  /** The record on the screen. A new version of it may come with new entries. */
  readonly customer = input<Customer>();

  private readonly client = inject(TimelineClient);
  private readonly request = computed(() => ({ id: this.id(), customer: this.customer() }));

  protected readonly state = toSignal<State, State>(
    toObservable(this.request).pipe(
      switchMap(({ id }) =>
        this.read(id).pipe(
          map((activity): State => ({ kind: 'ready', activity })),
          catchError((error: unknown) => of<State>({ kind: 'error', problem: readProblem(error) })),
        ),
      ),
    ),
    { initialValue: { kind: 'loading' } },
  );
  protected readonly texts = {
    heading: $localize`Activity`,
    plot: $localize`Bars of the events, attributes messages and edits over time. The button “Table” shows the numbers.`,
    unit: $localize`entries`,
  };
  private readonly activity = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? state.activity : null;
  });
  protected readonly spans = computed(() => {
    const activity = this.activity();
    return activity ? filled(activity) : [];
  });
  /** Says what is counted. */
  protected readonly hint = computed(() => {
    const activity = this.activity();
    if (!activity) return ' ';
    const [events, attributes, edits] = (['event', 'attributes', 'edit'] as const).map((kind) =>
      countText(activity.counts.reduce((sum, counts) => sum + counts[kind], 0)),
    );
    return $localize`Events: ${events}:events:, attributes messages: ${attributes}:attributes:, edits: ${edits}:edits:, ${SPAN_TEXT[activity.by]}:span:`;
  });
  protected readonly points = computed<Point[]>(() => {
    const by = this.activity()?.by ?? 'day';
    return this.spans().map((span) => {
      const at = new Date(span.start);
      return { label: (by === 'month' ? month() : day()).format(at), title: titleOf(at, by), value: sumOf(span) };
    });
  });
  /** Spans without an entry are left out. */
  protected readonly rows = computed(() => {
    const activity = this.activity();
    const rows = (activity?.counts ?? []).map((counts) => ({
      ...counts,
      text: titleOf(new Date(counts.start), activity?.by ?? 'day'),
    }));
    return rows.reverse();
  });

  /** Reads months first. They tell which spans are best. */
  private read(id: string): Observable<Activity> {
    return this.client.activity(id, allMonths(Date.now()), READER_ZONE).pipe(
      switchMap((months) => {
        const range = closerRange(months.counts);
        if (!range) return of(months);
        const closer = this.client.activity(id, range, READER_ZONE);
        return closer.pipe(map(({ counts, by }) => ({ counts, by, complete: months.complete })));
      }),
    );
  }
}

function titleOf(at: Date, by: ActivitySpan): string {
  if (by === 'month') return month().format(at);
  const text = fullDay().format(at);
  return by === 'day' ? text : $localize`Week from ${text}:day:`;
}
