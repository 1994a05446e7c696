import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { Notice } from '../../ui/notice';
import { Toast } from '../../ui/toast';
import { AccessField } from '../access-field';
import { CurrentSession } from '../current-session';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../form-problem';
import { LoginClient } from '../wire/login-client';

/** Changes the password of the reader. All other sessions end. */
@Component({
  selector: 'app-password-change',
  imports: [ReactiveFormsModule, AccessField, Notice],
  template: `
    <form class="stack" novalidate data-testid="change-password" (submit)="submit($event)">
      @if (problems()['']; as text) {
        <app-notice heading="The password was not changed" i18n-heading>
          <p>{{ text }}</p>
        </app-notice>
      }
      <input
        class="cdk-visually-hidden"
        type="email"
        autocomplete="username"
        tabindex="-1"
        aria-hidden="true"
        readonly
        [value]="email()"
      />
      <app-access-field
        name="current"
        type="password"
        autocomplete="current-password"
        [label]="presentLabel"
        [control]="current"
        [error]="problems()['current'] ?? null"
      />
      <app-access-field
        name="password"
        type="password"
        autocomplete="new-password"
        [label]="texts.newPassword"
        [control]="password"
        [error]="problems()['password'] ?? null"
        [hint]="hint"
      />
      <div class="actions">
        <button class="button filled" type="submit" data-testid="save-password" [attr.aria-busy]="busy()" i18n>
          Change password
        </button>
      </div>
    </form>
  `,
  styles: `
    form {
      margin-block-start: var(--space-3);
    }
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class PasswordChange {
  /** For the password manager of the browser. */
  readonly email = input.required<string>();
  readonly changed = output();

  private readonly client = inject(LoginClient);
  private readonly session = inject(CurrentSession);
  private readonly toast = inject(Toast);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);

  protected readonly texts = TEXTS;
  protected readonly presentLabel = $localize`Present password`;
  protected readonly hint = $localize`At least 10 characters. All your other sessions end.`;
  protected readonly current = new FormControl('', { nonNullable: true });
  protected readonly password = new FormControl('', { nonNullable: true });
  protected readonly problems = signal<FormProblems>({});
  protected readonly busy = signal(false);

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    this.problems.set(missing({ current: this.current.value, password: this.password.value }));
    if (Object.keys(this.problems()).length === 0) await this.send();
    if (Object.keys(this.problems()).length > 0)
      afterNextRender({ read: () => focusFirstError(this.host.nativeElement) }, { injector: this.injector });
  }

  private async send(): Promise<void> {
    this.busy.set(true);
    try {
      this.session.begin(await firstValueFrom(this.client.changePassword(this.current.value, this.password.value)));
      this.current.reset();
      this.password.reset();
      void this.toast.show($localize`Password changed`);
      this.changed.emit();
    } catch (error: unknown) {
      this.problems.set(refused(readProblem(error), ['current', 'password']));
    } finally {
      this.busy.set(false);
    }
  }
}
