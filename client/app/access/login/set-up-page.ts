import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  Injector,
  afterNextRender,
  computed,
  effect,
  inject,
  signal,
} from '@angular/core';
import { toSignal } from '@angular/core/rxjs-interop';
import { ReactiveFormsModule } from '@angular/forms';
import { ActivatedRoute, Router, RouterLink } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { Notice } from '../../ui/notice';
import { AccessField } from '../access-field';
import { CurrentSession } from '../current-session';
import { FormProblems, TEXTS, focusFirstError, missing, refused } from '../form-problem';
import { LoginClient } from '../wire/login-client';
import { EntryCard } from './entry-card';
import { passwordForm } from './password-form';

type Link = { readonly kind: 'none' | 'written' } | { readonly kind: 'failed'; readonly message: string };

/** Makes the first user, with the one-time code of the link that the server has written. */
@Component({
  selector: 'app-set-up-page',
  imports: [ReactiveFormsModule, RouterLink, AccessField, EntryCard, Notice],
  templateUrl: './set-up-page.html',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SetUpPage {
  private readonly client = inject(LoginClient);
  private readonly current = inject(CurrentSession);
  private readonly router = inject(Router);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);
  private readonly injector = inject(Injector);
  private readonly session = inject(SessionStore).session;
  private readonly fragment = toSignal(inject(ActivatedRoute).fragment);

  protected readonly texts = { ...TEXTS, code: $localize`Code of the link` };
  protected readonly form = passwordForm();
  protected readonly problems = signal<FormProblems>({});
  protected readonly busy = signal(false);
  protected readonly link = signal<Link>({ kind: 'none' });
  /** Whether the code of the link is not there, or was refused. */
  protected readonly asksForCode = signal(false);
  protected readonly done = signal(false);
  protected readonly isDone = computed(() => this.done() || this.session()?.access === 'closed');

  constructor() {
    effect(() => {
      const code = this.fragment() ?? '';
      this.form.code.setValue(code);
      this.asksForCode.set(code === '');
    });
  }

  protected async writeLink(): Promise<void> {
    try {
      await firstValueFrom(this.client.writeLink());
      this.link.set({ kind: 'written' });
    } catch (error: unknown) {
      const { code, message } = readProblem(error);
      const early = $localize`A link was written less than a minute ago. Look there.`;
      if (code === 'set_up_done') this.done.set(true);
      else this.link.set({ kind: 'failed', message: code === 'too_many_tries' ? early : message });
    }
  }

  protected async submit(event: Event): Promise<void> {
    event.preventDefault();
    if (this.busy()) return;
    const { code, name, email, password } = this.form;
    const body = {
      code: codeOf(code.value),
      name: name.value.trim(),
      email: email.value.trim(),
      password: password.value,
    };
    this.problems.set(missing({ ...body }));
    if (Object.keys(this.problems()).length === 0) await this.send(body);
    if (Object.keys(this.problems()).length > 0)
      afterNextRender({ read: () => focusFirstError(this.host.nativeElement) }, { injector: this.injector });
  }

  private async send(body: Parameters<LoginClient['setUp']>[0]): Promise<void> {
    this.busy.set(true);
    try {
      this.current.begin(await firstValueFrom(this.client.setUp(body)));
      await this.router.navigateByUrl('/customers', { replaceUrl: true });
    } catch (error: unknown) {
      const problem = readProblem(error);
      if (problem.code === 'set_up_done') this.done.set(true);
      if (problem.code !== 'code_invalid') {
        this.problems.set(refused(problem, ['email', 'name', 'password', 'code']));
        return;
      }
      this.asksForCode.set(true);
      this.problems.set({ code: $localize`This code is wrong, was used, or is older than an hour.` });
    } finally {
      this.busy.set(false);
    }
  }
}

/** The code, also from a whole link that was pasted. */
function codeOf(text: string): string {
  return text.slice(text.indexOf('#') + 1).trim();
}
