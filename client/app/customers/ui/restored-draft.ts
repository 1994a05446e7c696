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
      gap: 0 var(--space-2);
      padding: var(--space-2) var(--space-3) var(--space-2) var(--space-4);
    }
    /* Where it has a line of its own, its text begins with the one above. */
    .button {
      margin-inline-start: -12px;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class RestoredDraft {
  /** When it was typed, in seconds since the Unix epoch. */
  readonly at = input.required<number>();
  readonly discarded = output();
}
