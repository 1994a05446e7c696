import { ChangeDetectionStrategy, Component, DOCUMENT, inject, signal } from '@angular/core';
import { MatDialogActions, MatDialogContent, MatDialogRef, MatDialogTitle } from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { Session, SessionStore, SignedInUser } from '../../core/session';
import { CurrentSession } from '../current-session';
import { SessionClient } from '../wire/session-client';
import { LoginForm } from './login-form';

/** Asks for a login over a page whose session has ended. The page stays as it is. */
@Component({
  selector: 'app-login-dialog',
  imports: [MatDialogActions, MatDialogContent, MatDialogTitle, LoginForm],
  host: { '(keydown.escape)': 'close(false)', '(window:focus)': 'look()' },
  template: `
    @if (other(); as user) {
      <h2 mat-dialog-title i18n>You are somebody else now</h2>
      <mat-dialog-content>
        <p role="status" data-testid="somebody-else" i18n>
          You logged in as {{ user.name }}. {{ before?.name }} had this page open, so it is loaded anew.
        </p>
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button class="button filled" type="button" data-testid="reload" (click)="reload()" i18n>Reload</button>
      </mat-dialog-actions>
    } @else {
      <h2 mat-dialog-title i18n>Log in to go on</h2>
      <mat-dialog-content>
        <p class="text" i18n>Your session has ended. What you typed is still here, and goes on after the login.</p>
        <app-login-form [known]="before?.email ?? ''" [stays]="true" back="/account" (loggedIn)="enter($event)" />
      </mat-dialog-content>
      <mat-dialog-actions align="end">
        <button class="button" type="button" data-testid="login-later" (click)="close(false)" i18n>Not now</button>
      </mat-dialog-actions>
    }
  `,
  styles: `
    .text {
      margin-block-end: var(--space-4);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LoginDialog {
  private readonly ref = inject<MatDialogRef<LoginDialog, boolean>>(MatDialogRef);
  private readonly client = inject(SessionClient);
  private readonly current = inject(CurrentSession);
  private readonly window = inject(DOCUMENT).defaultView;

  /** The person that had the session. */
  protected readonly before = inject(SessionStore).user();
  protected readonly other = signal<SignedInUser | null>(null);

  /** The user comes back from another tab, perhaps from the login of the provider. */
  protected async look(): Promise<void> {
    const session = await firstValueFrom(this.client.read()).catch(() => null);
    if (session?.user) this.enter(session);
  }

  protected enter(session: Session): void {
    if (this.before && session.user && session.user.id !== this.before.id) {
      this.other.set(session.user);
      return;
    }
    this.current.begin(session);
    this.close(true);
  }

  protected close(again: boolean): void {
    if (this.other()) this.reload();
    else this.ref.close(again);
  }

  protected reload(): void {
    this.window?.location.reload();
  }
}
