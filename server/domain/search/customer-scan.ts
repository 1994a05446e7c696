import { compareIds } from '../customer/customer-id.js';
import type { CustomerRecord } from '../customer/customer.js';
import { compareCodePoints } from '../text.js';
import { CustomerMatcher, type SearchRank } from './customer-matcher.js';
import type { AttributeName, CustomerQuery, EventName } from './customer-query.js';
import { foldText } from './fold-text.js';
import { OpenRecord } from './open-record.js';
import { compareSortValues, type SortValue } from './sort-value.js';

/** A selected customer with the values that it is ordered by. */
interface Finding {
  readonly id: string;
  readonly rank: SearchRank;
  readonly value: SortValue;
}

/** Takes customers one at a time and keeps those that a query selects. */
export class CustomerScan {
  private readonly matcher: CustomerMatcher;
  private readonly findings: Finding[] = [];

  constructor(private readonly query: CustomerQuery) {
    this.matcher = new CustomerMatcher(query);
  }

  take(customer: OpenRecord): void {
    const rank = this.matcher.match(customer);
    if (rank !== undefined) this.findings.push({ id: customer.id, rank, value: customer.sortValue(this.query.sort) });
  }

  /** The ids of the selected customers, in the order of the query. */
  sorted(): string[] {
    return this.findings.sort((a, b) => compareFindings(a, b, this.query)).map(({ id }) => id);
  }
}

function compareFindings(a: Finding, b: Finding, { ranked, order }: CustomerQuery): number {
  return (ranked ? a.rank - b.rank : 0) || compareSortValues(a.value, b.value, order) || compareIds(a.id, b.id);
}

/** Takes customers one at a time and counts the names of their attributes and events. */
export class NameScan {
  private readonly attributes = new Map<string, number>();
  private readonly events = new Map<string, { customers: number; events: number }>();

  take(record: CustomerRecord): void {
    const customer = new OpenRecord(record);
    for (const name of customer.attributes.keys()) this.attributes.set(name, (this.attributes.get(name) ?? 0) + 1);
    for (const [name, count] of Object.entries(customer.events)) {
      const known = this.events.get(name);
      if (known) {
        known.customers++;
        known.events += count;
      } else this.events.set(name, { customers: 1, events: count });
    }
  }

  attributeNames(search: string, limit: number): AttributeName[] {
    return bestNames(
      [...this.attributes].map(([name, customers]) => ({ name, customers })),
      search,
      limit,
    );
  }

  eventNames(search: string, limit: number): EventName[] {
    return bestNames(
      [...this.events].map(([name, counts]) => ({ name, ...counts })),
      search,
      limit,
    );
  }
}

/** The names that contain `search` (folded), those of most customers first, then in the order of code points. */
export function bestNames<T extends AttributeName>(names: readonly T[], search: string, limit: number): T[] {
  const folded = foldText(search);
  return names
    .filter(({ name }) => foldText(name).includes(folded))
    .sort((a, b) => b.customers - a.customers || compareCodePoints(a.name, b.name))
    .slice(0, limit);
}
