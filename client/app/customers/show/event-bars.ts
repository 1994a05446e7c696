import { ChangeDetectionStrategy, Component, computed, input, output, signal } from '@angular/core';

import { countText } from '../../core/count-text';
import { distanceOf, instantOf } from '../../core/instant';
import { Count } from '../../ui/count';
import { ShareBar } from '../../ui/share-bar';
import { ValueText } from '../../ui/value-text';
import { byCodePoint } from '../model/attribute-draft';
import { EventTimes } from '../model/event-times';

/** Number of events that are shown before the user asks for all. */
const EVENTS_AT_FIRST = 12;

interface Bar {
  readonly name: string;
  readonly count: number;
  /** Percent of the longest bar. */
  readonly length: number;
}

type Order = 'count' | 'name' | 'last';

/** Event counts, most frequent first. Bars show where the counts differ. A name leads to its events in the timeline. */
@Component({
  selector: 'app-event-bars',
  imports: [Count, ShareBar, ValueText],
  templateUrl: './event-bars.html',
  styleUrl: './event-bars.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EventBars {
  readonly events = input.required<Readonly<Record<string, number>>>();
  /** When they came, by name; null to say nothing of that. */
  readonly times = input<ReadonlyMap<string, EventTimes> | null>(null);
  /** The name of an event whose entries of the timeline are asked for. */
  readonly opened = output<string>();

  protected readonly atFirst = EVENTS_AT_FIRST;
  protected readonly all = signal(false);
  protected readonly order = signal<Order>('count');
  private readonly sought = signal('');
  protected readonly bars = computed(() => barsOf(this.events()));
  protected readonly heading = computed(() => {
    const [bars, total] = [this.bars(), this.bars().reduce((sum, bar) => sum + bar.count, 0)];
    if (total === 0) return $localize`Events`;
    if (total === 1) return $localize`1 event`;
    const text = countText(total);
    return bars.length === 1
      ? $localize`${text}:count: events of 1 name`
      : $localize`${text}:count: events of ${countText(bars.length)}:names: names`;
  });
  protected readonly differ = computed(() => this.bars().at(0)?.count !== this.bars().at(-1)?.count);
  protected readonly found = computed(() => {
    const sought = this.sought();
    const found = sought ? this.bars().filter((bar) => bar.name.toLowerCase().includes(sought)) : this.bars();
    const lastOf = ({ name }: Bar): number => this.times()?.get(name)?.last ?? -Infinity;
    switch (this.order()) {
      case 'count':
        return found;
      case 'name':
        return [...found].sort((a, b) => byCodePoint(a.name, b.name));
      case 'last':
        return [...found].sort((a, b) => (lastOf(b) > lastOf(a) ? 1 : lastOf(b) < lastOf(a) ? -1 : 0));
    }
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

  protected openText(name: string): string {
    return $localize`Show ${name}:name: in the timeline`;
  }

  protected agoText(seconds: number): string {
    return distanceOf(seconds, Date.now() / 1000);
  }

  protected timesText(times: EventTimes | undefined): string {
    const [first, last] = [times && instantOf(times.first), times && instantOf(times.last)];
    return first && last ? $localize`First ${first.text}:first:, last ${last.text}:last:` : '';
  }

  protected sort(order: Order): void {
    this.order.set(order);
  }
}

function barsOf(events: Readonly<Record<string, number>>): Bar[] {
  const entries = Object.entries(events).sort(([a, m], [b, n]) => n - m || byCodePoint(a, b));
  const most = entries[0]?.[1] ?? 0;
  return entries.map(([name, count]) => ({
    name,
    count,
    length: most > 0 ? (100 * count) / most : 0,
  }));
}
