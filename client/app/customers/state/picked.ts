import { Signal, computed, signal } from '@angular/core';

import { Customer } from '../model/customer';
import { CustomerSelection } from '../model/customer-query';
import { WireSelection } from '../wire/selection';

/** The customers that are picked for something: one by one, over several pages, or all that are listed. */
export class Picked {
  private readonly ids = signal<ReadonlySet<string | number>>(new Set());
  private readonly everyone = signal(false);

  /** True when all customers of the list are picked, whoever they are. */
  readonly all = this.everyone.asReadonly();

  /** @param total of the list */
  constructor(private readonly total: Signal<number>) {}

  readonly count = computed(() => (this.everyone() ? this.total() : this.ids().size));

  has(id: string | number): boolean {
    return this.everyone() || this.ids().has(id);
  }

  /** Picks one or lets it go. Out of all, letting one go leaves those of the page that is looked at. */
  toggle(id: string | number, page: readonly Customer[]): void {
    const ids = new Set(this.everyone() ? page.map((customer) => customer.id) : this.ids());
    if (!ids.delete(id)) ids.add(id);
    this.everyone.set(false);
    this.ids.set(ids);
  }

  togglePage(page: readonly Customer[]): void {
    const whole = page.every(({ id }) => this.has(id));
    const ids = new Set(this.everyone() ? [] : this.ids());
    for (const { id } of page) {
      if (whole) ids.delete(id);
      else ids.add(id);
    }
    this.everyone.set(false);
    this.ids.set(ids);
  }

  pickAll(): void {
    this.everyone.set(true);
  }

  clear(): void {
    this.everyone.set(false);
    this.ids.set(new Set());
  }

  /** @param list what is listed */
  selection({ search, filters }: CustomerSelection): WireSelection {
    if (!this.everyone()) return { ids: [...this.ids()] };
    return { ...(search && { search }), filters: [...filters] };
  }
}
