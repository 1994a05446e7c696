import { ChangeDetectionStrategy, Component, computed, inject, input, signal } from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { catchError, map, of, switchMap } from 'rxjs';

import { Connection } from '../../core/connection';
import { countText } from '../../core/count-text';
import { LOCALE } from '../../core/locale';
import { once } from '../../core/once';
import { Problem, readProblem } from '../../core/problem';
import type { Point } from '../../overview/bar-chart';
import { Figure } from '../../overview/figure';
import { Plot } from '../../overview/plot';
import { Count } from '../../ui/count';
import { Skeleton } from '../../ui/skeleton';
import { Counts, HourCounts, OUTCOMES, Outcome, countOf, totalOf } from '../model/source';
import { COUNT_TEXT, OUTCOME_TEXT } from '../ui/source-text';
import { SourcesClient } from '../wire/sources-client';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly counts: readonly HourCounts[] };

const WEEK_HOURS = 168;
const hour = once(() => new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' }));
const day = once(() => new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric' }));
const exact = once(
  () =>
    new Intl.DateTimeFormat(LOCALE, {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      hour: '2-digit',
      minute: '2-digit',
    }),
);

/** The calls that a source received, by hour. Hours are named in the time zone of the reader; the day is that of UTC, as in the list of sources. */
@Component({
  selector: 'app-received',
  imports: [Count, Figure, Plot, Skeleton],
  templateUrl: './received.html',
  styleUrls: ['../../ui/number-table.scss', './received.scss'],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Received {
  /** Number of the source. */
  readonly source = input.required<number>();

  private readonly client = inject(SourcesClient);
  private readonly recoveries = inject(Connection).recoveries;
  private readonly request = computed(() => ({ id: this.source(), again: this.recoveries() }));

  protected readonly state = toSignal<State, State>(
    toObservable(this.request).pipe(
      switchMap(({ id }) =>
        this.client.counts(id, WEEK_HOURS).pipe(
          map((counts): State => ({ kind: 'ready', counts })),
          catchError((error: unknown) => of<State>({ kind: 'error', problem: readProblem(error) })),
        ),
      ),
    ),
    { initialValue: { kind: 'loading' } },
  );
  protected readonly period = signal<'today' | 'week'>('today');
  protected readonly outcome = signal<Outcome | 'all'>('all');
  protected readonly outcomes = OUTCOMES;
  protected readonly outcomeText = OUTCOME_TEXT;
  protected readonly columns = Object.entries(COUNT_TEXT) as [keyof Counts, string][]; // Safe: the keys of COUNT_TEXT.
  protected readonly periods = [
    { name: 'today', label: $localize`Today (UTC)` },
    { name: 'week', label: $localize`Last 7 days` },
  ] as const;
  protected readonly texts = {
    heading: $localize`Received by hour`,
    plot: $localize`Bars of the messages in each hour. The button “Table” shows the numbers.`,
    unit: $localize`messages`,
  };
  private readonly hours = computed(() => {
    const state = this.state();
    if (state.kind !== 'ready') return [];
    const midnight = new Date().setUTCHours(0, 0, 0, 0);
    return this.period() === 'week' ? state.counts : state.counts.filter(({ at }) => Date.parse(at) >= midnight);
  });
  protected readonly isEmpty = computed(() => this.hours().every((counts) => totalOf(counts) === 0));
  protected readonly sum = computed(() => this.hours().reduce((sum, counts) => sum + this.valueOf(counts), 0));
  protected readonly sumText = computed(() => {
    const count = countText(this.sum());
    const outcome = this.outcome();
    return outcome === 'all'
      ? $localize`${count}:count: messages`
      : $localize`${count}:count: messages: ${OUTCOME_TEXT[outcome]}:outcome:`;
  });
  protected readonly points = computed<Point[]>(() =>
    this.hours().map((counts) => {
      const at = new Date(counts.at);
      const label = this.period() === 'today' ? hour().format(at) : day().format(at);
      return { label, title: exact().format(at), value: this.valueOf(counts) };
    }),
  );
  /** Hours without a message are left out. */
  protected readonly rows = computed(() =>
    this.hours()
      .filter((counts) => totalOf(counts) > 0)
      .map((counts) => ({ counts, text: exact().format(new Date(counts.at)) }))
      .reverse(),
  );

  protected choose(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const { value } = event.target;
    this.outcome.set(OUTCOMES.find((outcome) => outcome === value) ?? 'all');
  }

  private valueOf(counts: Counts): number {
    const outcome = this.outcome();
    return outcome === 'all' ? totalOf(counts) : countOf(counts, outcome);
  }
}
