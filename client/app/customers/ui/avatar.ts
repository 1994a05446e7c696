import { ChangeDetectionStrategy, Component, input } from '@angular/core';

import { Icon } from '../../ui/icon';
import { Person } from '../model/person';

/** A disc with the initials of a person, as high as `--size`. The name beside it says the same. */
@Component({
  selector: 'app-avatar',
  imports: [Icon],
  host: { 'aria-hidden': 'true', '[style.--hue]': 'person().hue' },
  template: `
    @if (person().initials; as initials) {
      {{ initials }}
    } @else {
      <app-icon name="person" />
    }
  `,
  styles: `
    :host {
      display: inline-grid;
      flex: none;
      place-items: center;
      overflow: hidden;
      inline-size: var(--size, 28px);
      block-size: var(--size, 28px);
      border-radius: 50%;
      background: light-dark(oklch(0.92 0.045 var(--hue)), oklch(0.34 0.06 var(--hue)));
      color: light-dark(oklch(0.38 0.12 var(--hue)), oklch(0.92 0.05 var(--hue)));
      font-size: calc(var(--size, 28px) * 0.39);
      font-weight: 600;
      line-height: 1;
      user-select: none;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Avatar {
  readonly person = input.required<Person>();
}
