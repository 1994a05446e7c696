import type { StoredCustomer } from '../../domain/customer/customer.js';
import { StoredCustomers } from '../../domain/customer/stored-customers.js';
import type { MemoryCustomerRepository } from './customer.repository.js';

/** Reads stored customers from memory. */
export class MemoryStoredCustomers extends StoredCustomers {
  constructor(private readonly customers: MemoryCustomerRepository) {
    super();
  }

  override async after(id: string | undefined, limit: number): Promise<StoredCustomer[]> {
    return this.customers.storedAfter(id, limit);
  }

  override async among(ids: readonly string[]): Promise<StoredCustomer[]> {
    return this.customers.storedAmong(ids);
  }
}
