import { NgTemplateOutlet } from '@angular/common';
import {
  ChangeDetectionStrategy,
  Component,
  computed,
  effect,
  inject,
  input,
  signal,
  untracked,
  viewChild,
} from '@angular/core';
import { Router, RouterLink } from '@angular/router';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { Problem } from '../../core/problem';
import { SessionStore } from '../../core/session';
import { usePageTitle } from '../../core/page-title';
import { keyOfElement, useShortcuts } from '../../core/shortcuts';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { MayHoldChanges } from '../../ui/unsaved-changes';
import { createdAtSeconds } from '../model/attribute-rules';
import { EventTimes } from '../model/event-times';
import { addressOf } from '../model/customer-query';
import { CustomerStore } from '../state/customer-store';
import { ResultWalk } from '../state/result-walk';
import { RecentCustomers } from '../state/recent-customers';
import { PastStore } from '../state/past-store';
import { People } from '../state/people';
import { DeleteCustomer } from '../ui/delete-customer';
import { CustomerActivity } from './activity';
import { AsOf } from './as-of';
import { AttributeList } from './attribute-list';
import { CustomerHead } from './customer-head';
import { CustomerLabels } from './customer-labels';
import { CustomerNotes } from './customer-notes';
import { CustomerSegments } from './customer-segments';
import { DeletedCustomer } from './deleted-customer';
import { EventBars } from './event-bars';
import { EventTimesReader } from './event-times';
import { Neighbours } from './neighbours';
import { Newer } from './newer';
import { SuppressCustomer } from './suppress-customer';
import { Timeline } from './timeline';

