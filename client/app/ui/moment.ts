import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { instantOf } from '../core/instant';

/** A point in time as a date and time of the reader's locale; the title adds seconds and the time zone. */
@Component({
  selector: 'app-moment',
  template: `
    @if (instant(); as at) {
      <time [attr.datetime]="at.iso" [title]="at.title">{{ at.text }}</time>
    } @else {
      <span class="muted">Not set</span>
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Moment {
  /** Seconds since the Unix epoch; null when there is none. */
  readonly seconds = input.required<number | null>();
  protected readonly instant = computed(() => {
    const seconds = this.seconds();
    return seconds === null ? null : instantOf(seconds);
  });
}
