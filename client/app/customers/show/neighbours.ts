import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router } from '@angular/router';

import { countText } from '../../core/count-text';
import { Icon } from '../../ui/icon';
import { Place, ResultWalk, Step } from '../state/result-walk';

/** The place of the customer in the result of the list, and the way to the next and the previous one. Nothing outside of a result. */
@Component({
  selector: 'app-neighbours',
  imports: [Icon],
  template: `
    @if (place(); as now) {
      <span class="muted" data-testid="place">{{ text() }}</span>
      <button
        type="button"
        class="icon-button small"
        data-testid="previous"
        aria-label="Previous customer"
        i18n-aria-label
        title="Previous customer (k)"
        i18n-title
        aria-keyshortcuts="k"
        [disabled]="now.number === 1"
        (click)="go(-1)"
      >
        <app-icon name="left" />
      </button>
      <button
        type="button"
        class="icon-button small"
        data-testid="next"
        aria-label="Next customer"
        i18n-aria-label
        title="Next customer (j)"
        i18n-title
        aria-keyshortcuts="j"
        [disabled]="isLast()"
        (click)="go(1)"
      >
        <app-icon name="right" />
      </button>
    }
  `,
  styles: `
    :host {
      display: flex;
      align-items: center;
      font-size: 13px;
      font-variant-numeric: tabular-nums;
      white-space: nowrap;
    }
    span {
      margin-inline-end: var(--space-1);
    }
    button:disabled {
      opacity: 0.4;
      cursor: default;
      background: none;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Neighbours {
  /** The id of the customer on the screen. */
  readonly id = input.required<string>();

  private readonly walk = inject(ResultWalk);
  private readonly router = inject(Router);
  protected readonly place = signal<Place | null>(null);
  protected readonly isLast = computed(() => {
    const place = this.place();
    return !place || (place.number === place.total && !place.isMinimum);
  });
  protected readonly text = computed(() => {
    const { number = 0, total = 0, isMinimum = false } = this.place() ?? {};
    const all = isMinimum ? `${countText(total)}+` : countText(total);
    return $localize`${countText(number)}:place: of ${all}:total:`;
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.find(id));
    });
  }

  /** Tells whether there is a result to go through. */
  isThere(): boolean {
    return this.place() !== null;
  }

  async go(by: Step): Promise<void> {
    const from = this.id();
    const id = await this.walk.beside(from, by);
    if (id !== null && from === this.id()) await this.router.navigate(['/customers', id]);
  }

  private async find(id: string): Promise<void> {
    const place = await this.walk.place(id);
    if (id === this.id()) this.place.set(place);
  }
}
