import {
  ChangeDetectionStrategy,
  Component,
  ElementRef,
  afterNextRender,
  computed,
  inject,
  signal,
  viewChild,
} from '@angular/core';
import { toObservable, toSignal } from '@angular/core/rxjs-interop';
import { MAT_DIALOG_DATA, MatDialogRef } from '@angular/material/dialog';
import { Router } from '@angular/router';
import { catchError, debounceTime, map, of, switchMap } from 'rxjs';

import { SessionStore } from '../../core/session';
import { Icon, IconName } from '../../ui/icon';
import { Customer } from '../model/customer';
import { readQuery, writeQuery } from '../model/customer-query';
import { foldText } from '../model/fold-text';
import { wordsOf } from '../model/hits';
import { Person } from '../model/person';
import { People } from '../state/people';
import { RecentCustomers } from '../state/recent-customers';
import { SegmentsStore } from '../state/segments-store';
import { Avatar } from '../ui/avatar';
import { CustomersClient } from '../wire/customers-client';

/** A page or an action of the admin. */
export interface PaletteCommand {
  readonly label: string;
  readonly run: () => unknown;
}

interface Entry {
  readonly heading: string;
  readonly label: string;
  /** A text that tells it from others of the same name. */
  readonly hint: string;
  readonly icon: IconName;
  readonly person?: Person;
  readonly run: () => unknown;
  /** True if the palette stays open. */
  readonly stays?: boolean;
}

/** Customers and segments that are listed at most. */
const MOST_CUSTOMERS = 7;
const MOST_SEGMENTS = 6;
const TYPING_MS = 120;
const COMMANDS = $localize`Pages and actions`;

