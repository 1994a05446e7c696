import { LiveAnnouncer } from '@angular/cdk/a11y';
import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { RouterLink } from '@angular/router';

import { Problem } from '../../core/problem';
import { Count } from '../../ui/count';
import { EmptyState } from '../../ui/empty-state';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { Customer, CustomerPage } from '../data/customer';
import { CustomerListStore } from '../data/customer-list-store';
import { DeleteCustomer } from '../ui/delete-customer';
import { CustomerTable } from './customer-table';
import { OpenById } from './open-by-id';
import { Pager } from './pager';

const PER_PAGE = 25;
const MOST_PER_PAGE = 100;

@Component({
  selector: 'app-customer-list',
  imports: [RouterLink, MatButton, Count, CustomerTable, EmptyState, Notice, OpenById, Pager, Skeleton],
  templateUrl: './customer-list.html',
  styleUrl: './customer-list.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerList {
  private readonly store = inject(CustomerListStore);
  private readonly deletion = inject(DeleteCustomer);
  private readonly announcer = inject(LiveAnnouncer);

  /** From the query; what is no positive integer counts as the default. */
  readonly page = input(1, { transform: (value: unknown) => positive(value, 1) });
  readonly per_page = input(PER_PAGE, {
    transform: (value: unknown) => Math.min(positive(value, PER_PAGE), MOST_PER_PAGE),
  });

  protected readonly state = this.store.state;
  protected readonly failure = signal<Problem | null>(null);
  /** The page on the screen: the loaded one, or while the next loads the one before. */
  protected readonly shown = computed<CustomerPage | null>(() => {
    const state = this.state();
    if (state.kind === 'ready') return state.page;
    return state.kind === 'loading' ? state.previous : null;
  });
  protected readonly lastPage = computed(() => {
    const state = this.state();
    return state.kind === 'past_end' ? Math.ceil(state.page.meta.total / this.per_page()) : 1;
  });

  constructor() {
    effect(() => {
      const page = this.page();
      const perPage = this.per_page();
      untracked(() => this.store.load(page, perPage));
    });
    effect(() => {
      const text = spoken(this.state());
      if (text) untracked(() => void this.announcer.announce(text));
    });
  }

  protected reload(): void {
    this.store.load(this.page(), this.per_page());
  }

  protected async remove(customer: Customer): Promise<void> {
    this.failure.set(null);
    const { email } = customer.attributes;
    const deletion = await this.deletion.ask(String(customer.id), typeof email === 'string' ? email : null, null);
    if (deletion.kind === 'failed') this.failure.set(deletion.problem);
    if (deletion.kind !== 'kept') this.reload();
  }
}

function positive(value: unknown, fallback: number): number {
  const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : 0;
  return number > 0 ? number : fallback;
}

function spoken(state: ReturnType<CustomerListStore['state']>): string | null {
  switch (state.kind) {
    case 'loading':
      return null;
    case 'empty':
      return 'There are no customers yet';
    case 'past_end':
      return 'There are no customers on this page';
    case 'error':
      return null;
    case 'ready':
      return `Page ${state.page.meta.page} loaded, ${state.page.customers.length} of ${state.page.meta.total} customers`;
    default:
      return state satisfies never;
  }
}
