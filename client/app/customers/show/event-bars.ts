import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { LOCALE } from '../../core/locale';
import { once } from '../../core/once';
import { Count } from '../../ui/count';
import { ShareBar } from '../../ui/share-bar';
import { ValueText } from '../../ui/value-text';
import { byCodePoint } from '../model/attribute-draft';

/** Number of events that are shown before the user asks for all. */
const EVENTS_AT_FIRST = 12;

const percent = once(() => new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 }));

interface Bar {
  readonly name: string;
  readonly count: number;
  /** Percent of the longest bar. */
  readonly length: number;
  /** Share of all events, as text. */
  readonly share: string;
}

type Order = 'count' | 'name';

/** Event counts as labelled bars, most frequent first. The rows form a table, so the numbers can be read without the bars. */
@Component({
  selector: 'app-event-bars',
  imports: [Count, ShareBar, ValueText],
  templateUrl: './event-bars.html',
  styleUrl: './event-bars.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EventBars {
  readonly events = input.required<Readonly<Record<string, number>>>();

  protected readonly atFirst = EVENTS_AT_FIRST;
  protected readonly all = signal(false);
  protected readonly order = signal<Order>('count');
  private readonly sought = signal('');
  protected readonly bars = computed(() => barsOf(this.events()));
  protected readonly total = computed(() => this.bars().reduce((sum, bar) => sum + bar.count, 0));
  protected readonly found = computed(() => {
    const sought = this.sought();
    const found = sought ? this.bars().filter((bar) => bar.name.toLowerCase().includes(sought)) : this.bars();
    return this.order() === 'count' ? found : [...found].sort((a, b) => byCodePoint(a.name, b.name));
  });
  protected readonly shown = computed(() => (this.all() ? this.found() : this.found().slice(0, EVENTS_AT_FIRST)));
  protected readonly foundText = computed(() => {
    const count = this.found().length;
    if (!this.sought()) return '';
    return count === 1 ? $localize`1 event matches` : $localize`${count}:count: events match`;
  });

  protected narrow(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.sought.set(event.target.value.trim().toLowerCase());
  }

  protected sort(order: Order): void {
    this.order.set(order);
  }
}

export function barsOf(events: Readonly<Record<string, number>>): Bar[] {
  const entries = Object.entries(events).sort(([a, m], [b, n]) => n - m || byCodePoint(a, b));
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const most = entries[0]?.[1] ?? 0;
  return entries.map(([name, count]) => ({
    name,
    count,
    length: most > 0 ? (100 * count) / most : 0,
    share: percent().format(total > 0 ? count / total : 0),
  }));
}
