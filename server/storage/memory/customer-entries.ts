import type { StoredCustomer } from '../../domain/customer/customer.js';
import { LOWEST } from '../../domain/customer/packed-identities.js';
import { SortedIds } from './sorted-ids.js';

/** A customer. The identities of its messages and the time of its deletion stay when it is deleted. */
export interface CustomerEntry {
  readonly stored: StoredCustomer | undefined;
  readonly deletedAt: number | undefined;
  readonly suppressedAt: number | undefined;
  /** Packed and sorted. */
  readonly identities: Uint8Array;
}

const UNKNOWN: CustomerEntry = {
  stored: undefined,
  deletedAt: undefined,
  suppressedAt: undefined,
  identities: LOWEST,
};

/** The entries of all customers, and the ids of those that are not deleted in the order of lists. */
export class CustomerEntries {
  private readonly entries = new Map<string, CustomerEntry>();
  private readonly ids = new SortedIds();

  /** The number of customers. */
  get size(): number {
    return this.ids.size;
  }

  has(id: string): boolean {
    return this.entries.has(id);
  }

  get(id: string): CustomerEntry {
    return this.entries.get(id) ?? UNKNOWN;
  }

  set(id: string, entry: CustomerEntry): void {
    const wasThere = this.get(id).stored !== undefined;
    this.entries.set(id, entry);
    if (entry.stored && !wasThere) this.ids.add(id);
    if (!entry.stored && wasThere) this.ids.delete(id);
  }

  /** Removes all that is known of a customer that is deleted. */
  remove(id: string): void {
    this.entries.delete(id);
  }

  /** Ids of customers in the order of lists. */
  slice(start: number, end: number): readonly string[] {
    return this.ids.slice(start, end);
  }

  /** Ids of customers behind an id. */
  idsAfter(id: string | undefined, limit: number): readonly string[] {
    const start = id === undefined ? 0 : this.ids.indexAfter(id);
    return this.ids.slice(start, start + limit);
  }

  storedOf(ids: readonly string[]): StoredCustomer[] {
    return ids.map((id) => this.entries.get(id)?.stored).filter((stored) => stored !== undefined);
  }
}
