import { ChangeDetectionStrategy, Component, computed, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { loaded, secondsOf } from '../loaded';
import { LoadFailed } from '../load-failed';
import { ROLE_HINT, ROLE_TEXT } from '../permission-text';
import { LoginClient, OwnSession } from '../wire/login-client';
import { browserText } from './browser-text';
import { PasswordChange } from './password-change';

/** The account of the reader: who it is, its password and its sessions. */
@Component({
  selector: 'app-account',
  imports: [LoadFailed, Moment, Notice, PasswordChange, Skeleton],
  templateUrl: './account.html',
  styleUrls: ['../../ui/rows.scss', './account.scss'],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Account {
  private readonly client = inject(LoginClient);
  private readonly toast = inject(Toast);
  private readonly own = loaded(() => this.client.sessions());

  protected readonly user = inject(SessionStore).user;
  protected readonly roleText = ROLE_TEXT;
  protected readonly roleHint = ROLE_HINT;
  protected readonly sessions = this.own.state;
  protected readonly others = computed(() => {
    const state = this.sessions();
    return state.kind === 'ready' && state.value.some(({ current }) => !current);
  });
  protected readonly failure = signal<string | null>(null);
  protected readonly secondsOf = secondsOf;

  protected nameOf(session: OwnSession): string {
    return browserText(session.user_agent);
  }

  protected endLabel(session: OwnSession): string {
    return $localize`End the session of ${browserText(session.user_agent)}:browser:`;
  }

  protected reload(): void {
    void this.own.load();
  }

  protected async end(session: OwnSession): Promise<void> {
    await this.change(() => firstValueFrom(this.client.endSession(session.id)), $localize`Session ended`);
  }

  protected async endOthers(): Promise<void> {
    await this.change(() => firstValueFrom(this.client.endOthers()), $localize`All other sessions ended`);
  }

  private async change(work: () => Promise<void>, done: string): Promise<void> {
    this.failure.set(null);
    try {
      await work();
      void this.toast.show(done);
    } catch (error: unknown) {
      this.failure.set(readProblem(error).message);
    }
    await this.own.load();
  }
}
