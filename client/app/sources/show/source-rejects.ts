import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { RouterLink } from '@angular/router';
import { Subscription } from 'rxjs';

import { secondsOf } from '../../access/loaded';
import { LoadFailed } from '../../access/load-failed';
import { Connection } from '../../core/connection';
import { Problem, readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { rejectText } from '../../ingest/data/reject-text';
import { Moment } from '../../ui/moment';
import { Skeleton } from '../../ui/skeleton';
import { CallText } from '../ui/call-text';
import { SourceReject } from '../model/source';
import { SourcesClient } from '../wire/sources-client';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly rejects: readonly SourceReject[]; readonly next: number | null };

/** The rejected messages of a source, the newest first. */
@Component({
  selector: 'app-source-rejects',
  imports: [RouterLink, CallText, LoadFailed, Moment, Skeleton],
  templateUrl: './source-rejects.html',
  styleUrl: './source-rejects.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class SourceRejects {
  /** Number of the source. */
  readonly source = input.required<number>();

  private readonly client = inject(SourcesClient);
  private readonly session = inject(SessionStore);
  private request: Subscription | null = null;

  protected readonly state = signal<State>({ kind: 'loading' });
  protected readonly busy = signal(false);
  protected readonly mayRead = computed(() => this.session.may('read'));
  protected readonly secondsOf = secondsOf;
  protected readonly rejectText = rejectText;

  constructor() {
    const { recoveries } = inject(Connection);
    effect((onCleanup) => {
      this.source();
      recoveries();
      untracked(() => this.load());
      onCleanup(() => this.request?.unsubscribe());
    });
  }

  /** Reads from the newest on. */
  protected load(): void {
    this.read(null, []);
  }

  protected more(): void {
    const state = this.state();
    if (state.kind === 'ready' && state.next !== null) this.read(state.next, state.rejects);
  }

  private read(before: number | null, known: readonly SourceReject[]): void {
    this.request?.unsubscribe();
    this.busy.set(true);
    this.request = this.client.rejects(this.source(), before).subscribe({
      next: ({ rejects, next }) => {
        this.busy.set(false);
        this.state.set({ kind: 'ready', rejects: [...known, ...rejects], next });
      },
      error: (error: unknown) => {
        this.busy.set(false);
        this.state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }
}
