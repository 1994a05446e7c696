import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  effect,
  inject,
  signal,
  untracked,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ReactiveFormsModule } from '@angular/forms';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { AccessField } from '../access-field';
import { CurrentSession } from '../current-session';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../form-problem';
import { CodePurpose, LoginClient } from '../wire/login-client';
import { EntryCard } from './entry-card';
import { passwordForm } from './password-form';

type State =
  | { readonly kind: 'checking' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'ready'; readonly purpose: CodePurpose['purpose'] };

/** Sets a password by the one-time code of a link: an invitation, or a forgotten password. */
@Component({
  selector: 'app-code-page',
  imports: [ReactiveFormsModule, RouterLink, AccessField, EntryCard, Notice, Skeleton],
  templateUrl: './code-page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CodePage {
  private readonly client = inject(LoginClient);
  private readonly current = inject(CurrentSession);
  private readonly router = inject(Router);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly fragment = toSignal(inject(ActivatedRoute).fragment);

  protected readonly texts = TEXTS;
  protected readonly welcome = $localize`Welcome to Roster`;
  protected readonly renew = $localize`Set a new password`;
  protected readonly form = passwordForm();
  protected readonly state = signal<State>({ kind: 'checking' });
  protected readonly problems = signal<FormProblems>({});
  protected readonly busy = signal(false);

  constructor() {
    effect(() => {
      const code = this.fragment() ?? '';
      untracked(() => void this.check(code));
    });
  }

  protected async submit(event: Event, purpose: CodePurpose['purpose']): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const password = this.form.password.value;
    const fields = { ...(purpose === 'invitation' && { name: this.form.name.value.trim() }), password };
    this.problems.set(missing(fields));
    if (Object.keys(this.problems()).length === 0) await this.send({ code: this.form.code.value, ...fields });
    if (Object.keys(this.problems()).length > 0)
      afterNextRender({ read: () => focusFirstError(this.host.nativeElement) }, { injector: this.injector });
  }

  private async check(code: string): Promise<void> {
    this.form.code.setValue(code);
    this.state.set({ kind: 'checking' });
    try {
      const { purpose, user } = await firstValueFrom(this.client.checkCode(code));
      this.form.name.setValue(user.name);
      this.form.email.setValue(user.email);
      this.state.set({ kind: 'ready', purpose });
    } catch (error: unknown) {
      this.refuse(refused(readProblem(error), []));
    }
  }

  private async send(body: Parameters<LoginClient['useCode']>[0]): Promise<void> {
    this.busy.set(true);
    try {
      this.current.begin(await firstValueFrom(this.client.useCode(body)));
      await this.router.navigateByUrl('/customers', { replaceUrl: true });
    } catch (error: unknown) {
      const problem = readProblem(error);
      const problems = refused(problem, ['name', 'password']);
      if (problem.code === 'code_invalid') this.refuse(problems);
      else this.problems.set(problems);
    } finally {
      this.busy.set(false);
    }
  }

  private refuse(problems: FormProblems): void {
    this.state.set({ kind: 'refused', message: problems[''] ?? '' });
  }
}
