import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** The progress of a task; without a value it only shows that the task goes on. */
@Component({
  selector: 'app-progress-bar',
  host: {
    role: 'progressbar',
    '[attr.aria-label]': 'label()',
    'aria-valuemin': '0',
    'aria-valuemax': '100',
    '[attr.aria-valuenow]': 'percent()',
    '[class.unknown]': 'percent() === null',
  },
  template: `<span class="fill" [style.inline-size.%]="percent() ?? 30"></span>`,
  styles: `
    :host {
      display: block;
      overflow: hidden;
      block-size: 6px;
      border-radius: 3px;
      background: var(--hover);
    }
    .fill {
      display: block;
      block-size: 100%;
      border-radius: 3px;
      background: var(--accent);
      transition: inline-size 200ms linear;
    }
    :host(.unknown) .fill {
      animation: to-and-fro 1.4s ease-in-out infinite alternate;
    }
    @keyframes to-and-fro {
      to {
        margin-inline-start: 70%;
      }
    }
    @media (forced-colors: active) {
      :host {
        border: 1px solid CanvasText;
      }
      .fill {
        background: CanvasText;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ProgressBar {
  readonly label = input.required<string>();
  /** From 0 to 1; null for an unknown progress. */
  readonly value = input.required<number | null>();

  protected readonly percent = computed(() => {
    const value = this.value();
    return value === null ? null : Math.round(100 * Math.min(1, Math.max(0, value)));
  });
}
