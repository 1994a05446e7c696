import { ChangeDetectionStrategy, Component, input, output } from '@angular/core';

import { Moment } from '../../ui/moment';

/** Tells that a form holds a restored draft. */
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
      gap: 0 var(--space-2);
      padding: var(--space-2) var(--space-3) var(--space-2) var(--space-4);
    }
    /* Aligns the text of the button with the text above, when the button is in a line of its own. */
    .button {
      margin-inline-start: -12px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RestoredDraft {
  /** Time of the draft, in seconds since the Unix epoch. */
  readonly at = input.required<number>();
  readonly discarded = output();
}
