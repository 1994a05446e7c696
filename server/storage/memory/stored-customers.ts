import type { StoredCustomer } from '../../domain/customer/customer.js';
import { compareIds } from '../../domain/customer/customer-id.js';
import { StoredCustomers, type CustomerSnapshot } from '../../domain/customer/stored-customers.js';
import type { AllNames, OverviewRepository } from '../../domain/overview.js';
import type { CustomerSelection } from '../../domain/search/customer-query.js';
import { selectByScan, type OpenCustomer } from '../select-by-scan.js';
import type { MemoryCustomerRepository } from './customer.repository.js';

/** Reads stored customers from memory. */
export class MemoryStoredCustomers extends StoredCustomers {
  constructor(
    private readonly customers: MemoryCustomerRepository,
    private readonly overview: OverviewRepository,
  ) {
    super();
  }

  override async snapshot<T>(read: (snapshot: CustomerSnapshot) => Promise<T>): Promise<T> {
    // All are taken before any write has a turn.
    const names = this.overview.names(Infinity);
    const customers = this.customers.allStored();
    const open = this.customers.log.opener();
    return read(new MemorySnapshot(customers, await names, open));
  }
}

/** A list of all customers. A write replaces a customer and leaves the one in the list as it is. */
class MemorySnapshot implements CustomerSnapshot {
  private readonly places: ReadonlyMap<string, number>;

  constructor(
    private readonly customers: readonly StoredCustomer[],
    private readonly allNames: AllNames,
    private readonly open: OpenCustomer,
  ) {
    this.places = new Map(customers.map(({ id }, place) => [id, place]));
  }

  async after(id: string | undefined, limit: number): Promise<readonly StoredCustomer[]> {
    const start = id === undefined ? 0 : this.placeAfter(id);
    return this.customers.slice(start, start + limit);
  }

  async among(ids: readonly string[]): Promise<readonly StoredCustomer[]> {
    return ids.flatMap((id) => this.customers[this.places.get(id) ?? Infinity] ?? []);
  }

  async names(limit: number): Promise<AllNames> {
    const { attributes, events } = this.allNames;
    return { attributes: attributes.slice(0, limit), events: events.slice(0, limit) };
  }

  select(selection: CustomerSelection, signal: AbortSignal): AsyncGenerator<string> {
    return selectByScan(this, selection, this.open, signal);
  }

  private placeAfter(id: string): number {
    const place = this.places.get(id);
    if (place !== undefined) return place + 1;
    const next = this.customers.findIndex((customer) => compareIds(customer.id, id) > 0);
    return next < 0 ? this.customers.length : next;
  }
}
