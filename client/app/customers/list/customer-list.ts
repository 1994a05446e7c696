import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  computed,
  effect,
  inject,
  input,
  untracked,
  viewChild,
} from '@angular/core';
import { RouterLink } from '@angular/router';

import { Announcer } from '../../core/announcer';
import { Connection } from '../../core/connection';
import { usePageTitle } from '../../core/page-title';
import { SessionStore } from '../../core/session';
import { Count } from '../../ui/count';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { ColumnChoice } from '../state/column-choice';
import { Density } from '../state/density';
import { CustomerListStore } from '../state/customer-list-store';
import { CustomerQuery, isEverybody, readQuery, selectionKey } from '../model/customer-query';
import { Picked } from '../state/picked';
import { SegmentsStore } from '../state/segments-store';
import { DraftsButton } from '../ui/drafts-button';
import { BulkBar } from './bulk-bar';
import { CustomerTable } from './customer-table';
import { FilterBar } from './filter-bar';
import { ListAddress } from './list-address';
import { LIST_TEXTS, ORDERS, nextOrder, reversed, spoken, totalText, useListShortcuts } from './list-controls';
import { ListTasks } from './list-tasks';
import { ListView } from './list-view';
import { Pager } from './pager';
import { SearchBox } from './search-box';
import { SegmentActions } from './segment-actions';
import { SegmentBar } from './segment-bar';

export { SegmentNav } from './segment-nav';

