import { ChangeDetectionStrategy, Component, computed, inject, input } from '@angular/core';
import { Router } from '@angular/router';

import { Session } from '../../core/session';
import { Notice } from '../../ui/notice';
import { CurrentSession } from '../current-session';
import { ownPath } from '../entry';
import { EntryCard } from './entry-card';
import { LoginForm } from './login-form';

@Component({
  selector: 'app-login-page',
  imports: [EntryCard, LoginForm, Notice],
  template: `
    <app-entry-card heading="Log in" i18n-heading>
      @if (code(); as code) {
        <app-notice heading="The single sign-on failed" i18n-heading data-testid="provider-failed">
          <p i18n>
            The provider did not let you in, or Roster does not know you. Try again, or ask an admin (reason:
            <code>{{ code }}</code>).
          </p>
        </app-notice>
      }
      <app-login-form [back]="back()" (loggedIn)="enter($event)" />
      <p class="hint" i18n>No password, or forgotten? An admin can make a link with which you set one.</p>
    </app-entry-card>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LoginPage {
  /** From the address: the page to open after the login. */
  readonly return = input<unknown>();
  /** From the address: the code of a failure of the provider. */
  readonly failure = input<unknown>();

  private readonly router = inject(Router);
  private readonly current = inject(CurrentSession);

  protected readonly back = computed(() => ownPath(this.return()));
  protected readonly code = computed(() => {
    const code = this.failure();
    return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? code : null;
  });

  protected enter(session: Session): void {
    this.current.begin(session);
    void this.router.navigateByUrl(this.back(), { replaceUrl: true });
  }
}
