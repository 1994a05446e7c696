import { Signal, computed, signal } from '@angular/core';

import { Customer } from '../model/customer';
import { CustomerSelection } from '../model/customer-query';
import { WireSelection, wireSelection } from '../wire/selection';

/** The selected customers: single ones over several pages, or all of the list. */
export class Picked {
  private readonly ids = signal<ReadonlySet<string | number>>(new Set());
  private readonly everyone = signal(false);

  /** True when all customers of the list are selected, also those not loaded. */
  readonly all = this.everyone.asReadonly();

  /** @param total number of customers in the list */
  constructor(private readonly total: Signal<number>) {}

  readonly count = computed(() => (this.everyone() ? this.total() : this.ids().size));

  has(id: string | number): boolean {
    return this.everyone() || this.ids().has(id);
  }

  /** Selects or deselects a customer. When all were selected, the others of the present page stay selected. */
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

  /** @param list the selection that the list shows */
  selection(list: CustomerSelection): WireSelection {
    return this.everyone() ? wireSelection(list) : { ids: [...this.ids()] };
  }
}
