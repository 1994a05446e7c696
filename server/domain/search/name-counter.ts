/** The sums of a name. Both may be negative. */
export interface NameCount {
  customers: number;
  /** The number of events; 0 for an attribute. */
  events: number;
}

/** Adds numbers of customers and events by name. */
export class NameCounter {
  private readonly counts = new Map<string, NameCount>();

  /** The number of names. */
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

  /** Removes and returns the sums, sorted by name (UTF-16 units) so that neighbours are close in a table. Sums of 0 are left out. */
  take(): [name: string, NameCount][] {
    const entries = [...this.counts].filter(([, { customers, events }]) => customers !== 0 || events !== 0);
    this.clear();
    return entries.sort(([a], [b]) => (a < b ? -1 : 1));
  }

  clear(): void {
    this.counts.clear();
  }
}
