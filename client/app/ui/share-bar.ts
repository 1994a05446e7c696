import { ChangeDetectionStrategy, Component, input } from '@angular/core';

/** A thin bar beside a number. Hidden from screen readers. */
@Component({
  selector: 'app-share-bar',
  template: `<span class="fill" [style.inline-size.%]="percent()"></span>`,
  styles: `
    :host {
      display: block;
      block-size: 6px;
      margin-block-start: 5px;
      border-radius: 3px;
      background: var(--hover);
    }
    .fill {
      display: block;
      min-inline-size: 3px;
      block-size: 100%;
      border-radius: 3px;
      background: var(--bar);
    }
    @media (forced-colors: active) {
      .fill {
        background: CanvasText;
      }
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ShareBar {
  /** Percent, 0 to 100. */
  readonly percent = input.required<number>();
}
