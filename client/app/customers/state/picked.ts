import { Signal, computed, signal } from '@angular/core';

import { Customer } from '../model/customer';
import { CustomerSelection } from '../model/customer-query';
import { WireSelection, wireSelection } from '../wire/selection';

type Id = string | number;

/** The selected customers: single ones over several pages and searches, or all of the list but some. */
export class Picked {
  /** The selected ones; if all of the list are selected, those that are left out. */
  private readonly ids = signal<ReadonlySet<Id>>(new Set());
  private readonly everyone = signal(false);

  /** True when all customers of the list are selected, also those not loaded, but for those left out. */
  readonly all = this.everyone.asReadonly();

  /** @param total number of customers in the list */
  constructor(private readonly total: Signal<number>) {}

  readonly count = computed(() => (this.everyone() ? Math.max(0, this.total() - this.ids().size) : this.ids().size));
  /** Customers that were left out of all. */
  readonly except = computed(() => (this.everyone() ? this.ids().size : 0));

  has(id: Id): boolean {
    return this.everyone() !== this.ids().has(id);
  }

  toggle(id: Id): void {
    this.set([id], !this.has(id));
  }

  /** Selects or deselects customers. */
  set(some: readonly Id[], picked: boolean): void {
    const ids = new Set(this.ids());
    for (const id of some) {
      if (picked === this.everyone()) ids.delete(id);
      else ids.add(id);
    }
    this.ids.set(ids);
  }

  /** Selects all of a page, or none of it if all are. */
  togglePage(page: readonly Customer[]): void {
    const ids = page.map(({ id }) => id);
    this.set(ids, !ids.every((id) => this.has(id)));
  }

  pickAll(): void {
    this.everyone.set(true);
    this.ids.set(new Set());
  }

  clear(): void {
    this.everyone.set(false);
    this.ids.set(new Set());
  }

  /** Takes notice of another search: a selection of all was of the search before. */
  leaveSearch(): void {
    if (this.everyone()) this.clear();
  }

  /** @param list the selection that the list shows */
  selection(list: CustomerSelection): WireSelection {
    const ids = [...this.ids()];
    if (!this.everyone()) return { ids };
    return { ...wireSelection(list), ...(ids.length > 0 && { except: ids }) };
  }
}
