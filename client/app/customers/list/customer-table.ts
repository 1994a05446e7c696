import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  input,
  output,
  signal,
} from '@angular/core';
import { RouterLink } from '@angular/router';

import { Icon, IconName } from '../../ui/icon';
import { Column, columnKey, columnText, sortOf } from '../model/column';
import { Customer } from '../model/customer';
import { CustomerOrder, CustomerSort, SortOrder } from '../model/customer-query';
import { Picked } from '../state/picked';
import { CustomerCell } from './customer-cell';

/** Least height of a row, and of a card on narrow screens (px). */
const LEAST_ROW_PX = 40;
const LEAST_CARD_PX = 80;
const NARROW_PX = 720;

/** A page of customers: a table, or below 720 px a list of cards that keeps the roles of a table. */
@Component({
  selector: 'app-customer-table',
  imports: [RouterLink, CustomerCell, Icon],
  templateUrl: './customer-table.html',
  styleUrl: './customer-table.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerTable {
  readonly customers = input.required<readonly Customer[]>();
  readonly columns = input.required<readonly Column[]>();
  readonly order = input.required<CustomerOrder>();
  readonly picked = input.required<Picked>();
  /** Renders only the rows that fit the screen first, and the others after the first paint. */
  readonly gradually = input(false);
  /** The permissions of the reader on customers. */
  readonly mayPick = input(true);
  readonly mayEdit = input(true);
  readonly mayDelete = input(true);
  readonly ordered = output<CustomerOrder>();
  readonly remove = output<Customer>();

  private readonly painted = signal(false);
  private readonly host = inject<ElementRef<HTMLElement>>(ElementRef);

  protected readonly rows = computed(() =>
    this.gradually() && !this.painted() ? this.customers().slice(0, rowsOnScreen()) : this.customers(),
  );
  protected readonly heads = computed(() =>
    this.columns().map((column) => ({
      column,
      key: columnKey(column),
      label: columnText(column),
      sort: sortOf(column),
    })),
  );
  private readonly countOfPage = computed(() => this.customers().filter(({ id }) => this.picked().has(id)).length);
  protected readonly pagePicked = computed(() => this.countOfPage() === this.customers().length);
  protected readonly somePicked = computed(() => this.countOfPage() > 0 && !this.pagePicked());

  constructor() {
    // A timer that is set before a paint fires after it.
    afterNextRender(() => requestAnimationFrame(() => setTimeout(() => this.painted.set(true))));
  }

  /** Moves the focus by rows; starts at the first row. */
  step(by: 1 | -1): void {
    const links = this.links();
    const at = this.focused();
    const next = at === -1 ? 0 : Math.min(links.length - 1, Math.max(0, at + by));
    links.at(next)?.focus();
    links.at(next)?.scrollIntoView({ block: 'nearest' });
  }

  /** The customer of the row that has the focus. */
  current(): Customer | null {
    return this.customers().at(this.focused()) && this.focused() >= 0 ? this.customers()[this.focused()] : null;
  }

  protected sort(sort: CustomerSort): void {
    const { sort: now, order } = this.order();
    const fresh: SortOrder = sort === 'id' || sort === 'email' ? 'asc' : 'desc';
    this.ordered.emit({ sort, order: sort === now ? (order === 'asc' ? 'desc' : 'asc') : fresh });
  }

  protected ariaSort(sort: CustomerSort): 'ascending' | 'descending' | null {
    const { sort: now, order } = this.order();
    return sort === now ? (order === 'asc' ? 'ascending' : 'descending') : null;
  }

  protected arrow(sort: CustomerSort): IconName {
    return this.ariaSort(sort) === 'descending' ? 'down' : 'up';
  }

  protected selectLabel({ id }: Customer): string {
    return $localize`Select ${id}:id:`;
  }

  protected editLabel({ id }: Customer): string {
    return $localize`Edit ${id}:id:`;
  }

  protected deleteLabel({ id }: Customer): string {
    return $localize`Delete ${id}:id:`;
  }

  private links(): HTMLElement[] {
    return [...this.host.nativeElement.querySelectorAll<HTMLElement>('a.open')];
  }

  private focused(): number {
    const row = document.activeElement?.closest('tr');
    return this.links().findIndex((link) => link.closest('tr') === row);
  }
}

function rowsOnScreen(): number {
  return Math.ceil(innerHeight / (innerWidth < NARROW_PX ? LEAST_CARD_PX : LEAST_ROW_PX));
}