/** Goes to a customer, a segment or a page, or runs an action, by a few letters of its name. */
@Component({
  selector: 'app-palette',
  imports: [Avatar, Icon],
  templateUrl: './palette.html',
  styleUrl: './palette.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class Palette {
  private readonly commands = inject<readonly PaletteCommand[]>(MAT_DIALOG_DATA);
  private readonly dialog = inject<MatDialogRef<Palette>>(MatDialogRef);
  private readonly router = inject(Router);
  private readonly client = inject(CustomersClient);
  private readonly people = inject(People);
  private readonly recent = inject(RecentCustomers);
  private readonly segments = inject(SegmentsStore);
  private readonly mayRead = inject(SessionStore).may('read');
  private readonly field = viewChild.required<ElementRef<HTMLElement>>('field');
  private readonly list = viewChild.required<ElementRef<HTMLElement>>('list');

  protected readonly typed = signal('');
  /** The id of the customer that another one is looked for to compare with; null for none. */
  protected readonly compared = signal<string | null>(null);
  protected readonly placeholder = computed(() =>
    this.compared() === null
      ? $localize`Customer, segment, page or action`
      : $localize`Customer to compare with ${this.compared()}:id:`,
  );
  private readonly search = computed(() => this.typed().trim());
  /** Customers with the search that found them, which may be older than the text. */
  private readonly found = toSignal(
    toObservable(this.search).pipe(
      debounceTime(TYPING_MS),
      switchMap((search) => this.customers(search)),
    ),
    { initialValue: { search: '', customers: [] as readonly Customer[] } },
  );
  protected readonly busy = computed(() => this.mayRead && this.found().search !== this.search());
  protected readonly entries = computed<readonly Entry[]>(() => {
    const words = wordsOf(this.search());
    const fits = (label: string): boolean => words.every((word) => foldText(label).includes(word));
    const customers = this.search() === '' ? this.recentEntries() : this.customerEntries();
    if (this.compared() !== null) return customers;
    return [...customers, ...this.segmentEntries(fits), ...this.compareEntries(fits), ...this.commandEntries(fits)];
  });
  /** The chosen entry. A new text chooses the first one again. */
  private readonly choice = signal<{ readonly search: string; readonly at: number }>({ search: '', at: 0 });
  protected readonly at = computed(() => {
    const { search, at } = this.choice();
    return search === this.search() ? Math.min(at, Math.max(0, this.entries().length - 1)) : 0;
  });

  constructor() {
    // Material moves the focus later, and keys that are typed ahead would be lost.
    afterNextRender({ read: () => this.field().nativeElement.focus() });
    if (this.mayRead && !this.segments.settled()) void this.segments.load();
  }

  protected type(event: Event): void {
    if (event.target instanceof HTMLInputElement) this.typed.set(event.target.value);
  }

  protected press(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const last = this.entries().length - 1;
    const to = { ArrowDown: this.at() + 1, ArrowUp: this.at() - 1, Home: 0, End: last }[event.key];
    if (event.key === 'Enter') this.run(this.entries().at(this.at()));
    else if (to === undefined || (event.key.length > 7 && event.shiftKey)) return;
    else this.choose(to > last ? 0 : to < 0 ? last : to);
    event.preventDefault();
  }

  protected run(entry: Entry | undefined): void {
    if (!entry) return;
    if (!entry.stays) this.dialog.close();
    entry.run();
  }

  private choose(at: number): void {
    this.choice.set({ search: this.search(), at });
    requestAnimationFrame(() =>
      this.list().nativeElement.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }),
    );
  }

  private customers(search: string) {
    if (search === '' || !this.mayRead) return of({ search, customers: [] });
    const none = { sort: null, order: null, filter: null };
    return this.client.page(readQuery({ ...none, search, page: '1', per_page: String(MOST_CUSTOMERS) })).pipe(
      map(({ customers }) => ({ search, customers })),
      catchError(() => of({ search, customers: [] })),
    );
  }

  private recentEntries(): Entry[] {
    if (!this.mayRead) return [];
    const listed = this.recent.list().filter(({ id }) => id !== this.here());
    return listed.map(({ id, name }) => ({
      heading: $localize`Recently viewed`,
      label: name,
      hint: name === id ? '' : id,
      icon: 'clock',
      run: () => this.open(id),
    }));
  }

  private customerEntries(): Entry[] {
    const others = this.found().customers.filter(({ id }) => String(id) !== this.compared());
    const found = others.map((customer): Entry => {
      const person = this.people.of(customer);
      const email = person.email === person.name ? null : person.email;
      return {
        heading: $localize`Customers`,
        label: person.name,
        hint: [person.isIdOnly ? null : customer.id, email].filter((part) => part !== null).join(' · '),
        icon: 'person',
        person,
        run: () => this.open(String(customer.id)),
      };
    });
    if (found.length < MOST_CUSTOMERS || this.compared() !== null) return found;
    const search = this.search();
    const all = $localize`All customers with “${search}:search:”`;
    const run = (): unknown => this.router.navigate(['/customers'], { queryParams: { search } });
    return [...found, { heading: $localize`Customers`, label: all, hint: '', icon: 'search', run }];
  }

  private segmentEntries(fits: (label: string) => boolean): Entry[] {
    if (!this.mayRead) return [];
    const segments = this.segments.segments().filter(({ name }) => fits(name));
    return segments.slice(0, MOST_SEGMENTS).map((segment) => ({
      heading: $localize`Segments`,
      label: segment.name,
      hint: '',
      icon: 'bookmark',
      run: () => {
        const queryParams = { ...writeQuery(segment), tz: segment.tz ?? null, segment: segment.id };
        return this.router.navigate(['/customers'], { queryParams });
      },
    }));
  }

  /** On the page of a customer: the comparison of it with another one. */
  private compareEntries(fits: (label: string) => boolean): Entry[] {
    const here = this.here();
    const label = $localize`Compare with …`;
    if (!this.mayRead || here === null || !fits(label)) return [];
    const run = (): void => {
      this.compared.set(here);
      this.typed.set('');
      this.field().nativeElement.focus();
    };
    return [{ heading: COMMANDS, label, hint: '', icon: 'columns', stays: true, run }];
  }

  private commandEntries(fits: (label: string) => boolean): Entry[] {
    const commands = this.commands.filter(({ label }) => fits(label));
    return commands.map(({ label, run }) => ({
      heading: COMMANDS,
      label,
      hint: '',
      icon: 'right',
      run,
    }));
  }

  /** The id of the customer of the page; null on other pages. */
  private here(): string | null {
    const [, id] = /^\/customers\/([^/?#]+)(?:\?at=.*)?$/.exec(this.router.url) ?? [];
    return id ? decodeURIComponent(id) : null;
  }

  private open(id: string): unknown {
    const other = this.compared();
    if (other !== null) return this.router.navigate(['/customers/compare'], { queryParams: { a: other, b: id } });
    return this.router.navigate(['/customers', id]);
  }
}
