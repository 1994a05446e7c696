import type { NameCount } from '../../domain/search/name-counter.js';
import { OverviewRepository, TOP_ATTRIBUTES, TOP_EVENTS, type AllNames, type Overview } from '../../domain/overview.js';
import type { StatisticsChange } from '../../domain/customer/statistics.js';
import type { LabelCount } from '../../domain/customer/labels.js';
import { compareCodePoints } from '../../domain/text.js';

type NamedCount = NameCount & { readonly name: string };

/** The numbers of the overview in maps. */
export class MemoryOverviewRepository extends OverviewRepository {
  private readonly attributes = new Map<string, NameCount>();
  private readonly events = new Map<string, NameCount>();
  private readonly labelCounts = new Map<string, NameCount>();
  private readonly days = new Map<number, number>();

  override async read(): Promise<Overview> {
    const days = [...this.days].sort(([a], [b]) => a - b);
    return {
      customers: sum(this.days.values()),
      attributeNames: this.attributes.size,
      eventNames: this.events.size,
      events: sum([...this.events.values()].map(({ events }) => events)),
      topEvents: top(this.events, ({ events }) => events, TOP_EVENTS),
      topAttributes: top(this.attributes, ({ customers }) => customers, TOP_ATTRIBUTES).map(({ name, customers }) => ({
        name,
        customers,
      })),
      lastUpdated: days.map(([day, customers]) => ({ day, customers })),
    };
  }

  override async names(limit: number): Promise<AllNames> {
    const sorted = (names: Iterable<string>): string[] => [...names].sort(compareCodePoints).slice(0, limit);
    return { attributes: sorted(this.attributes.keys()), events: sorted(this.events.keys()) };
  }

  override async labels(): Promise<readonly LabelCount[]> {
    return top(this.labelCounts, ({ customers }) => customers, Infinity).map(({ name, customers }) => ({
      name,
      customers,
    }));
  }

  add({ attributes, events, labels, days }: StatisticsChange): void {
    addNames(this.attributes, attributes);
    addNames(this.events, events);
    addNames(this.labelCounts, labels);
    for (const [day, customers] of days) {
      const total = (this.days.get(day) ?? 0) + customers;
      if (total === 0) this.days.delete(day);
      else this.days.set(day, total);
    }
  }
}

function addNames(totals: Map<string, NameCount>, added: readonly [name: string, NameCount][]): void {
  for (const [name, count] of added) {
    const { customers, events } = totals.get(name) ?? { customers: 0, events: 0 };
    const total = { customers: customers + count.customers, events: events + count.events };
    if (total.customers === 0) totals.delete(name);
    else totals.set(name, total);
  }
}

function top(totals: ReadonlyMap<string, NameCount>, by: (count: NameCount) => number, most: number): NamedCount[] {
  return [...totals]
    .sort(([a, x], [b, y]) => by(y) - by(x) || compareCodePoints(a, b))
    .slice(0, most)
    .map(([name, { customers, events }]) => ({ name, customers, events }));
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
