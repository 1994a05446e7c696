import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  afterNextRender,
  computed,
  input,
  output,
  viewChild,
} from '@angular/core';

import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { wallClockOf } from '../model/wall-clock';
import { PastState } from '../state/past-store';

/** Chooses the moment at which the record is shown, and says what is shown. */
@Component({
  selector: 'app-as-of',
  imports: [Moment, Notice],
  template: `
    <label class="moment"
      ><ng-container i18n>As of</ng-container>
      <input
        #field
        class="control"
        type="datetime-local"
        step="1"
        data-testid="as-of"
        [value]="value()"
        (change)="choose($event)"
    /></label>
    @let now = state();
    @if (now.kind !== 'now') {
      <button type="button" class="link-button" data-testid="as-of-now" (click)="toNow()" i18n>Back to now</button>
      @switch (now.kind) {
        @case ('loading') {
          <p role="status" i18n>Looking at the record of that moment…</p>
        }
        @case ('ready') {
          <app-notice class="told" tone="caution" heading="This is an earlier record" i18n-heading>
            <p i18n>It is shown as it was at <app-moment [seconds]="seconds()" />, and cannot be edited.</p>
          </app-notice>
        }
        @case ('missing') {
          <app-notice class="told" tone="caution" heading="There was no such customer" i18n-heading>
            <p i18n>At <app-moment [seconds]="seconds()" /> nothing had happened yet, or it was deleted.</p>
          </app-notice>
        }
        @case ('error') {
          <app-notice class="told" heading="The earlier record cannot be shown" i18n-heading>
            <p>{{ now.problem.message }}</p>
          </app-notice>
        }
      }
    }
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      gap: var(--space-2);
      margin-block-end: var(--space-4);
      font-size: 13px;
    }
    .moment {
      display: inline-flex;
      align-items: center;
      gap: 6px;
      color: var(--ink-soft);
    }
    .control {
      inline-size: 220px;
    }
    .told {
      flex-basis: 100%;
    }
    p {
      margin: 0;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class AsOf {
  readonly state = input.required<PastState>();
  /** A moment was chosen, as RFC 3339; empty for now. */
  readonly moved = output<string>();

  protected readonly seconds = computed(() => {
    const state = this.state();
    return state.kind === 'now' ? null : Date.parse(state.at) / 1000;
  });
  protected readonly value = computed(() => {
    const seconds = this.seconds();
    return seconds === null ? '' : wallClockOf(seconds);
  });

  private readonly field = viewChild.required<ElementRef<HTMLInputElement>>('field');

  constructor() {
    // Shown on demand, unless the address has a moment.
    afterNextRender(() => {
      if (this.state().kind === 'now') this.field().nativeElement.focus();
    });
  }

  protected toNow(): void {
    this.field().nativeElement.focus();
    this.moved.emit('');
  }

  protected choose(event: Event): void {
    if (!(event.target instanceof HTMLInputElement)) return;
    const time = new Date(event.target.value);
    this.moved.emit(Number.isNaN(time.getTime()) ? '' : time.toISOString());
  }
}
