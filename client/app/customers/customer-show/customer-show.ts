import { LiveAnnouncer } from '@angular/cdk/a11y';
import { ChangeDetectionStrategy, Component, computed, effect, inject, input, signal, untracked } from '@angular/core';
import { MatButton } from '@angular/material/button';
import { Router, RouterLink } from '@angular/router';

import { Problem } from '../../core/problem';
import { CopyButton } from '../../ui/copy-button';
import { Count } from '../../ui/count';
import { EmptyState } from '../../ui/empty-state';
import { Icon } from '../../ui/icon';
import { Moment } from '../../ui/moment';
import { Notice } from '../../ui/notice';
import { Skeleton } from '../../ui/skeleton';
import { createdAtSeconds } from '../data/attribute-rules';
import { Customer } from '../data/customer';
import { CustomerStore } from '../data/customer-store';
import { DeleteCustomer } from '../ui/delete-customer';
import { AttributeList } from './attribute-list';
import { EventBars } from './event-bars';

@Component({
  selector: 'app-customer-show',
  imports: [
    RouterLink,
    MatButton,
    AttributeList,
    CopyButton,
    Count,
    EmptyState,
    EventBars,
    Icon,
    Moment,
    Notice,
    Skeleton,
  ],
  templateUrl: './customer-show.html',
  styleUrl: './customer-show.scss',
  changeDetection: ChangeDetectionStrategy.OnPush,
})
export class CustomerShow {
  /** From the address, decoded. */
  readonly id = input.required<string>();

  private readonly store = inject(CustomerStore);
  private readonly deletion = inject(DeleteCustomer);
  private readonly router = inject(Router);
  private readonly announcer = inject(LiveAnnouncer);

  protected readonly failure = signal<Problem | null>(null);
  protected readonly state = computed(() => {
    const state = this.store.state();
    return state.id === this.id() ? state : { kind: 'loading' as const };
  });
  protected readonly email = computed(() => {
    const state = this.state();
    return state.kind === 'ready' ? emailOf(state.version.customer) : null;
  });

  constructor() {
    effect(() => {
      const id = this.id();
      untracked(() => void this.open(id));
    });
  }

  protected created(customer: Customer): number | null {
    return createdAtSeconds(customer.attributes.created_at);
  }

  protected eventTotal(customer: Customer): number {
    return Object.values(customer.events).reduce((sum, count) => sum + count, 0);
  }

  protected reload(): void {
    void this.open(this.id());
  }

  protected async remove(): Promise<void> {
    const state = this.state();
    if (state.kind !== 'ready') return;
    this.failure.set(null);
    const deletion = await this.deletion.ask(state.id, this.email(), state.version.etag);
    if (deletion.kind === 'deleted') await this.router.navigate(['/customers']);
    if (deletion.kind === 'failed') this.failure.set(deletion.problem);
  }

  private async open(id: string): Promise<void> {
    this.failure.set(null);
    const state = await this.store.load(id);
    if (state.kind === 'ready') void this.announcer.announce(`Customer ${id} loaded`);
  }
}

function emailOf(customer: Customer): string | null {
  const { email } = customer.attributes;
  return typeof email === 'string' ? email : null;
}
