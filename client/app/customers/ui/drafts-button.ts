import { ChangeDetectionStrategy, Component, Injector, computed, inject, input, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { Arrival } from '../../core/arrival';
import { lazily } from '../../core/lazy-code';
import { SessionStore } from '../../core/session';
import { Count } from '../../ui/count';
import { DraftKeeper } from '../state/draft-keeper';

/** Lists the drafts in this browser. Only there when there are some beside the one on the page. */
@Component({
  selector: 'app-drafts-button',
  imports: [Count],
  host: { '(window:storage)': 'look()' },
  template: `
    @if (drafts().length > 0 && session.may('write')) {
      <button type="button" class="button outlined" data-testid="drafts" aria-haspopup="dialog" (click)="open()">
        <ng-container i18n>Drafts</ng-container>&ngsp;<span class="muted">{{ drafts().length | count }}</span>
      </button>
    }
  `,
  styles: `
    :host {
      display: contents;
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class DraftsButton {
  /** The customer whose draft is on the page, null for a new one; undefined on a page without a draft. */
  readonly except = input<string | null>();

  protected readonly session = inject(SessionStore);
  private readonly keeper = inject(DraftKeeper);
  private readonly injector = inject(Injector);
  private readonly arrival = inject(Arrival);
  private readonly load = lazily(() => Promise.all([import('@angular/material/dialog'), import('./drafts-dialog')]));

  private readonly looks = signal(0);
  protected readonly drafts = computed(() => {
    this.looks();
    return this.keeper.list(Date.now()).filter(({ id }) => id !== this.except());
  });

  protected look(): void {
    this.looks.update((looks) => looks + 1);
  }

  protected async open(): Promise<void> {
    const code = await this.load();
    if (!code) return;
    const [{ MatDialog }, { DraftsDialog }] = code;
    const dialog = this.injector
      .get(MatDialog)
      .open(DraftsDialog, { data: this.drafts(), width: '460px', maxWidth: 'calc(100vw - 32px)' });
    await firstValueFrom(dialog.afterClosed());
    this.look();
    // The button that had the focus is gone.
    if (this.drafts().length === 0) this.arrival.focusHeading();
  }
}
