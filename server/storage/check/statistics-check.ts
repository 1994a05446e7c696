import { arrival } from '../../domain/customer/customer-change.js';
import type { StoredCustomer } from '../../domain/customer/customer.js';
import { Statistics } from '../../domain/customer/statistics.js';
import type { StatisticsRow } from '../copy/content-rows.js';
import type { Differences } from './differences.js';

/** Counts the numbers of the overview from all customers, and compares them with the stored ones. Memory grows with the number of names. */
export class StatisticsCheck {
  private readonly counted = new Statistics();

  take(customer: StoredCustomer): void {
    this.counted.record(arrival(customer.id, customer));
  }

  compare(stored: Iterable<StatisticsRow>, differences: Differences): void {
    const expected = new Map<string, string>();
    const { attributes, events, labels, days } = this.counted.take();
    for (const [name, { customers }] of attributes) expected.set(`attribute ${name}`, shown(customers, 0));
    for (const [name, count] of events) expected.set(`event ${name}`, shown(count.customers, count.events));
    for (const [name, { customers }] of labels) expected.set(`label ${name}`, shown(customers, 0));
    for (const [day, customers] of days) expected.set(`day ${day}`, shown(customers, 0));
    for (const { kind, name, customers, events: count } of stored) {
      const key = `${kind} ${name}`;
      const found = shown(customers, count);
      const wanted = expected.get(key) ?? 'none';
      if (found !== wanted) differences.add(key, wanted, found);
      expected.delete(key);
    }
    for (const [key, wanted] of expected) differences.add(key, wanted, 'none');
  }
}

function shown(customers: number, events: number): string {
  return events === 0 ? `${customers} customers` : `${customers} customers, ${events} events`;
}
