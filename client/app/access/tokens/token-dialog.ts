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
  MatDialogActions,
  MatDialogClose,
  MatDialogContent,
  MatDialogRef,
  MatDialogTitle,
} from '@angular/material/dialog';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { Permission, SessionStore } from '../../core/session';
import { FieldError } from '../../ui/field-error';
import { Notice } from '../../ui/notice';
import { AccessField } from '../access-field';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../form-problem';
import { PERMISSIONS, PERMISSION_TEXT } from '../permission-text';
import { SecretOnce } from '../secret-once';
import { TokensClient } from '../wire/tokens-client';
import { PERMISSION_HINT } from './permission-hint';

const DAY_MS = 86_400_000;

/** Makes a token, with at most the permissions of the reader, and shows its secret once. */
@Component({
  selector: 'app-token-dialog',
  imports: [
    ReactiveFormsModule,
    MatDialogActions,
    MatDialogClose,
    MatDialogContent,
    MatDialogTitle,
    AccessField,
    FieldError,
    Notice,
    SecretOnce,
  ],
  host: { '(keydown.escape)': 'leave()' },
  templateUrl: './token-dialog.html',
  styleUrl: './token-dialog.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class TokenDialog {
  private readonly ref = inject(MatDialogRef<TokenDialog>);
  private readonly client = inject(TokensClient);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly session = inject(SessionStore);

  protected readonly texts = TEXTS;
  protected readonly tokenText = $localize`:what is copied:token`;
  /** Days until the expiry; 0 for none. */
  protected readonly expiries: readonly { readonly days: number; readonly label: string }[] = [
    { days: 30, label: $localize`In 30 days` },
    { days: 90, label: $localize`In 90 days` },
    { days: 365, label: $localize`In a year` },
    { days: 0, label: $localize`Never` },
  ];
  protected readonly boxes = PERMISSIONS.filter((one) => this.session.may(one)).map((permission) => ({
    permission,
    label: PERMISSION_TEXT[permission],
    hint: PERMISSION_HINT[permission],
    control: new FormControl(false, { nonNullable: true }),
  }));
  protected readonly name = new FormControl('', { nonNullable: true });
  protected readonly days = new FormControl(90, { nonNullable: true });
  protected readonly problems = signal<FormProblems>({});
  protected readonly secret = signal<string | null>(null);
  protected readonly busy = signal(false);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const name = this.name.value.trim();
    const permissions = this.boxes.filter(({ control }) => control.value).map(({ permission }) => permission);
    this.problems.set({
      ...missing({ name }),
      ...(permissions.length === 0 && { permissions: $localize`Choose at least one.` }),
    });
    if (Object.keys(this.problems()).length === 0) await this.send(name, permissions);
    if (Object.keys(this.problems()).length > 0)
      afterNextRender({ read: () => focusFirstError(this.host.nativeElement) }, { injector: this.injector });
  }

  protected leave(): void {
    // The secret would be lost by a key that was pressed too early.
    if (this.secret() === null) this.ref.close();
  }

  private async send(name: string, permissions: Permission[]): Promise<void> {
    this.busy.set(true);
    const days = this.days.value;
    const expires_at = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString();
    try {
      this.secret.set(await firstValueFrom(this.client.create({ name, permissions, expires_at })));
      const done = (): void => this.host.nativeElement.querySelector<HTMLElement>('[data-testid=done]')?.focus();
      afterNextRender({ read: done }, { injector: this.injector });
    } catch (error: unknown) {
      this.problems.set(refused(readProblem(error), ['name', 'permissions']));
    } finally {
      this.busy.set(false);
    }
  }
}
