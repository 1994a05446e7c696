import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { firstValueFrom } from 'rxjs';

import { secondsOf } from '../../access/loaded';
import { LoadFailed } from '../../access/load-failed';
import { Connection } from '../../core/connection';
import { usePageTitle } from '../../core/page-title';
import { Problem, readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { useShortcuts } from '../../core/shortcuts';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Toast } from '../../ui/toast';
import { DEFAULT_SOURCE, Source } from '../model/source';
import { SourceDialogs } from '../ui/source-dialogs';
import { KIND_TEXT, SWITCHES, SWITCH_HINT, SWITCH_TEXT } from '../ui/source-text';
import { Snippets } from '../ui/snippets';
import { SourcesClient } from '../wire/sources-client';
import { Received } from './received';
import { SourceRejects } from './source-rejects';

type State =
  | { readonly kind: 'loading' | 'missing' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly source: Source };

/** A source: its switches and key, what it received, how to send to it, and what it rejected. */
@Component({
  selector: 'app-source-show',
  imports: [RouterLink, EmptyState, Icon, LoadFailed, Moment, Notice, Received, Skeleton, Snippets, SourceRejects],
  templateUrl: './source-show.html',
  styleUrl: './source-show.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SourceShow {
  /** From the address. */
  readonly id = input.required<string>();

  private readonly client = inject(SourcesClient);
  private readonly dialogs = inject(SourceDialogs);
  private readonly router = inject(Router);
  private readonly toast = inject(Toast);
  private readonly session = inject(SessionStore);

  protected readonly state = signal<State>({ kind: 'loading' });
  protected readonly failure = signal<string | null>(null);
  protected readonly kindText = KIND_TEXT;
  protected readonly defaultSource = DEFAULT_SOURCE;
  protected readonly secondsOf = secondsOf;
  protected readonly isOpen = computed(() => this.session.session()?.access === 'open');
  protected readonly mayWatch = computed(() => this.session.may('read'));
  protected readonly switches = computed(() => {
    const state = this.state();
    if (state.kind !== 'ready') return [];
    return SWITCHES.map((name) => {
      const isOn = state.source[name];
      return { name, isOn, label: SWITCH_TEXT[name], hint: SWITCH_HINT[name][isOn ? 0 : 1] };
    });
  });

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      this.id();
      recoveries();
      untracked(() => void this.load());
    });
    usePageTitle(() => {
      const state = this.state();
      return state.kind === 'ready' ? state.source.name : null;
    });
    useShortcuts($localize`Source`, [
      { keys: 'e', label: $localize`Edit the source`, run: () => void this.edit() },
      {
        keys: 'l',
        label: $localize`Watch its messages live`,
        when: this.mayWatch,
        run: () => void this.router.navigate(['/live'], { queryParams: { source: this.id() } }),
      },
      { keys: 'Escape', label: $localize`Back to the sources`, run: () => void this.router.navigate(['/sources']) },
    ]);
  }

  protected async load(): Promise<void> {
    const id = Number(this.id());
    if (!Number.isSafeInteger(id)) {
      this.state.set({ kind: 'missing' });
      return;
    }
    try {
      this.state.set({ kind: 'ready', source: await firstValueFrom(this.client.read(id)) });
    } catch (error: unknown) {
      const problem = readProblem(error);
      this.state.set(problem.status === 404 ? { kind: 'missing' } : { kind: 'error', problem });
    }
  }

  protected async edit(): Promise<void> {
    await this.open('edit');
  }

  protected async newKey(): Promise<void> {
    await this.open('key');
  }

  protected async switchOn({ id, name, is_on: isOn }: Source): Promise<void> {
    this.failure.set(null);
    try {
      await firstValueFrom(this.client.change(id, { is_on: !isOn }));
      void this.toast.show(isOn ? $localize`${name}:name: is off` : $localize`${name}:name: is on`);
    } catch (error: unknown) {
      this.failure.set(readProblem(error).message);
    }
    await this.load();
  }

  protected async remove(source: Source): Promise<void> {
    const { isRemoved, failure } = await this.dialogs.remove(source);
    this.failure.set(failure);
    if (isRemoved) await this.router.navigate(['/sources']);
  }

  private async open(does: 'edit' | 'key'): Promise<void> {
    const state = this.state();
    if (state.kind !== 'ready') return;
    await this.dialogs.open({ does, source: state.source });
    await this.load();
  }
}
