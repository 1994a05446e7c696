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

import { Announcer } from '../../core/announcer';
import { CopyButton } from '../../ui/copy-button';
import { Icon } from '../../ui/icon';
import { Column, columnKey, columnText, sortOf } from '../model/column';
import { Customer } from '../model/customer';
import { CustomerOrder, CustomerSort } from '../model/customer-query';
import { ColumnChoice, NAME_COLUMN } from '../state/column-choice';
import { Density } from '../state/density';
import { People } from '../state/people';
import { Picked } from '../state/picked';
import { Avatar } from '../ui/avatar';
import { ColumnHead } from './column-head';
import { ColumnOrder } from './column-order';
import { widthsOf } from './column-widths';
import { CustomerCell } from './customer-cell';
import { HitText } from './hit-text';
import { RowMenu } from './row-menu';

/** Least height of a row, and of a card on narrow screens (px). */
const LEAST_ROW_PX = 32;
const LEAST_CARD_PX = 80;
const NARROW_PX = 720;
/** Widths of the columns for boxes and for actions (px). */
const PICK_PX = 46;
const ACTIONS_PX = 148;

/** A page of customers: a table, or below 720 px a list of cards that keeps the roles of a table. */
@Component({
  selector: 'app-customer-table',
  imports: [RouterLink, Avatar, ColumnHead, CopyButton, CustomerCell, HitText, Icon, RowMenu],
  host: { '(click)': 'openRow($event)', '[class.scrolls]': 'scrolls()', '[class.compact]': 'density.isCompact()' },
  templateUrl: './customer-table.html',
  styleUrls: ['./customer-table.scss', './customer-table.narrow.scss'],
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerTable {
  readonly customers = input.required<readonly Customer[]>();
  readonly columns = input.required<readonly Column[]>();
  readonly order = input.required<CustomerOrder>();
  readonly picked = input.required<Picked>();
  /** The search, whose words are marked. */
  readonly search = input('');
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
  private readonly people = inject(People);
  private readonly announcer = inject(Announcer);
  private readonly choice = inject(ColumnChoice);
  protected readonly density = inject(Density);
  protected readonly nameKey = NAME_COLUMN;
  /** The row from which Shift selects. */
  private lastPicked: Customer | null = null;
  /** The width that there is (px); 0 until it is known. */
  private readonly room = signal(0);
  /** Customers are shown as cards. */
  protected readonly isNarrow = signal(innerWidth < NARROW_PX);
  protected readonly idLabel = $localize`:what is copied:id`;

  protected readonly rows = computed(() => {
    const all = this.customers().map((customer) => ({ customer, person: this.people.of(customer) }));
    return this.gradually() && !this.painted() ? all.slice(0, rowsOnScreen()) : all;
  });
  private readonly widths = computed(() =>
    widthsOf(
      this.columns(),
      this.customers(),
      this.customers().map((customer) => this.people.of(customer)),
      this.choice.widths(),
    ),
  );
  protected readonly nameWidth = computed(() => this.widths().get(NAME_COLUMN) ?? 0);
  protected readonly heads = computed(() =>
    this.columns().map((column) => {
      const key = columnKey(column);
      return { column, key, label: columnText(column), sort: sortOf(column), width: this.widths().get(key) ?? 0 };
    }),
  );
  /** The columns keep the widths that the reader has set: what is left over is behind them. */
  protected readonly isSet = computed(() => Object.keys(this.choice.widths()).length > 0);
  protected readonly sum = computed(
    () =>
      [...this.widths().values()].reduce((sum, width) => sum + width, 0) + (this.mayPick() ? PICK_PX : 0) + ACTIONS_PX,
  );
  protected readonly scrolls = computed(() => this.room() > 0 && this.sum() > this.room());
  protected readonly places = new ColumnOrder(
    () => this.heads().map(({ key }) => key),
    (key, to) => this.place(key, to),
  );
  private readonly countOfPage = computed(() => this.customers().filter(({ id }) => this.picked().has(id)).length);
  protected readonly pagePicked = computed(() => this.countOfPage() === this.customers().length);
  protected readonly somePicked = computed(() => this.countOfPage() > 0 && !this.pagePicked());

  constructor() {
    // A timer that is set before a paint fires after it.
    afterNextRender(() => {
      requestAnimationFrame(() => setTimeout(() => this.painted.set(true)));
      if (!('ResizeObserver' in globalThis)) return;
      new ResizeObserver(([{ contentRect }]) => {
        this.room.set(contentRect.width);
        this.isNarrow.set(innerWidth < NARROW_PX);
      }).observe(this.host.nativeElement);
    });
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

  protected ariaSort(sort: CustomerSort): 'ascending' | 'descending' | null {
    const { sort: now, order } = this.order();
    return sort === now ? (order === 'asc' ? 'ascending' : 'descending') : null;
  }

  /** Sets a width. The other columns keep the widths that they have on the screen. */
  protected resize(key: string, width: number): void {
    const heads = this.host.nativeElement.querySelectorAll<HTMLElement>('th[data-key]');
    const shown = [...heads].map((head) => [head.dataset.key ?? '', head.getBoundingClientRect().width] as const);
    this.choice.resize({ ...(this.isSet() ? {} : Object.fromEntries(shown)), [key]: width });
  }

  protected fit(): void {
    this.choice.fit();
  }

  /** Selects or deselects a customer, with Shift also those between it and the last one. */
  protected pick(event: Event, customer: Customer): void {
    const shift = 'shiftKey' in event && event.shiftKey === true;
    const all = this.customers();
    const [at, from] = [all.indexOf(customer), this.lastPicked ? all.indexOf(this.lastPicked) : -1];
    const between = shift && from >= 0 ? all.slice(Math.min(at, from), Math.max(at, from) + 1) : [customer];
    this.picked().set(
      between.map(({ id }) => id),
      !this.picked().has(customer.id),
    );
    this.lastPicked = customer;
  }

  /** A click beside the texts of a row opens it as its link does, as does a touch anywhere. The texts can be selected. */
  protected openRow(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.target.closest('a, button, input, [role=separator]')) return;
    const link = event.target.closest('tbody tr')?.querySelector('a.open');
    const isTouch = 'pointerType' in event && event.pointerType === 'touch';
    const isText = !isTouch && event.target.closest('.value, .soft') !== null;
    if (!link || isText || getSelection()?.isCollapsed === false) return;
    link.dispatchEvent(new MouseEvent('click', event));
  }

  protected selectLabel(title: string): string {
    return $localize`Select ${title}:customer:`;
  }

  protected openLabel(title: string): string {
    return $localize`Open ${title}:customer:`;
  }

  protected moreLabel(title: string): string {
    return $localize`More about ${title}:customer:`;
  }

  protected editLabel(title: string): string {
    return $localize`Edit ${title}:customer:`;
  }

  protected deleteLabel(title: string): string {
    return $localize`Delete ${title}:customer:`;
  }

  private place(key: string, to: number): void {
    const place = this.choice.move(key, to) + 1;
    const label = this.heads().find((head) => head.key === key)?.label ?? '';
    this.announcer.announce($localize`${label}:column: is column ${place}:place: now`);
    // The heading that has the focus moves in the document, and may lose it.
    const focused = document.activeElement;
    requestAnimationFrame(() => {
      if (focused instanceof HTMLElement && focused.isConnected && document.activeElement !== focused) focused.focus();
    });
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
