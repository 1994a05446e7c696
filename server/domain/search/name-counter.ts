/** How much was added to a name; either may be negative. */
export interface NameCount {
  customers: number;
  /** Of an event: how often it happened. */
  events: number;
}

/** Adds up numbers by name. */
export class NameCounter {
  private readonly counts = new Map<string, NameCount>();

  /** Names with a count. */
  get size(): number {
    return this.counts.size;
  }

  add(name: string, customers: number, events: number): void {
    const known = this.counts.get(name);
    if (known) {
      known.customers += customers;
      known.events += events;
    } else this.counts.set(name, { customers, events });
  }

  /** Takes out what was added to each name, ordered so that neighbours lie together in a table; those that come to nothing are left out. */
  take(): [name: string, NameCount][] {
    const entries = [...this.counts].filter(([, { customers, events }]) => customers !== 0 || events !== 0);
    this.clear();
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  clear(): void {
    this.counts.clear();
  }
}
