import { compareIds } from '../domain/customer/customer-id.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import type { CustomerSnapshot } from '../domain/customer/stored-customers.js';
import type { SelectionBut } from '../customers/read-selection.js';
import type { Turns } from '../http/turns.js';

const CUSTOMERS_AT_A_TIME = 100;

/** True when a selection holds all customers. */
export function isEverybody({ search, filters, ids, except }: SelectionBut): boolean {
  return search === undefined && filters.length === 0 && ids === undefined && except === undefined;
}

/** The customers of a selection in a snapshot. */
export class SelectedCustomers {
  private ids: string[] | undefined;

  /**
   * @param turns in which customers are read, so that other requests run in between
   * @param signal ends the reading
   */
  constructor(
    private readonly snapshot: CustomerSnapshot,
    private readonly selection: SelectionBut,
    private readonly turns: Turns,
    private readonly signal: AbortSignal,
  ) {}

  /** Yields the customers in the order of lists, a few at a time. For a selection it holds the ids in memory, for all customers nothing. */
  async *pages(): AsyncGenerator<readonly StoredCustomer[]> {
    if (isEverybody(this.selection)) {
      yield* this.everybody();
      return;
    }
    this.ids ??= await this.select();
    for (let at = 0; at < this.ids.length; at += CUSTOMERS_AT_A_TIME) {
      await this.turn();
      yield await this.snapshot.among(this.ids.slice(at, at + CUSTOMERS_AT_A_TIME));
    }
  }

  private async select(): Promise<string[]> {
    await this.turn();
    const ids: string[] = [];
    for await (const id of this.snapshot.select(this.selection, this.signal))
      if (!this.selection.except?.has(id)) ids.push(id);
    return ids.sort(compareIds);
  }

  private async *everybody(): AsyncGenerator<readonly StoredCustomer[]> {
    for (let last: string | undefined; ;) {
      await this.turn();
      const page = await this.snapshot.after(last, CUSTOMERS_AT_A_TIME);
      if (page.length > 0) yield page;
      if (page.length < CUSTOMERS_AT_A_TIME) return;
      last = page[page.length - 1].id;
    }
  }

  private async turn(): Promise<void> {
    await this.turns.next();
    this.signal.throwIfAborted();
  }
}
