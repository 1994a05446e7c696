import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

import { Moment } from '../../ui/moment';

/** Says that a form holds a draft from before. */
@Component({
  selector: 'app-restored-draft',
  imports: [Moment],
  host: { role: 'status', class: 'card', 'data-testid': 'restored' },
  template: `
    <span i18n>What you typed before is here again (<app-moment [seconds]="at()" />).</span>
    <button class="button" type="button" (click)="discarded.emit()" i18n>Discard it</button>
  `,
  styles: `
    :host {
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: space-between;
      gap: var(--space-2);
      padding: var(--space-1) var(--space-4);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RestoredDraft {
  /** When it was typed, in seconds since the Unix epoch. */
  readonly at = input.required<number>();
  readonly discarded = output();
}
