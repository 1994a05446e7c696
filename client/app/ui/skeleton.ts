import { ChangeDetectionStrategy, Component, computed, input } from '@angular/core';

/** Grey lines in the place of content that is being loaded. Hidden from screen readers: the page announces the loading. */
@Component({
  selector: 'app-skeleton',
  host: { 'aria-hidden': 'true' },
  template: `
    @for (line of range(); track line) {
      <span class="line"></span>
    }
  `,
  styles: `
    :host {
      display: grid;
      gap: var(--space-4);
      padding: var(--space-4);
    }
    .line {
      block-size: 14px;
      border-radius: 4px;
      background: var(--hover);
      animation: pulse 1.4s ease-in-out infinite;
    }
    .line:nth-child(3n + 1) {
      inline-size: 82%;
    }
    .line:nth-child(3n + 2) {
      inline-size: 64%;
    }
    .line:nth-child(3n) {
      inline-size: 73%;
    }
    @keyframes pulse {
      50% {
        opacity: 0.45;
      }
    }
    @media (prefers-reduced-motion: reduce) {
      .line {
        animation: none;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Skeleton {
  readonly lines = input(8);
  protected readonly range = computed(() => Array.from({ length: this.lines() }, (_, index) => index));
}