/** The list of customers. The address holds what the list shows: Back, a reload and a shared link show the same. */
@Component({
  selector: 'app-customer-list',
  imports: [
    RouterLink,
    BulkBar,
    Count,
    CustomerTable,
    DraftsButton,
    EmptyState,
    FilterBar,
    Icon,
    Notice,
    Pager,
    SearchBox,
    SegmentActions,
    SegmentBar,
    Moment,
    Skeleton,
  ],
  templateUrl: './customer-list.html',
  styleUrl: './customer-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerList {
  private readonly store = inject(CustomerListStore);
  private readonly segmentsStore = inject(SegmentsStore);
  protected readonly address = inject(ListAddress);
  /** From the address; see `readQuery`. */
  readonly search = input<unknown>();
  readonly filter = input<unknown>();
  readonly where = input<unknown>();
  readonly tz = input<unknown>();
  readonly sort = input<unknown>();
  readonly order = input<unknown>();
  readonly page = input<unknown>();
  readonly per_page = input<unknown>();
  readonly segment = input<unknown>();

  private readonly box = viewChild.required<SearchBox>('box');
  private readonly bar = viewChild.required<FilterBar>('bar');
  private readonly adder = viewChild.required<string, ElementRef<HTMLElement>>('adder', { read: ElementRef });
  private readonly table = viewChild<CustomerTable>('table');

  protected readonly query = computed<CustomerQuery>(
    () =>
      readQuery({
        search: this.search(),
        filter: this.filter(),
        where: this.where(),
        tz: this.tz(),
        sort: this.sort(),
        order: this.order(),
        page: this.page(),
        per_page: this.per_page(),
      }),
    { equal: (a, b) => JSON.stringify(a) === JSON.stringify(b) },
  );
  protected readonly session = inject(SessionStore);
  /** True if there is something to do with selected customers. */
  protected readonly mayPick = computed(() =>
    (['write', 'delete', 'export'] as const).some((one) => this.session.may(one)),
  );
  /** True if the admin was opened with this page. */
  protected readonly isFirst = this.address.isFirst();
  protected readonly texts = LIST_TEXTS;
  protected readonly orders = ORDERS;
  protected readonly totalText = totalText;
  private readonly choice = inject(ColumnChoice);
  protected readonly columns = this.choice.columns;
  protected readonly density = inject(Density);
  protected readonly segments = this.segmentsStore.segments;
  /** Keeps the room of segments that are still to arrive. */
  protected readonly keepsRoom: boolean;
  protected readonly opened = computed(() => this.segments().find(({ id }) => String(id) === this.segment()) ?? null);
  protected readonly segmentIsToCome = computed(
    () => typeof this.segment() === 'string' && !this.segmentsStore.settled(),
  );
  protected readonly everybody = computed(() => isEverybody(this.query()));
  protected readonly state = this.store.state;
  protected readonly view = new ListView(this.state, this.query);
  protected readonly shown = this.view.shown;
  protected readonly total = this.view.total;
  protected readonly picked = new Picked(this.total);
  protected readonly tasks = new ListTasks(this.query, this.picked, this.opened, this.view);
  /** Selected customers that this page does not show. */
  protected readonly elsewhere = computed(
    () => this.picked.count() - (this.shown()?.customers ?? []).filter(({ id }) => this.picked.has(id)).length,
  );
  /** The search whose result is opened as soon as it arrives; null for none. */
  private awaited: string | null = null;

  constructor() {
    const announcer = inject(Announcer);
    const { recoveries } = inject(Connection);
    effect(() => {
      // Loads again whenever the server is back.
      recoveries();
      const query = this.query();
      untracked(() => this.store.load(query));
    });
    effect(() => {
      selectionKey(this.query());
      untracked(() => this.picked.leaveSearch());
    });
    effect(() => {
      const segment = typeof this.segment() === 'string' ? Number(this.segment()) : null;
      untracked(() => this.choice.show(segment));
    });
    effect(() => {
      const state = this.state();
      untracked(() => {
        const text = spoken(state);
        if (text) announcer.announce(text);
        if (this.awaited !== null && state.kind !== 'loading') this.openFound(this.awaited);
      });
    });
    effect(() => {
      // Counting waits for the rows, and stops when the list is left.
      const id = this.state().kind === 'loading' ? null : this.segmentsStore.nextToCount();
      if (id !== null) untracked(() => void this.segmentsStore.count(id));
    });
    usePageTitle(() => this.opened()?.name ?? null);
    void this.segmentsStore.load();
    this.keepsRoom = this.segmentsStore.areExpected();
    useListShortcuts({
      search: () => this.box().focus(),
      filter: () => this.bar().add(),
      step: (by) => this.table()?.step(by),
      pick: () => this.pickCurrent(),
      edit: () => this.editCurrent(),
      sort: () => this.go({ ...nextOrder(this.query()), page: 1 }),
      reverse: () => this.go({ ...reversed(this.query()), page: 1 }),
      turn: (by) => this.turn(by),
      leave: () => this.leave(),
      mayPick: this.mayPick,
      mayEdit: () => this.session.may('write'),
    });
  }

  /** Navigates to the list with a changed query. */
  protected go(changes: Partial<CustomerQuery>, replaceUrl = false): void {
    this.tasks.failure.set(null);
    this.address.lookFor({ ...this.query(), ...changes }, replaceUrl);
  }

  /** Replaces the address while the user types, so that Back leads to the list from before. */
  protected searchFor(search: string): void {
    this.awaited = null;
    this.go({ search, page: 1 }, search !== '' && this.query().search !== '');
  }

  protected filterBy({ filters, where }: Pick<CustomerQuery, 'filters' | 'where'>): void {
    this.go({ filters, where, page: 1 });
  }

  protected orderBy(event: Event): void {
    if (!(event.target instanceof HTMLSelectElement)) return;
    const option = ORDERS[event.target.selectedIndex];
    this.go({ sort: option.sort, order: option.order, page: 1 });
  }

  /** Opens the only result, or the customer that the search names; else moves the focus into the list. Waits for the result. */
  protected openFound(search: string): void {
    const found = this.query().search === search && this.state().kind !== 'loading';
    this.awaited = found ? null : search;
    if (!found) return;
    const customers = this.shown()?.customers ?? [];
    const first = customers.at(0);
    if (!first) return;
    if (customers.length === 1 || String(first.id) === search) this.address.open(first.id);
    else this.table()?.step(1);
  }

  protected focusAdder(): void {
    this.adder().nativeElement.focus();
  }

  private pickCurrent(): boolean {
    const customer = this.table()?.current();
    if (!customer) return false;
    this.picked.toggle(customer.id);
    return true;
  }

  private editCurrent(): boolean {
    const customer = this.table()?.current();
    if (!customer) return false;
    this.address.edit(customer.id);
    return true;
  }

  private turn(by: 1 | -1): boolean {
    const { page, perPage } = this.query();
    if (page + by < 1 || page + by > Math.ceil(this.total() / perPage)) return false;
    this.go({ page: page + by });
    return true;
  }

  /** Escape clears the selection. */
  private leave(): boolean {
    if (this.picked.count() === 0) return false;
    this.picked.clear();
    return true;
  }
}
