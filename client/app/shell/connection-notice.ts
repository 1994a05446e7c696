import { ChangeDetectionStrategy, Component, DOCUMENT, effect, inject, untracked } from '@angular/core';

import { Announcer } from '../core/announcer';
import { Connection } from '../core/connection';
import { LazyCode } from '../core/lazy-code';
import { Icon } from '../ui/icon';

/**
 * Tells that the server is away, until it is back; or that code could not be loaded, until the user answers. Lies over the page,
 * so nothing moves.
 */
@Component({
  selector: 'app-connection-notice',
  imports: [Icon],
  template: `
    @if (missing(); as code) {
      <div class="box" role="alert" data-testid="code-missing">
        <app-icon name="offline" />
        @if (code.gone) {
          <span i18n
            >This could not be loaded, perhaps because Roster was updated. Reload the page; drafts of what you typed are
            kept.</span
          >
        } @else {
          <span i18n>This was not loaded yet, and the server cannot be reached.</span>
        }
        <div class="actions">
          @if (code.gone) {
            <button type="button" class="now" (click)="reload()" i18n>Reload</button>
          } @else {
            <button type="button" class="now" (click)="code.answer(true)" i18n>Try again</button>
          }
          <button type="button" class="now" (click)="code.answer(false)" i18n>Dismiss</button>
        </div>
      </div>
    } @else if (connection.lost()) {
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
      inset-block-end: calc(var(--space-4) + var(--foot));
      inset-inline: var(--space-4);
      display: flex;
      flex-wrap: wrap;
      align-items: center;
      justify-content: end;
      gap: var(--space-2) var(--space-3);
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
      flex: 1 1 200px;
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
  private readonly window = inject(DOCUMENT).defaultView;

  protected readonly connection = inject(Connection);
  protected readonly missing = inject(LazyCode).missing;

  constructor() {
    const announcer = inject(Announcer);
    effect(() => {
      if (this.connection.recoveries() === 0) return;
      untracked(() => announcer.announce($localize`The server can be reached again`));
    });
  }

  protected reload(): void {
    this.window?.location.reload();
  }
}
