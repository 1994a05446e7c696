import { compareCodePoints } from '../domain/text.js';

interface Attribute {
  readonly timestamp: number;
  /** Undefined if the attribute was removed. */
  readonly value: string | undefined;
}

interface Expected {
  readonly attributes: Map<string, Attribute>;
  readonly events: Map<string, number>;
}

/**
 * The expected summary, updated while messages are made. It is told of every message once, so it knows nothing of duplicates. It shares
 * no code with the fold that it is used to check.
 */
export class ExpectedSummary {
  private readonly customers: (Expected | undefined)[];

  /** @param customers the highest customer number */
  constructor(customers: number) {
    this.customers = new Array<Expected | undefined>(customers + 1).fill(undefined);
  }

  countEvent(customer: number, name: string): void {
    const { events } = this.expected(customer);
    events.set(name, (events.get(name) ?? 0) + 1);
  }

  /** @param value null and `''` remove the attribute */
  setAttribute(customer: number, name: string, value: string | null, timestamp: number): void {
    const { attributes } = this.expected(customer);
    const current = attributes.get(name);
    if (current && current.timestamp > timestamp) return;
    attributes.set(name, { timestamp, value: value === null || value === '' ? undefined : value });
  }

  /** The time of the newest value or removal of an attribute, in seconds since the Unix epoch; undefined if the customer never had it. */
  timeOf(customer: number, name: string): number | undefined {
    return this.customers[customer]?.attributes.get(name)?.timestamp;
  }

  /** Yields a line `id,attribute=value,…,event=count,…` for every customer of a message, by number, with its line end. */
  *lines(): Generator<string> {
    for (const [customer, expected] of this.customers.entries()) {
      if (!expected) continue;
      const fields = [String(customer)];
      for (const [name, { value }] of sorted(expected.attributes)) {
        if (value !== undefined) fields.push(`${name}=${value}`);
      }
      for (const [name, count] of sorted(expected.events)) fields.push(`${name}=${count}`);
      yield `${fields.map(csvField).join(',')}\n`;
    }
  }

  private expected(customer: number): Expected {
    return (this.customers[customer] ??= { attributes: new Map(), events: new Map() });
  }
}

function sorted<T>(map: ReadonlyMap<string, T>): [string, T][] {
  return [...map].sort(([a], [b]) => compareCodePoints(a, b));
}

/** Quotes a field if necessary (RFC 4180, section 2). */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
