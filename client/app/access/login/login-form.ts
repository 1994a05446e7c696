import {
  ChangeDetectionStrategy,
  Component,
  DOCUMENT,
  ElementRef,
  Injector,
  afterNextRender,
  effect,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { FormControl, ReactiveFormsModule } from '@angular/forms';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { Session, SessionStore } from '../../core/session';
import { Notice } from '../../ui/notice';
import { AccessField } from '../access-field';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../form-problem';
import { LoginClient } from '../wire/login-client';

/** Logs in by email and password, or leads to the provider. */
@Component({
  selector: 'app-login-form',
  imports: [ReactiveFormsModule, AccessField, Notice],
  template: `
    <form class="stack" novalidate data-testid="login" (submit)="submit($event)">
      @if (problems()['']; as text) {
        <app-notice heading="You are not logged in" i18n-heading data-testid="login-failed">
          <p>{{ text }}</p>
        </app-notice>
      }
      <app-access-field
        name="login-email"
        type="email"
        autocomplete="username"
        [label]="texts.email"
        [control]="email"
        [error]="problems()['email'] ?? null"
      />
      <app-access-field
        name="login-password"
        type="password"
        autocomplete="current-password"
        [label]="texts.password"
        [control]="password"
        [error]="problems()['password'] ?? null"
      />
      <button class="button filled" type="submit" data-testid="log-in" [attr.aria-busy]="busy()" i18n>Log in</button>
      @if (store.session()?.single_sign_on) {
        <a class="button outlined" data-testid="single-sign-on" [href]="providerUrl()" [attr.target]="target()" i18n
          >Log in by single sign-on</a
        >
      }
    </form>
  `,
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class LoginForm {
  /** The email that is filled in; empty for none. */
  readonly known = input('');
  /** The page of the admin that the provider leads back to. */
  readonly back = input('/customers');
  /** Whether this page has to stay open, so that the provider gets a tab of its own. */
  readonly stays = input(false);
  readonly loggedIn = output<Session>();

  private readonly client = inject(LoginClient);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly document = inject(DOCUMENT);
  protected readonly store = inject(SessionStore);

  protected readonly texts = TEXTS;
  protected readonly email = new FormControl('', { nonNullable: true });
  protected readonly password = new FormControl('', { nonNullable: true });
  protected readonly problems = signal<FormProblems>({});
  protected readonly busy = signal(false);

  constructor() {
    effect(() => this.email.setValue(this.known()));
    afterNextRender(() => this.focus(this.known() === '' ? 'login-email' : 'login-password'));
  }

  protected providerUrl(): string {
    return `/session/single-sign-on?return=${encodeURIComponent(this.back())}`;
  }

  protected target(): string | null {
    return this.stays() ? '_blank' : null;
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const [email, password] = [this.email.value.trim(), this.password.value];
    const { password: short, ...absent } = missing({ email, password });
    this.problems.set({ ...absent, ...(password === '' && { password: short }) });
    if (Object.keys(this.problems()).length > 0) {
      this.show();
      return;
    }
    this.busy.set(true);
    try {
      this.loggedIn.emit(await firstValueFrom(this.client.logIn(email, password)));
    } catch (error: unknown) {
      const problem = readProblem(error);
      const wrong = { '': $localize`Email or password is wrong.` };
      this.problems.set(problem.status === 401 ? wrong : refused(problem, []));
      this.password.setValue('');
      this.focus('login-password');
    } finally {
      this.busy.set(false);
    }
  }

  private show(): void {
    afterNextRender({ read: () => focusFirstError(this.host.nativeElement) }, { injector: this.injector });
  }

  private focus(id: string): void {
    this.document.getElementById(id)?.focus();
  }
}
