import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  inject,
  signal,
} from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import {
  MAT_DIALOG_DATA,
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { Role, SessionStore } from '../../core/session';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Toast } from '../../ui/toast';
import { AccessField } from '../access-field';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../form-problem';
import { secondsOf } from '../loaded';
import { ROLES, ROLE_HINT, ROLE_TEXT } from '../permission-text';
import { SecretOnce } from '../secret-once';
import { Link, User, UsersClient } from '../wire/users-client';

export type UserTask = { readonly does: 'invite' } | { readonly does: 'edit' | 'link'; readonly user: User };

/** Invites a user, changes one, or makes a new link for the password of one. A link is shown once. */
@Component({
  selector: 'app-user-dialog',
  imports: [
    ReactiveFormsModule,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    AccessField,
    Moment,
    Notice,
    SecretOnce,
  ],
  host: { '(keydown.escape)': 'leave()' },
  templateUrl: './user-dialog.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class UserDialog {
  protected readonly task = inject<UserTask>(MAT_DIALOG_DATA);
  private readonly ref = inject(MatDialogRef<UserDialog>);
  private readonly client = inject(UsersClient);
  private readonly toast = inject(Toast);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly user = this.task.does === 'invite' ? null : this.task.user;

  protected readonly texts = TEXTS;
  protected readonly linkText = $localize`:what is copied:link`;
  protected readonly roles = ROLES;
  protected readonly roleText = ROLE_TEXT;
  protected readonly roleHint = ROLE_HINT;
  protected readonly secondsOf = secondsOf;
  protected readonly offersProvider = inject(SessionStore).session()?.single_sign_on === true;
  protected readonly heading = headingOf(this.task);
  protected readonly name = new FormControl(this.user?.name ?? '', { nonNullable: true });
  protected readonly email = new FormControl(this.user?.email ?? '', { nonNullable: true });
  protected readonly role = new FormControl<Role>(this.user?.role ?? 'viewer', { nonNullable: true });
  protected readonly provider = new FormControl(this.user?.single_sign_on ?? false, { nonNullable: true });
  protected readonly problems = signal<FormProblems>({});
  protected readonly link = signal<Link | null>(null);
  protected readonly busy = signal(false);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const fields = { name: this.name.value.trim(), email: this.email.value.trim() };
    this.problems.set(this.task.does === 'link' ? {} : missing(fields));
    if (Object.keys(this.problems()).length === 0) await this.send({ ...fields, role: this.role.value });
    if (Object.keys(this.problems()).length > 0) this.show('[aria-invalid=true]');
  }

  protected leave(): void {
    // A link that is shown would be lost by a key that was pressed too early.
    if (this.link() === null) this.ref.close();
  }

  private async send(fields: { name: string; email: string; role: Role }): Promise<void> {
    this.busy.set(true);
    try {
      const link = await this.run(fields);
      if (link) {
        this.link.set(link);
        this.show('[data-testid=done]');
      } else {
        void this.toast.show($localize`${fields.name}:name: saved`);
        this.ref.close();
      }
    } catch (error: unknown) {
      this.problems.set(refused(readProblem(error), ['name', 'email', 'role']));
    } finally {
      this.busy.set(false);
    }
  }

  private async run(fields: { name: string; email: string; role: Role }): Promise<Link | null> {
    const { task } = this;
    switch (task.does) {
      case 'invite':
        return firstValueFrom(this.client.create({ ...fields, single_sign_on: this.provider.value }));
      case 'edit': {
        const { user } = task;
        const change = {
          ...(fields.name !== user.name && { name: fields.name }),
          ...(fields.email !== user.email && { email: fields.email }),
          ...(fields.role !== user.role && { role: fields.role }),
          ...(this.provider.value !== user.single_sign_on && { single_sign_on: this.provider.value }),
        };
        if (Object.keys(change).length > 0) await firstValueFrom(this.client.change(user.id, change));
        return null;
      }
      case 'link':
        return firstValueFrom(this.client.link(task.user.id));
      default:
        return task satisfies never;
    }
  }

  private show(selector: string): void {
    const focus = (): void => {
      if (selector === '[aria-invalid=true]') focusFirstError(this.host.nativeElement);
      else this.host.nativeElement.querySelector<HTMLElement>(selector)?.focus();
    };
    afterNextRender({ read: focus }, { injector: this.injector });
  }
}

function headingOf(task: UserTask): string {
  switch (task.does) {
    case 'invite':
      return $localize`Invite a user`;
    case 'edit':
      return $localize`Edit ${task.user.name}:name:`;
    case 'link':
      return $localize`New password link for ${task.user.name}:name:`;
    default:
      return task satisfies never;
  }
}