@Component({
  selector: 'app-customer-show',
  imports: [
    RouterLink,
    AsOf,
    AttributeList,
    CustomerActivity,
    CustomerHead,
    CustomerLabels,
    CustomerNotes,
    CustomerSegments,
    DeletedCustomer,
    EmptyState,
    EventBars,
    EventTimesReader,
    Icon,
    NgTemplateOutlet,
    Neighbours,
    Newer,
    Notice,
    Skeleton,
    Timeline,
  ],
  templateUrl: './customer-show.html',
  styleUrl: './customer-show.scss',
  providers: [PastStore],
  host: { '(window:beforeunload)': 'warnBeforeUnload($event)' },
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerShow implements MayHoldChanges {
  /** From the address, decoded. */
  readonly id = input.required<string>();
  /** From the address: the moment at which the record is shown, as RFC 3339; nothing for now. */
  readonly at = input<string>();

  private readonly store = inject(CustomerStore);
  private readonly pastStore = inject(PastStore);
  private readonly connection = inject(Connection);
  private readonly deletion = inject(DeleteCustomer);
  private readonly suppression = inject(SuppressCustomer);
  private readonly router = inject(Router);
  private readonly announcer = inject(Announcer);
  private readonly session = inject(SessionStore);
  private readonly people = inject(People);
  private readonly walk = inject(ResultWalk);
  private readonly recent = inject(RecentCustomers);

  protected readonly mayWrite = computed(() => this.session.may('write'));
  protected readonly mayDelete = computed(() => this.session.may('delete'));
  protected readonly failure = signal<Problem | null>(null);
  protected readonly suppressionFailure = signal<string | null>(null);
  protected readonly state = computed(() => {
    const state = this.store.state();
    return state.id === this.id() ? state : { kind: 'loading' as const };
  });
  /** The name of a customer in the trash; empty for none. */
  protected readonly lastName = signal('');
  protected readonly past = this.pastStore.state;
  /** True while a moment can be chosen. */
  protected readonly travels = signal(false);
  protected readonly times = signal<ReadonlyMap<string, EventTimes>>(new Map());
  /** The record on the screen: that of now, or an earlier one; null while there is none. */
  protected readonly shown = computed(() => {
    const [state, past] = [this.state(), this.past()];
    if (state.kind !== 'ready') return null;
    if (past.kind === 'now') return state.version.customer;
    return past.kind === 'ready' ? past.customer : null;
  });
  /** The version to edit in place; null where nothing may be edited. */
  protected readonly editable = computed(() => {
    const state = this.state();
    return state.kind === 'ready' && this.past().kind === 'now' && this.mayWrite() ? state.version : null;
  });
  /** The attributes that the heading shows. */
  protected readonly inHead = computed(() => {
    const isShown = this.past().kind === 'now' && createdAtSeconds(this.shown()?.attributes.created_at) !== null;
    return isShown ? ['created_at'] : [];
  });
  private readonly neighbours = viewChild(Neighbours);
  protected readonly list = viewChild(AttributeList);
  protected readonly timeline = viewChild(Timeline);

  protected readonly listParams = computed(() => {
    this.id();
    const query = this.walk.query();
    return query ? addressOf(query) : {};
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.open(id));
    });
    effect(() => {
      const [id, at = ''] = [this.id(), this.at()];
      untracked(() => this.pastStore.load(id, at));
    });
    effect(() => {
      if (this.connection.recoveries() > 0 && untracked(this.state).kind === 'error') untracked(() => this.reload());
    });
    usePageTitle(() => {
      const state = this.state();
      return state.kind === 'ready' ? this.people.of(state.version.customer).title : this.lastName() || null;
    });
    useShortcuts($localize`Customer`, [
      {
        keys: 'e',
        label: $localize`Edit the customer`,
        when: this.mayWrite,
        run: () => void this.router.navigate(['/customers', this.id(), 'edit']),
      },
      {
        keys: 'j',
        label: $localize`Next customer of the list`,
        when: () => this.neighbours()?.isThere() ?? false,
        run: () => void this.neighbours()?.go(1),
      },
      {
        keys: 'k',
        label: $localize`Previous customer of the list`,
        when: () => this.neighbours()?.isThere() ?? false,
        run: () => void this.neighbours()?.go(-1),
      },
      keyOfElement('mod+Enter', $localize`Save the value that is edited in place`),
      { keys: 'Escape', label: $localize`Back to the customers`, run: () => void this.toList() },
    ]);
  }

  hasUnsavedChanges(): boolean {
    return this.list()?.hasChanges() ?? false;
  }

  protected warnBeforeUnload(event: BeforeUnloadEvent): void {
    if (this.hasUnsavedChanges()) event.preventDefault();
  }

  protected failureHeading(problem: Problem): string {
    return problem.status === 412 ? $localize`Someone changed this customer` : $localize`The customer was not deleted`;
  }

  /** @param at as {@link at}; empty for now */
  protected async show(at: string): Promise<void> {
    await this.router.navigate([], { queryParams: { at: at || null }, queryParamsHandling: 'merge' });
  }

  protected reload(): void {
    void this.open(this.id());
  }

  protected async remove(): Promise<void> {
    const state = this.state();
    if (state.kind !== 'ready') return;
    this.failure.set(null);
    const deletion = await this.deletion.ask(state.version.customer, state.version.etag);
    if (deletion.kind === 'deleted') await this.toList();
    if (deletion.kind === 'failed') this.failure.set(deletion.problem);
  }

  protected async suppress(): Promise<void> {
    this.suppressionFailure.set((await this.suppression.ask(this.id(), this.title()))?.message ?? null);
  }

  protected async unsuppress(): Promise<void> {
    this.suppressionFailure.set((await this.suppression.undo(this.id()))?.message ?? null);
  }

  private title(): string {
    const state = this.state();
    return state.kind === 'ready' ? this.people.of(state.version.customer).title : this.id();
  }

  /** The list as it was. */
  private toList(): Promise<boolean> {
    return this.router.navigate(['/customers'], { queryParams: this.listParams() });
  }

  private async open(id: string): Promise<void> {
    this.failure.set(null);
    this.suppressionFailure.set(null);
    this.travels.set(false);
    this.times.set(new Map());
    this.lastName.set('');
    const state = await this.store.load(id);
    if (state.kind === 'missing') this.recent.forget(id);
    if (state.kind !== 'ready') return;
    this.recent.note({ id, name: this.people.of(state.version.customer).name });
    this.announcer.announce($localize`Customer ${id}:id: loaded`);
  }
}
