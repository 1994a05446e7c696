import type { CustomerSearch } from '../domain/search/customer-search.js';
import type { Condition } from '../domain/search/condition.js';
import { OpenRecord } from '../domain/search/open-record.js';

/** Customers whose values are looked at. */
const MOST_READ = 1_000;
/** Longer values (characters) are no suggestions: nobody chooses one of them. */
const MOST_CHARACTERS = 200;

export interface FrequentValues {
  readonly values: readonly { readonly value: string; readonly customers: number }[];
  /** True when a value that is frequent may be missing, because not all customers were looked at. */
  readonly is_sample: boolean;
}

/** Finds frequent values of an attribute: in the first customers that have it, each then counted over all customers. */
export class AttributeValues {
  constructor(private readonly search: CustomerSearch) {}

  /** @param part of the values, compared as `contains` does; undefined for all values. @param most values */
  async frequent(name: string, part: string | undefined, most: number): Promise<FrequentValues> {
    const on = { on: 'attribute', name } as const;
    const condition: Condition = part === undefined ? { ...on, is: 'exists' } : { ...on, is: 'contains', value: part };
    const found = await this.search.search({ filters: [condition], sort: 'id', order: 'asc' }, 0, MOST_READ);
    const counts = new Map<string, number>();
    for (const customer of found.customers) {
      const text = new OpenRecord(customer).attributeText(name);
      if (text !== undefined && text.length <= MOST_CHARACTERS) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const frequent = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, most);
    const isSample = found.total > found.customers.length || found.totalIsMinimum || found.indexing;
    const values = await Promise.all(
      frequent.map(async ([value, customers]) => ({
        value,
        customers: isSample ? (await this.search.count({ filters: [{ ...on, is: 'is', value }] })).total : customers,
      })),
    );
    return { values: values.sort((a, b) => b.customers - a.customers), is_sample: isSample };
  }
}
