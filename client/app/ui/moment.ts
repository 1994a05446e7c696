import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

import { distanceOf, instantOf } from '../core/instant';

/** A time in the locale of the reader. The title adds seconds and the time zone. */
@Component({
  selector: 'app-moment',
  template: `
    @if (instant(); as at) {
      <time [attr.datetime]="at.iso" [title]="title()">{{ relative() ? ago() : at.text }}</time>
      @if (distance()) {
        <span class="muted distance">{{ ago() }}</span>
      }
    } @else {
      <span class="muted" i18n>Not set</span>
    }
  `,
  styles: `
    time {
      white-space: nowrap;
    }
    /* Breaks into a line of its own where there is no room. */
    .distance {
      display: inline-block;
      margin-inline-start: 6px;
      font-size: var(--distance-size, 12.5px);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Moment {
  /** Seconds since the Unix epoch; null when there is none. */
  readonly seconds = input.required<number | null>();
  /** The value as the record has it, for the title; empty for none. */
  readonly raw = input('');
  /** True to tell how long ago that is, and the time itself in the title alone. */
  readonly relative = input(false);
  /** True to add how long ago that is. */
  readonly distance = input(false);

  protected readonly instant = computed(() => {
    const seconds = this.seconds();
    return seconds === null ? null : instantOf(seconds);
  });
  protected readonly title = computed(() => [this.instant()?.title, this.raw()].filter(Boolean).join('\n'));
  protected readonly ago = computed(() => distanceOf(this.seconds() ?? 0, Date.now() / 1000));
}
