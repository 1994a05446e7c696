import { ChangeDetectionStrategy, Component, computed, input, signal } from '@angular/core';

import { LOCALE } from '../../core/locale';
import { Count } from '../../ui/count';
import { byCodePoint } from '../data/attribute-draft';

const AT_FIRST = 12;
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 1 });

interface Bar {
  readonly name: string;
  readonly count: number;
  /** Percent of the longest bar. */
  readonly length: number;
  /** Of all events, as text. */
  readonly share: string;
}

/** Event counts as bars, most frequent first. A table underneath, so that every number can be read without the bars. */
@Component({
  selector: 'app-event-bars',
  imports: [Count],
  template: `
    @if (bars().length > 0) {
      <table data-testid="events">
        <caption class="cdk-visually-hidden">
          Events by count
        </caption>
        <thead class="cdk-visually-hidden">
          <tr>
            <th scope="col">Event</th>
            <th scope="col">Count</th>
            <th scope="col">Share</th>
          </tr>
        </thead>
        <tbody>
          @for (bar of shown(); track bar.name) {
            <tr data-testid="event" [attr.data-name]="bar.name">
              <th scope="row">
                <span class="name"
                  ><bdi>{{ bar.name }}</bdi></span
                >
                <span class="track"><span class="fill" [style.inline-size.%]="bar.length"></span></span>
              </th>
              <td class="count">{{ bar.count | count }}</td>
              <td class="share">{{ bar.share }}</td>
            </tr>
          }
        </tbody>
      </table>
      @if (bars().length > atFirst) {
        <button type="button" class="link-button" [attr.aria-expanded]="all()" (click)="all.set(!all())">
          {{ all() ? 'Show fewer' : 'Show all ' + bars().length }}
        </button>
      }
    } @else {
      <p class="muted">No events yet.</p>
    }
  `,
  styleUrl: './event-bars.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class EventBars {
  readonly events = input.required<Readonly<Record<string, number>>>();

  protected readonly atFirst = AT_FIRST;
  protected readonly all = signal(false);
  protected readonly bars = computed(() => barsOf(this.events()));
  protected readonly shown = computed(() => (this.all() ? this.bars() : this.bars().slice(0, AT_FIRST)));
}

export function barsOf(events: Readonly<Record<string, number>>): Bar[] {
  const entries = Object.entries(events).sort(([a, m], [b, n]) => n - m || byCodePoint(a, b));
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const most = entries[0]?.[1] ?? 0;
  return entries.map(([name, count]) => ({
    name,
    count,
    length: most > 0 ? (100 * count) / most : 0,
    share: percent.format(total > 0 ? count / total : 0),
  }));
}
