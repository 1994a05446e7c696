import { ChangeDetectionStrategy, Component, effect, inject, untracked } from '@angular/core';

import { Announcer } from '../core/announcer';
import { Connection } from '../core/connection';
import { Icon } from '../ui/icon';

/** Says that the server is away, and takes itself off when it is back. Lies over the page: nothing moves. */
@Component({
  selector: 'app-connection-notice',
  imports: [Icon],
  template: `
    @if (connection.lost()) {
      <div class="box" role="alert" data-testid="connection-lost">
        <app-icon name="offline" />
        <span i18n>The server cannot be reached. What you see may be old; trying again…</span>
        <button type="button" class="now" (click)="connection.check()" i18n>Try now</button>
      </div>
    }
  `,
  styles: `
    .box {
      position: fixed;
      z-index: 30;
      inset-block-end: var(--space-4);
      inset-inline: var(--space-4);
      display: flex;
      align-items: center;
      gap: var(--space-3);
      max-inline-size: 560px;
      margin-inline: auto;
      padding: var(--space-2) var(--space-2) var(--space-2) var(--space-4);
      border: 1px solid var(--caution-line);
      border-radius: var(--radius);
      background: var(--caution-soft);
      box-shadow: var(--shadow);
      color: var(--ink);
    }
    app-icon {
      color: var(--caution);
      font-size: 18px;
    }
    span {
      flex: 1;
      min-inline-size: 0;
    }
    .now {
      flex: none;
      min-block-size: 32px;
      padding-inline: var(--space-3);
      border: 1px solid var(--line-strong);
      border-radius: var(--radius-s);
      background: var(--surface);
      color: var(--ink);
      font: inherit;
      cursor: pointer;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class ConnectionNotice {
  protected readonly connection = inject(Connection);

  constructor() {
    const announcer = inject(Announcer);
    effect(() => {
      if (this.connection.recoveries() === 0) return;
      untracked(() => announcer.announce($localize`The server can be reached again`));
    });
  }
}
