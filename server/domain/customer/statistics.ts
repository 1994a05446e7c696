import type { CustomerRecord } from './customer.js';
import type { AttributeEdit } from './history.js';
import { forEachMember } from '../json-members.js';
import { NameCounter, type NameCount } from '../search/name-counter.js';
import type { BatchNameCount } from './folded-batch.js';

const SECONDS_OF_A_DAY = 86_400;

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
 * end. Every change of a customer has to be told.
 */
export class Statistics {
  private readonly attributes = new NameCounter();
  private readonly events = new NameCounter();
  private readonly days = new Map<number, number>();

  /** Names that were counted since the last {@link take}: a measure of the memory in use. */
  get names(): number {
    return this.attributes.size + this.events.size;
  }

  /** The names of customers that there were not; {@link addDay} has to be told of each. */
  addNames(names: Iterable<BatchNameCount>): void {
    for (const { name, attributes, customers, events } of names) {
      if (attributes > 0) this.attributes.add(name, attributes, 0);
      if (customers > 0) this.events.add(name, customers, events);
    }
  }

  /** A customer that there was not, and when it was updated last, in seconds since the Unix epoch. */
  addDay(lastUpdated: number): void {
    this.countDay(lastUpdated, 1);
  }

  /** @param customers that have the attribute now: 1 or -1 */
  addAttribute(name: string, customers: number): void {
    this.attributes.add(name, customers, 0);
  }

  /** @param customers that have the event now and had not: 1 or 0 */
  addEvent(name: string, customers: number, events: number): void {
    this.events.add(name, customers, events);
  }

  /** A customer was updated later, in seconds since the Unix epoch. */
  moveDay(before: number, after: number): void {
    this.countDay(before, -1);
    this.countDay(after, 1);
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
  const names: string[] = [];
  if (json !== undefined) forEachMember(json, (name) => names.push(name));
  return names;
}

function countsOf(json: string | undefined): [name: string, count: number][] {
  const counts: [string, number][] = [];
  if (json !== undefined) forEachMember(json, (name, count) => counts.push([name, Number(count)]));
  return counts;
}
