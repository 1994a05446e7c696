import { setImmediate as nextTick } from 'node:timers/promises';
import type { Awaitable } from '../domain/awaitable.js';
import type { StoredCustomer } from '../domain/customer/customer.js';
import type { CustomerRepository } from '../domain/customer/customer-repository.js';
import type {
  AttributeName,
  CustomerCount,
  CustomerQuery,
  CustomerSelection,
  EventName,
  FoundCustomers,
  FoundIds,
} from '../domain/search/customer-query.js';
import { CustomerScan, NameScan } from '../domain/search/customer-scan.js';
import { CustomerSearch } from '../domain/search/customer-search.js';
import { TimeCounter, type TimeCounts } from '../domain/search/time-counts.js';
import type { CustomerSnapshot } from '../domain/customer/stored-customers.js';
import { eventNamesWithin } from '../domain/search/condition.js';
import { walkByScan, type OpensCustomers } from './select-by-scan.js';

/** Customers that are read before the event loop gets a turn. */
const CUSTOMERS_AT_ONCE = 1_000;

/** Searches without an index: reads every customer of a repository. */
export class ScanningSearch extends CustomerSearch {
  /**
   * @param stored reads the same customers in the order of lists
   * @param openFor opens them with the logs that conditions on some events need
   */
  constructor(
    private readonly customers: CustomerRepository,
    private readonly stored: Pick<CustomerSnapshot, 'after'>,
    private readonly openFor: OpensCustomers,
  ) {
    super();
  }

  override async search(query: CustomerQuery, offset: number, limit: number): Promise<FoundCustomers> {
    const { ids, ...counts } = await this.searchIds(query, offset, limit);
    const customers = await Promise.all(ids.map((id) => this.customers.get(id)));
    return { customers: customers.filter((customer) => customer !== undefined), ...counts };
  }

  override async searchIds(query: CustomerQuery, offset: number, limit: number): Promise<FoundIds> {
    const found = (await this.scan(query)).sorted();
    const ids = found.slice(offset, offset + limit);
    return { ids, total: found.length, totalIsMinimum: false, indexing: false };
  }

  override walk(selection: CustomerSelection, after: string | undefined, limit: number): Promise<string[]> {
    return walkByScan(this.stored, selection, this.openFor(eventNamesWithin(selection.filters)), after, limit);
  }

  override async count(selection: CustomerSelection): Promise<CustomerCount> {
    const { total, totalIsMinimum, indexing } = await this.searchIds({ ...selection, sort: 'id', order: 'asc' }, 0, 0);
    return { total, totalIsMinimum, indexing };
  }

  override async *select(selection: CustomerSelection): AsyncGenerator<string> {
    yield* (await this.scan({ ...selection, sort: 'id', order: 'asc' })).sorted();
  }

  protected override async eventsEndedUpTo(name: string): Promise<number | undefined> {
    let latest: number | undefined;
    const open = this.openFor([name]);
    await this.each(async (customer) => {
      const ended = (await open(customer)).endedEvents().get(name);
      if (ended !== undefined) latest = Math.max(latest ?? 0, ended);
    });
    return latest;
  }

  override async timeCounts(edges: readonly number[]): Promise<TimeCounts> {
    const counter = new TimeCounter(edges);
    const open = this.openFor((await this.eventNames('', Infinity)).map(({ name }) => name));
    await this.each(async (stored) => {
      const customer = await open(stored);
      counter.addCreated(Number(customer.sortValue('created_at') ?? Infinity));
      for (const times of customer.eventTimes().values()) times.forEach((time) => counter.addEvent(time));
      for (const upTo of customer.endedEvents().values()) counter.addEnd(upTo);
    });
    return counter.counts(false);
  }

  override async attributeNames(search: string, limit: number): Promise<AttributeName[]> {
    return (await this.names()).attributeNames(search, limit);
  }

  override async eventNames(search: string, limit: number): Promise<EventName[]> {
    return (await this.names()).eventNames(search, limit);
  }

  private async scan(query: CustomerQuery): Promise<CustomerScan> {
    const scan = new CustomerScan(query);
    const open = this.openFor(eventNamesWithin(query.filters));
    await this.each(async (customer) => scan.take(await open(customer)));
    return scan;
  }

  private async names(): Promise<NameScan> {
    const names = new NameScan();
    await this.each((customer) => names.take(customer));
    return names;
  }

  private async each(take: (customer: StoredCustomer) => Awaitable<void>): Promise<void> {
    for (let after: string | undefined; ;) {
      const customers = await this.stored.after(after, CUSTOMERS_AT_ONCE);
      for (const customer of customers) await take(customer);
      if (customers.length < CUSTOMERS_AT_ONCE) return;
      after = customers[customers.length - 1].id;
      await nextTick();
    }
  }
}
