import type { CustomerChange } from './customer-change.js';
import { NameCounter, type NameCount } from '../search/name-counter.js';
import { readLabels } from './labels.js';
import type { BatchNameCount } from './folded-batch.js';
import type { FreshCustomer } from './partial-customer.js';

const MS_PER_DAY = 86_400_000;

/** The numbers that a transaction adds to those of the overview; they may be negative. */
export interface StatisticsChange {
  /** `customers` have the attribute. */
  readonly attributes: readonly [name: string, NameCount][];
  readonly events: readonly [name: string, NameCount][];
  /** `customers` have the label. */
  readonly labels: readonly [name: string, NameCount][];
  /** Customers last updated on a day; days since the Unix epoch. */
  readonly days: readonly [day: number, customers: number][];
}

/** Adds up, within one transaction, the changes of the numbers of the overview, so that each number is written once, at the end. */
export class Statistics {
  private readonly attributes = new NameCounter();
  private readonly events = new NameCounter();
  private readonly labels = new NameCounter();
  private readonly days = new Map<number, number>();

  /** Number of names counted since the last {@link take}: a measure of the memory in use. */
  get names(): number {
    return this.attributes.size + this.events.size;
  }

  record({ before, after, attributes, events }: CustomerChange): void {
    for (const { name, from, to } of attributes) {
      if (from === null) this.attributes.add(name, 1, 0);
      else if (to === null) this.attributes.add(name, -1, 0);
    }
    for (const { name, from, to } of events) this.events.add(name, Number(to > 0) - Number(from > 0), to - from);
    if (before?.labels !== after?.labels) {
      for (const label of readLabels(before?.labels)) this.labels.add(label, -1, 0);
      for (const label of readLabels(after?.labels)) this.labels.add(label, 1, 0);
    }
    if (before) this.countDay(before.lastUpdated, -1);
    if (after) this.countDay(after.lastUpdated, 1);
  }

  /** Counts the day of a customer who did not exist. Its names are counted by {@link addNames}. */
  addDay({ lastUpdated }: FreshCustomer): void {
    this.countDay(lastUpdated, 1);
  }

  /** Counts the names of customers who did not exist, all together. */
  addNames(names: Iterable<BatchNameCount>): void {
    for (const { name, attributes, customers, events } of names) {
      if (attributes > 0) this.attributes.add(name, attributes, 0);
      if (customers > 0) this.events.add(name, customers, events);
    }
  }

  /** Returns the sums and starts anew. */
  take(): StatisticsChange {
    const days = [...this.days].filter(([, customers]) => customers !== 0);
    this.days.clear();
    return { attributes: this.attributes.take(), events: this.events.take(), labels: this.labels.take(), days };
  }

  private countDay(time: number, customers: number): void {
    const day = Math.floor(time / MS_PER_DAY);
    this.days.set(day, (this.days.get(day) ?? 0) + customers);
  }
}
