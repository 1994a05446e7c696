import { ChangeDetectionStrategy, Component, Injector, computed, inject, signal } from '@angular/core';
import { firstValueFrom } from 'rxjs';

import { lazily } from '../../core/lazy-code';
import { readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { useShortcuts } from '../../core/shortcuts';
import { Confirm } from '../../ui/confirm';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { refused } from '../form-problem';
import { loaded, secondsOf } from '../loaded';
import { LoadFailed } from '../load-failed';
import { ROLE_HINT, ROLE_TEXT } from '../permission-text';
import { User, UsersClient } from '../wire/users-client';
import type { UserTask } from './user-dialog';

/** From so many users on there is a field to find one. */
const MANY_USERS = 10;

/** The people who may come in. */
@Component({
  selector: 'app-users',
  imports: [Icon, LoadFailed, Moment, Notice, Skeleton],
  templateUrl: './users.html',
  styleUrl: '../../ui/rows.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Users {
  private readonly client = inject(UsersClient);
  private readonly injector = inject(Injector);
  private readonly confirm = inject(Confirm);
  private readonly toast = inject(Toast);
  private readonly list = loaded(() => this.client.list());
  private readonly loadDialog = lazily(() =>
    Promise.all([import('@angular/material/dialog'), import('./user-dialog')]),
  );

  protected readonly users = this.list.state;
  protected readonly me = inject(SessionStore).user;
  protected readonly roleText = ROLE_TEXT;
  protected readonly roleHint = ROLE_HINT;
  protected readonly manyUsers = MANY_USERS;
  protected readonly texts = { find: $localize`Find a user by name or email` };
  private readonly sought = signal('');
  protected readonly found = computed(() => {
    const state = this.users();
    const sought = this.sought();
    return state.kind === 'ready'
      ? state.value.filter(({ name, email }) => `${name}\n${email}`.toLowerCase().includes(sought))
      : [];
  });
  protected readonly secondsOf = secondsOf;
  protected readonly failure = signal<string | null>(null);

  constructor() {
    useShortcuts($localize`Users`, [
      { keys: 'n', label: $localize`Invite a user`, run: () => void this.open({ does: 'invite' }) },
    ]);
  }

  protected invite(): void {
    void this.open({ does: 'invite' });
  }

  protected edit(user: User): void {
    void this.open({ does: 'edit', user });
  }

  protected link(user: User): void {
    void this.open({ does: 'link', user });
  }

  protected find({ target }: Event): void {
    if (target instanceof HTMLInputElement) this.sought.set(target.value.trim().toLowerCase());
  }

  protected reload(): void {
    void this.list.load();
  }

  protected async disable({ id, name, disabled }: User): Promise<void> {
    const done = disabled ? $localize`${name}:name: may come in again` : $localize`${name}:name: may not come in now`;
    await this.change(() => firstValueFrom(this.client.change(id, { disabled: !disabled })), done);
  }

  protected async remove({ id, name, email }: User): Promise<void> {
    const sure = await this.confirm.ask({
      heading: $localize`Remove ${name}:name:?`,
      text: $localize`${email}:email: can no longer log in, and the tokens that this user made stop to work. What the user did stays in the history and the audit.`,
      confirm: $localize`Remove`,
      cancel: $localize`Cancel`,
    });
    if (sure) await this.change(() => firstValueFrom(this.client.remove(id)), $localize`${name}:name: removed`);
  }

  protected labels({ name, disabled }: User) {
    return {
      edit: $localize`Edit ${name}:name:`,
      link: $localize`New password link for ${name}:name:`,
      disable: disabled ? $localize`Enable ${name}:name:` : $localize`Disable ${name}:name:`,
      disableWord: disabled ? $localize`Enable` : $localize`Disable`,
      remove: $localize`Remove ${name}:name:`,
    };
  }

  private async open(task: UserTask): Promise<void> {
    const code = await this.loadDialog();
    if (!code) return;
    const [{ MatDialog }, { UserDialog }] = code;
    const options = { data: task, width: '480px', maxWidth: 'calc(100vw - 32px)', disableClose: task.does !== 'edit' };
    await firstValueFrom(this.injector.get(MatDialog).open(UserDialog, options).afterClosed());
    await this.list.load();
  }

  private async change(work: () => Promise<unknown>, done: string): Promise<void> {
    this.failure.set(null);
    try {
      await work();
      void this.toast.show(done);
    } catch (error: unknown) {
      this.failure.set(refused(readProblem(error), [])[''] ?? null);
    }
    await this.list.load();
  }
}
