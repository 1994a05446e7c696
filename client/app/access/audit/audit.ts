import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { Router, RouterLink } from '@angular/router';
import { Subscription } from 'rxjs';

import { byDay, dayText } from '../../core/by-day';
import { Connection } from '../../core/connection';
import { instantOf } from '../../core/instant';
import { LOCALE } from '../../core/locale';
import { once } from '../../core/once';
import { Problem, readProblem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { Download } from '../../ui/download';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Skeleton } from '../../ui/skeleton';
import { LoadFailed } from '../load-failed';
import { AuditClient, AuditEntry, AuditFilter } from '../wire/audit-client';
import { UsersClient } from '../wire/users-client';
import { AuditIcon, iconOf } from './audit-icon';
import { ACTION_TEXT, detailsText, sentenceOf } from './audit-text';
import { AuditAddress, filterOf } from './audit-filter';

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'error'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly entries: readonly AuditEntry[]; readonly next: number | null };

const clock = once(() => new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' }));

/** Stands for the id in a sentence; no text has it. */
const PLACE = '\u0000';

interface Sentence {
  readonly before: string;
  readonly customer: string | null;
  readonly after: string;
}

/** The audit: who did what, newest first. The address holds the filters. */
@Component({
  selector: 'app-audit',
  imports: [Download, EmptyState, Icon, LoadFailed, RouterLink, Skeleton],
  templateUrl: './audit.html',
  styleUrl: './audit.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Audit {
  /** From the address; see `filterOf`. */
  readonly action = input<unknown>();
  readonly author = input<unknown>();
  readonly target = input<unknown>();
  readonly since = input<unknown>();
  readonly until = input<unknown>();

  private readonly client = inject(AuditClient);
  private readonly router = inject(Router);
  /** Names by the number and by the email of the user: the first user has no number when it sets Roster up. */
  private readonly names = signal<ReadonlyMap<number | string, string>>(new Map());
  private request: Subscription | null = null;

  protected readonly actions = Object.entries(ACTION_TEXT);
  protected readonly detailsText = detailsText;
  protected readonly dayText = dayText;
  protected readonly state = signal<State>({ kind: 'loading' });
  protected readonly days = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? byDay(state.entries, ({ at }) => at) : [];
  });
  protected readonly busy = signal(false);
  protected readonly address = computed<AuditAddress>(() => ({
    action: textOf(this.action()),
    author: textOf(this.author()),
    target: textOf(this.target()),
    since: textOf(this.since()),
    until: textOf(this.until()),
  }));
  private readonly filter = computed<AuditFilter>(() => filterOf(this.address()));
  protected readonly isFiltered = computed(() => Object.keys(this.filter()).length > 0);
  protected readonly mayExport = computed(() => this.session.may('export'));
  protected readonly csvUrl = computed(() => this.client.exportUrl('csv', this.filter()));
  protected readonly linesUrl = computed(() => this.client.exportUrl('jsonl', this.filter()));
  private readonly session = inject(SessionStore);

  constructor() {
    const { recoveries } = inject(Connection);
    effect(() => {
      recoveries();
      this.filter();
      untracked(() => this.load());
    });
    // Without the list of users, an author is named by the email.
    inject(UsersClient)
      .list()
      .subscribe({
        next: (users) =>
          this.names.set(
            new Map<number | string, string>([
              ...users.map(({ id, name }) => [id, name] as const),
              ...users.map(({ email, name }) => [email, name] as const),
            ]),
          ),
        error: () => undefined,
      });
  }

  /** An entry as a sentence. If it tells of a customer who can be opened, the id stands by itself. */
  protected sentence(entry: AuditEntry): Sentence {
    const who = this.nameOf(entry);
    const { action, target } = entry;
    if (target === null || !action.startsWith('customer.'))
      return { before: sentenceOf(entry, who), customer: null, after: '' };
    // The id may be a part of the words around it, and their order depends on the language.
    const parts = sentenceOf({ ...entry, target: PLACE }, who).split(PLACE);
    return parts.length === 1
      ? { before: parts[0], customer: null, after: '' }
      : { before: parts[0], customer: target, after: parts[1] };
  }

  protected iconOf({ action }: AuditEntry): AuditIcon {
    return iconOf(action);
  }

  protected instantOf({ at }: AuditEntry): { clock: string; title: string } {
    const seconds = Date.parse(at) / 1000;
    return { clock: clock().format(seconds * 1000), title: instantOf(seconds)?.title ?? '' };
  }

  protected apply(event: Event, name: keyof AuditAddress): void {
    const { target } = event;
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    const value = target.value.trim();
    void this.router.navigate([], { queryParams: { [name]: value || null }, queryParamsHandling: 'merge' });
  }

  protected clear(): void {
    void this.router.navigate([], { queryParams: {} });
  }

  /** Reads from the newest entry on. */
  protected load(): void {
    this.read(null, []);
  }

  protected more(): void {
    const state = this.state();
    if (state.kind === 'ready' && state.next !== null) this.read(state.next, state.entries);
  }

  private read(before: number | null, known: readonly AuditEntry[]): void {
    this.request?.unsubscribe();
    this.busy.set(true);
    this.request = this.client.page(this.filter(), before).subscribe({
      next: ({ entries, next }) => {
        this.busy.set(false);
        this.state.set({ kind: 'ready', entries: [...known, ...entries], next });
      },
      error: (error: unknown) => {
        this.busy.set(false);
        this.state.set({ kind: 'error', problem: readProblem(error) });
      },
    });
  }

  private nameOf({ author }: AuditEntry): string {
    switch (author.kind) {
      case 'anyone':
        return $localize`Someone without a login`;
      case 'command line':
        return $localize`${author.name}:name: on the command line`;
      case 'token':
        return $localize`The token ${author.name}:name:`;
      case 'source':
        return $localize`The source ${author.name}:name:`;
      case 'user':
        return this.names().get(author.id ?? author.name) ?? author.name;
      default:
        return author.kind satisfies never;
    }
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
