import type { CustomerRecord } from './customer.js';
import type { AttributeEdit } from './history.js';
import { NameCounter, type NameCount } from './name-counter.js';

const SECONDS_OF_A_DAY = 86_400;

/** A customer of whom nothing was known before: JSON objects without white space, as UTF-8. */
export interface CountedCustomer {
  readonly attributes: Uint8Array;
  readonly events: Uint8Array;
  /** Seconds since the Unix epoch. */
  readonly lastUpdated: number;
}

/** What a transaction adds to the numbers of an overview. */
export interface StatisticsChange {
  /** Customers that have the attribute. */
  readonly attributes: readonly [name: string, NameCount][];
  readonly events: readonly [name: string, NameCount][];
  /** Customers last updated on a day, by days since the Unix epoch. */
  readonly days: readonly [day: number, customers: number][];
}

/**
 * Adds up, within one transaction, what it changes in the numbers of an overview, so that each number is written once at its
 * end. Every change of a customer has to be told, by one of three methods.
 */
export class Statistics {
  private readonly attributes = new NameCounter();
  private readonly events = new NameCounter();
  private readonly days = new Map<number, number>();

  /** Names that were counted since the last {@link take}: a measure of the memory in use. */
  get names(): number {
    return this.attributes.size + this.events.size;
  }

  /** A customer that there was not. */
  addFresh({ attributes, events, lastUpdated }: CountedCustomer): void {
    this.attributes.addMembers(attributes, false);
    this.events.addMembers(events, true);
    this.countDay(lastUpdated, 1);
  }

  /** Any change. */
  replace(before: CustomerRecord | undefined, after: CustomerRecord | undefined): void {
    if (before?.attributes !== after?.attributes) {
      for (const name of namesOf(before?.attributes)) this.attributes.add(name, -1, 0);
      for (const name of namesOf(after?.attributes)) this.attributes.add(name, 1, 0);
    }
    this.replaceEvents(before?.events, after?.events);
    this.replaceDay(before, after);
  }

  /** An edit whose changes of attributes are known; with so much less to do than {@link replace}. */
  edit(edits: readonly AttributeEdit[], before: CustomerRecord | undefined, after: CustomerRecord | undefined): void {
    for (const { name, from, to } of edits) {
      if (from === null) this.attributes.add(name, 1, 0);
      else if (to === null) this.attributes.add(name, -1, 0);
    }
    this.replaceEvents(before?.events, after?.events);
    this.replaceDay(before, after);
  }

  /** Takes out what was added up. */
  take(): StatisticsChange {
    const days = [...this.days].filter(([, customers]) => customers !== 0);
    this.days.clear();
    return { attributes: this.attributes.take(), events: this.events.take(), days };
  }

  /** Forgets what a transaction that failed has added. */
  reset(): void {
    this.attributes.clear();
    this.events.clear();
    this.days.clear();
  }

  private replaceEvents(before: string | undefined, after: string | undefined): void {
    if (before === after) return;
    for (const [name, count] of countsOf(before)) this.events.add(name, -1, -count);
    for (const [name, count] of countsOf(after)) this.events.add(name, 1, count);
  }

  private replaceDay(before: CustomerRecord | undefined, after: CustomerRecord | undefined): void {
    if (before) this.countDay(before.lastUpdated, -1);
    if (after) this.countDay(after.lastUpdated, 1);
  }

  private countDay(seconds: number, customers: number): void {
    const day = Math.floor(seconds / SECONDS_OF_A_DAY);
    this.days.set(day, (this.days.get(day) ?? 0) + customers);
  }
}

function namesOf(json: string | undefined): string[] {
  return json === undefined ? [] : Object.keys(JSON.parse(json) as object);
}

function countsOf(json: string | undefined): [name: string, count: number][] {
  // Safe: the events of a record are counts by name.
  return json === undefined ? [] : Object.entries(JSON.parse(json) as Record<string, number>);
}
